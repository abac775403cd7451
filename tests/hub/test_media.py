"""Uploads on a running hub: looked at, within a quota and above a floor of free space, and in nobody's way."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from antrean.hub.heavy import video
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock, small_plan
from tests.fakes.hub_process import PASSWORD, HubProcess, wait_until
from tests.fakes.office_hub import OfficeHub
from tests.fakes.videos import box, element, mp4, webm

MB = 1_000_000


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    running = HubProcess(tmp_path_factory.mktemp("media"), small_plan())
    try:
        running.start()
        yield running
    finally:
        running.end()


def leader(hub: HubProcess, name: str = "Dewi") -> requests.Session:
    session = requests.Session()
    session.headers["Accept"] = "application/json"
    assert session.post(f"{hub.url}/sign_in", json={"name": name, "password": PASSWORD}, timeout=60).status_code == 200
    return session


def upload(session: requests.Session, hub: HubProcess, file: bytes, name: str = "file") -> tuple[int, str]:
    """Return the status, and the code of the refusal."""
    answer = session.post(
        f"{hub.url}/admin/screens/interludes", files={"file": (name, file)}, data={"seconds": "12"}, timeout=120
    )
    return answer.status_code, answer.json().get("error", {}).get("code", "")


def png(width: int, height: int) -> bytes:
    drawn = io.BytesIO()
    Image.new("P", (width, height)).save(drawn, "PNG")
    return drawn.getvalue()


def left_over(hub: HubProcess) -> list[Path]:
    return list((hub.config.data / "media_incoming").glob("*"))


def test_four_huge_pictures_at_once_stop_no_number_and_take_no_memory(hub: HubProcess) -> None:
    dewi, kiosk = leader(hub), requests.Session()
    kiosk.headers["Authorization"] = "Bearer " + hub.pair("kiosk", "Kiosk 1")
    bomb = png(7000, 7000)
    assert hub._process is not None
    (worker,) = (one for one in psutil.Process(hub._process.pid).children() if "gunicorn" in " ".join(one.cmdline()))
    before, outcomes, numbers = worker.memory_info().rss, [], 0
    uploads = [
        threading.Thread(target=lambda: outcomes.append(upload(leader(hub), hub, bomb)), daemon=True) for _ in range(4)
    ]
    for one in uploads:
        one.start()
    while any(one.is_alive() for one in uploads) or numbers < 5:
        asked = {"service": "card", "persons": 1, "priority": False, "language": "id"}
        assert kiosk.post(f"{hub.url}/kiosk/tickets", json=asked, timeout=60).status_code == 201
        numbers += 1
    assert len(outcomes) == 4
    assert set(outcomes) <= {(422, "body_too_large"), (503, "busy")}
    assert (422, "body_too_large") in outcomes
    assert worker.memory_info().rss - before < 60 * MB
    assert upload(dewi, hub, png(1000, 800)) == (200, "")
    assert left_over(hub) == []


@pytest.mark.parametrize("make", [mp4, webm])
def test_a_video_comes_back_to_the_display_as_it_was_and_stays_in_its_browser_only(hub: HubProcess, make: Any) -> None:
    dewi, display, film = leader(hub), requests.Session(), make()
    display.headers["Authorization"] = "Bearer " + hub.pair("display", "Lobby")
    assert upload(dewi, hub, film) == (200, "")
    shown = display.get(f"{hub.url}/display/view", timeout=60).json()["interludes"]
    source = next(one["src"] for one in shown if one["src"].endswith(make.__name__))
    given = display.get(hub.url + source, timeout=60)
    assert given.content == film
    assert given.headers["Content-Type"] == f"video/{make.__name__}"
    assert given.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    part = display.get(hub.url + source, headers={"Range": "bytes=4-7"}, timeout=60)
    assert (part.status_code, part.content) == (206, film[4:8])


@pytest.mark.long
def test_an_upload_cut_off_by_a_kill_leaves_nothing_after_the_next_start(tmp_path: Path) -> None:
    hub = HubProcess(tmp_path, small_plan())
    try:
        hub.start()
        dewi = leader(hub)
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="film.mp4"\r\n\r\n'
        with socket.create_connection(("127.0.0.1", hub.config.port), timeout=60) as line:
            cookie = "; ".join(f"{name}={value}" for name, value in dewi.cookies.items())
            line.sendall(
                f"POST /admin/screens/interludes HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
                f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 50000000\r\n\r\n".encode()
                + head
                + b"\0" * 3 * MB
            )
            wait_until(lambda: any(file.stat().st_size > MB for file in left_over(hub)), "the upload is on disk")
            hub.kill()
        assert left_over(hub)
        hub.start()
        assert left_over(hub) == []
    finally:
        hub.end()


def test_a_refusal_is_heard_although_the_upload_goes_on(tmp_path: Path) -> None:
    hub = HubProcess(tmp_path, small_plan())
    (tmp_path / "antrean.toml").write_text("media_quota_mb = 5\n")
    try:
        hub.start()
        assert upload(leader(hub), hub, mp4(pictures=b"1" * 30 * MB)) == (409, "media_full")
        assert upload(leader(hub), hub, mp4(pictures=b"1" * 102 * MB)) == (422, "body_too_large")
        assert upload(leader(hub), hub, mp4()) == (200, "")
    finally:
        hub.end()


@pytest.fixture
def small(tmp_path: Path, plan: OfficePlan, clock: SetClock) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path, plan, clock)
    yield running
    running.stop()


def refused(client: Any, file: bytes) -> tuple[int, str]:
    form = {"file": (io.BytesIO(file), "file"), "seconds": "12"}
    answer = client.post("/admin/screens/interludes", data=form, content_type="multipart/form-data")
    return answer.status_code, answer.json.get("error", {}).get("code", "")


def test_uploads_end_at_the_quota_and_go_on_when_something_was_removed(small: OfficeHub) -> None:
    dewi, media = small.as_staff("Dewi"), small.app.extensions["antrean"].media
    media._quota = 30_000
    first = mp4(pictures=b"1" * 20_000)
    assert refused(dewi, first) == (200, "")
    assert refused(dewi, mp4(pictures=b"2" * 20_000)) == (409, "media_full")
    (shown,) = small.office.read(lambda _day, plan: plan.playlist)
    dewi.post(f"/admin/screens/interludes/{shown.id}/remove", json={})
    assert refused(dewi, mp4(pictures=b"2" * 20_000)) == (200, "")
    small.issue()


def test_no_upload_takes_the_space_that_numbers_need(small: OfficeHub, tmp_path: Path) -> None:
    dewi, media = small.as_staff("Dewi"), small.app.extensions["antrean"].media
    free = psutil.disk_usage(str(tmp_path)).free
    media._floor = free * 2
    assert refused(dewi, mp4()) == (409, "disk_nearly_full")
    assert list(tmp_path.glob("media*/*")) == []
    small.issue()
    media._floor = 0
    assert refused(dewi, mp4()) == (200, "")


def test_a_third_upload_at_once_is_refused_not_queued(small: OfficeHub) -> None:
    dewi, media = small.as_staff("Dewi"), small.app.extensions["antrean"].media
    media._coming |= {"one": 1, "two": 1}
    assert refused(dewi, mp4()) == (503, "busy")
    media._coming.clear()
    assert refused(dewi, mp4()) == (200, "")


def test_only_one_file_comes_with_a_form_and_no_more_than_a_video_may_have(
    small: OfficeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dewi = small.as_staff("Dewi")
    two = {"file": (io.BytesIO(mp4()), "a"), "more": (io.BytesIO(mp4()), "b"), "seconds": "12"}
    answer = dewi.post("/admin/screens/interludes", data=two, content_type="multipart/form-data")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "bad_request")
    monkeypatch.setattr("antrean.hub.media.MAX_VIDEO", 100_000)
    assert refused(dewi, mp4(pictures=b"1" * 100_000)) == (422, "body_too_large")
    answer = dewi.post("/admin/screens/interludes", data=b"--x\r\nodd", content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422
    assert list(tmp_path.glob("media*/*")) == []


def test_only_a_form_with_a_file_may_be_larger_than_any_other_request(small: OfficeHub) -> None:
    dewi = small.as_staff("Dewi")
    answer = dewi.post("/admin/screens/interludes", json={"text_id": "x" * 70_000, "seconds": 12})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "body_too_large")


def wrong_videos() -> dict[str, tuple[bytes, str]]:
    good, film = mp4(), webm()
    moov = box(b"moov", box(b"mvhd", b"\0" * 100))
    return {
        "the first bytes alone": (b"\0\0\0\x18ftypmp42" + b"\0" * 64, "mp4"),
        "cut off": (good[:-1], "mp4"),
        "something behind": (good + b"\0\0\0", "mp4"),
        "a box that reaches beyond": (good[:-72] + b"\x7f\xff\xff\xff" + good[-68:], "mp4"),
        "a box of no size": (good + b"\0\0\0\4free", "mp4"),
        "two moovs": (good + moov, "mp4"),
        "no picture": (mp4(handler=b"soun"), "mp4"),
        "no mdat": (good[:-72], "mp4"),
        "an empty mdat": (mp4(pictures=b""), "mp4"),
        "a brand of something else": (mp4(brand=b"heic"), "mp4"),
        "no moov": (box(b"ftyp", b"isom", b"\0\0\2\0") + box(b"mdat", b"\0" * 9), "mp4"),
        "the head alone": (film[:40], "webm"),
        "webm cut off": (film[:-1], "webm"),
        "matroska": (webm(doc_type=b"matroska"), "webm"),
        "sound alone": (webm(track_type=2), "webm"),
        "no segment": (element(0x1A45DFA3, element(0x4282, b"webm")) + element(0xEC, b"\0"), "webm"),
        "zeros behind the head": (film[:28] + b"\0" * 40, "webm"),
    }


@pytest.mark.parametrize("what", wrong_videos())
def test_what_only_begins_like_a_video_is_none(what: str) -> None:
    file, kind = wrong_videos()[what]
    assert video.kind_of(file) == kind
    with pytest.raises(video.NoVideo):
        video.check(io.BytesIO(file), len(file), kind)


@given(st.sampled_from([mp4(), webm(), webm(endless=True)]), st.integers(0, 300), st.binary(max_size=8))
def test_a_damaged_video_is_looked_at_without_a_fault(whole: bytes, cut: int, wrong: bytes) -> None:
    damaged = whole[:cut] + wrong + whole[cut + len(wrong) :]
    for kind in ("mp4", "webm"):
        try:
            video.check(io.BytesIO(damaged), len(damaged), kind)
        except video.NoVideo:
            continue


def test_sound_videos_pass() -> None:
    for file in (mp4(), mp4(brand=b"mp42"), webm(), webm(endless=True)):
        video.check(io.BytesIO(file), len(file), video.kind_of(file))
    last = mp4()[:-72] + b"\0\0\0\0mdat" + b"\0" * 64  # its last box reaches to the end of the file
    video.check(io.BytesIO(last), len(last), "mp4")
