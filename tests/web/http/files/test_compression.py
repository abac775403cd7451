"""What browsers load is packed once, and still found current by its ETag."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from antrean.web.http.files.build import read_build
from app import PACKED as PACKED_FILES
from app import screen_folders
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

ROOT = Path(__file__).parents[4]
FILE = "antrean/web/static/connection.js"
FILES = read_build(ROOT, screen_folders(), PACKED_FILES).files
PACKED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("hub"), small_plan(), SetClock())
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(hub: OfficeHub) -> FlaskClient:
    return hub.app.test_client()


@pytest.fixture(scope="module")
def build(hub: OfficeHub) -> str:
    return f"/static/{hub.app.extensions['antrean'].build}/"


@pytest.mark.parametrize(
    "file", ["antrean/web/static/connection.js", "antrean/web/static/tokens.css", "display/static/display.js"]
)
def test_a_script_or_sheet_comes_packed_and_is_the_same_file(client: FlaskClient, build: str, file: str) -> None:
    for _ in range(2):  # packed, from memory
        answer = client.get(build + file, headers=PACKED, buffered=True)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert int(answer.headers["Content-Length"]) == len(answer.data) < len(FILES[file]) / 2
        assert gzip.decompress(answer.data) == FILES[file]
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_is_packed_once(client: FlaskClient, build: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(build + FILE, headers=PACKED, buffered=True).data
    monkeypatch.setattr(gzip, "compress", lambda *_given, **_more: pytest.fail("packed again"))
    assert client.get(build + FILE, headers=PACKED, buffered=True).data == first


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0"])
def test_a_browser_that_does_not_take_it_packed_gets_it_plain(client: FlaskClient, build: str, accepted: str) -> None:
    client.get(build + FILE, headers=PACKED, buffered=True)
    answer = client.get(build + FILE, headers={"Accept-Encoding": accepted}, buffered=True)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.data == FILES[FILE]
    answer.close()


@pytest.mark.parametrize("taken", [PACKED, {"Accept-Encoding": "identity"}])
@pytest.mark.parametrize("asked", [PACKED, {"Accept-Encoding": "identity"}])
def test_a_copy_of_either_kind_is_found_current(
    client: FlaskClient, build: str, taken: dict[str, str], asked: dict[str, str]
) -> None:
    with client.get(build + FILE, headers=taken, buffered=True) as answer:
        etag = answer.headers["ETag"]
    again = client.get(build + FILE, headers={**asked, "If-None-Match": etag}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    assert (again.headers["ETag"], again.headers["Vary"]) == (etag, "Accept-Encoding")
    other = client.get(build + FILE, headers={**asked, "If-None-Match": 'W/"another"'}, buffered=True)
    assert other.status_code == 200
    other.close()


def test_a_part_of_a_file_is_sent_as_it_is(client: FlaskClient, build: str) -> None:
    with client.get(build + FILE, headers={**PACKED, "Range": "bytes=3-9"}) as answer:
        assert answer.status_code == 206
        assert "Content-Encoding" not in answer.headers
        assert answer.data == FILES[FILE][3:10]


def test_pages_come_packed_and_are_kept_by_nobody(client: FlaskClient) -> None:
    answer = client.get("/sign_in", headers={**PACKED, "Accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert "Cache-Control" in answer.headers
    assert gzip.decompress(answer.data).decode() == client.get("/sign_in", headers={"Accept": "text/html"}).text
    assert "Content-Encoding" not in client.get("/openapi.json", headers=PACKED, buffered=True).headers


def test_fonts_are_not_packed_a_second_time(client: FlaskClient, build: str) -> None:
    font = next((ROOT / "antrean/web/static/vendor").glob("*.woff2")).name
    with client.get(f"{build}antrean/web/static/vendor/{font}", headers=PACKED, buffered=True) as answer:
        assert "Content-Encoding" not in answer.headers
