"""QR codes put together from tables: module for module what segno makes, and never worked out while a visitor waits."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import segno
from flask.testing import FlaskClient
from PIL import Image

from antrean.queueing.tickets.links import IN_PROOFS
from kiosk.qr_codes import QUIET, QrCodes
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import OfficeHub
from tests.queueing.cases.case_office import journeying

ADDRESS = "http://192.168.1.10:8000/mobile_ticket/?ticket="


def at_once(work: Callable[[], None]) -> None:
    work()


def modules(svg: str) -> list[list[int]]:
    """Return the dark modules that an SVG draws, the quiet zone included, one list for each row."""
    box = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert box is not None
    size = int(box[1])
    rows = [[0] * size for _ in range(size)]
    x = y = 0.0
    for kind, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", svg.split('stroke="#0d1730" d="')[1]):
        if kind == "M":
            x, y = float(first), float(second)
        elif kind == "m":
            x, y = x + float(first), y + float(second)
        else:
            for place in range(int(x), int(x + float(first))):
                rows[int(y)][place] = 1
            x += float(first)
    return rows


@pytest.mark.parametrize("length", [1, 8, 22, 43])
@pytest.mark.parametrize("address", [ADDRESS, "https://antrean.dukcapil.example.go.id/mobile_ticket/?ticket=", "x"])
def test_a_code_from_the_tables_is_the_one_that_segno_makes(address: str, length: int) -> None:
    codes = QrCodes(at_once, lambda: None)
    first = segno.make(address + "a" * length, error="m", micro=False, mode="byte")
    codes.svg(address, "a" * length)
    for _ in range(10):
        tail = secrets.token_urlsafe(length)[:length]
        made = segno.make(
            address + tail, error=first.error, micro=False, mode="byte", boost_error=False,
            version=first.version, mask=first.mask,
        )  # fmt: skip
        assert modules(codes.svg(address, tail)) == [list(row) for row in made.matrix_iter(border=QUIET)]


def test_a_code_is_the_same_before_the_tables_are_prepared_and_after() -> None:
    waiting: list[Callable[[], None]] = []
    codes = QrCodes(waiting.append, lambda: None)
    tail = secrets.token_urlsafe(16)
    early = codes.svg(ADDRESS, tail)
    waiting.pop()()
    assert codes.svg(ADDRESS, tail) == early
    assert waiting == []


def test_what_is_expected_is_prepared_before_the_first_code_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = QrCodes(at_once, lambda: None)
    codes.expect(ADDRESS, ["AB", "-", *[IN_PROOFS] * 16])
    assert codes.prepared()
    tail = "B-" + secrets.token_hex(8)

    def not_now(*_: object, **__: object) -> object:
        raise AssertionError("a code was worked out for a visitor")

    with monkeypatch.context() as shut:
        shut.setattr(segno, "make", not_now)
        drawn = codes.svg(ADDRESS, tail)
    assert modules(drawn) == modules(codes.svg(ADDRESS, tail))


def test_a_letter_that_was_not_expected_at_its_place_has_its_code_too() -> None:
    codes = QrCodes(at_once, lambda: None)
    codes.expect(ADDRESS, ["AB", "-", "0123"])
    expected = codes.svg(ADDRESS, "B-3")
    assert modules(codes.svg(ADDRESS, "z~9")) == modules(QrCodes(at_once, lambda: None).svg(ADDRESS, "z~9"))
    made = QrCodes(lambda _: None, lambda: None)
    made.svg(ADDRESS, "z~9")
    assert modules(codes.svg(ADDRESS, "B-3")) == modules(made.svg(ADDRESS, "B-3"))
    assert modules(expected) != modules(codes.svg(ADDRESS, "z~9"))


def test_others_go_on_between_any_two_codes_while_the_tables_are_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    make = segno.make

    def noted(*arguments: Any, **options: Any) -> object:
        steps.append("make")
        return make(*arguments, **options)

    waiting: list[Callable[[], None]] = []
    codes = QrCodes(waiting.append, lambda: steps.append("others"))
    codes.svg(ADDRESS, "abcd")
    monkeypatch.setattr(segno, "make", noted)
    waiting.pop()()
    assert "make make make" not in " ".join(steps)
    assert steps.count("others") == 4 * 7


def test_an_address_with_letters_of_any_kind_has_its_code() -> None:
    codes = QrCodes(at_once, lambda: None)
    svg = codes.svg("http://kantor.example/antréan/?ticket=", "abc")
    assert modules(svg) == [
        list(row)
        for row in segno.make("http://kantor.example/antréan/?ticket=abc", error="m", micro=False).matrix_iter(border=4)
    ]


def test_a_phone_reads_every_code(tmp_path: Path) -> None:
    if not shutil.which("zbarimg"):
        assert os.environ.get("CI") != "true", "zbarimg (package zbar-tools) is missing"
        pytest.skip("zbarimg (package zbar-tools) is missing")
    codes = QrCodes(at_once, lambda: None)
    tails = [secrets.token_urlsafe(16) for _ in range(8)]
    for place, tail in enumerate(tails):
        rows = modules(codes.svg(ADDRESS, tail))
        picture = Image.new("L", (len(rows), len(rows)))
        picture.putdata([0 if dark else 255 for row in rows for dark in row])
        picture.resize((len(rows) * 6, len(rows) * 6), Image.Resampling.NEAREST).save(tmp_path / f"{place}.png")
    files = [str(tmp_path / f"{place}.png") for place in range(len(tails))]
    read = subprocess.run(["zbarimg", "-q", "--raw", *files], capture_output=True, text=True, check=True)
    assert read.stdout.split() == [ADDRESS + tail for tail in tails]


def test_no_code_is_worked_out_while_a_visitor_waits(
    hub: OfficeHub, kiosk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = {"Antrean-Draw": "result"}
    wish = {"service": "card", "persons": 1}
    kiosk.post("/kiosk/tickets", json=wish, headers=page)
    codes = hub.app.extensions["antrean_kiosk_codes"]
    wait_until(codes.prepared, "the tables of the codes")

    def not_now(*_: object, **__: object) -> object:
        raise AssertionError("a code was worked out in a request")

    monkeypatch.setattr(segno, "make", not_now)
    told = kiosk.post("/kiosk/tickets", json=wish, headers=page).get_json()
    assert "<svg" in told["html"]["result"]
    page_of_it = kiosk.get(f"/kiosk/tickets/{told['ticket']['number']}", headers={"Accept": "text/html"}).text
    assert "<svg" in page_of_it


def joins(hub: OfficeHub) -> QrCodes:
    """Let a kiosk join, and return the codes once their tables are prepared."""
    services = hub.app.extensions["antrean"]
    with hub.app.test_request_context("/"):
        services.publisher._screens["kiosk"].rooms(None, {})
    codes: QrCodes = hub.app.extensions["antrean_kiosk_codes"]
    wait_until(codes.prepared, "the tables of the codes")
    return codes


def test_a_kiosk_that_joins_has_the_tables_prepared(hub: OfficeHub, token: str) -> None:
    assert list(joins(hub)._shapes) == [("http://hub.test/mobile_ticket/?ticket=", 22)]


@pytest.mark.parametrize("plan", [journeying()], ids=["a card has a journey"])
@pytest.mark.parametrize("service", ["card", "birth"])
def test_the_first_number_is_drawn_from_tables_whether_a_case_follows_or_not(
    hub: OfficeHub, kiosk: FlaskClient, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = list(joins(hub)._shapes)

    def not_now(*_: object, **__: object) -> object:
        raise AssertionError("a code was worked out in a request")

    monkeypatch.setattr(segno, "make", not_now)
    told = kiosk.post("/kiosk/tickets", json={"service": service, "persons": 1}, headers={"Antrean-Draw": "result"})
    assert "<svg" in told.get_json()["html"]["result"]
    assert ("&case=" in told.get_json()["ticket"]["follow_url"]) == (service == "card")
    assert list(hub.app.extensions["antrean_kiosk_codes"]._shapes) == shapes
