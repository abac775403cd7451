"""The day sheet on the screen and on paper: what a day was, with names for leaders only, and what was not said so."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from antrean.queueing.commands import BeginOutage, CallTicket, EndOutage, IssueTicket, MarkNoShow
from antrean.queueing.errors import Unavailable
from antrean.queueing.plan.model import Need, OfficePlan
from antrean.reporting.figures import Times
from antrean.reporting.what_if import Waits, WhatIf
from tests.admin.today.test_day_journey import signed_in
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.played_day import ANI, HERE, PlayedDay

WANTED = {"Accept": "text/html"}


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan, clock: SetClock) -> Iterator[OfficeHub]:
    server = Need("server", {"id": "Server"}, {"id": "Server tidak dapat dihubungi"})
    services = tuple(replace(one, needs=("server",)) for one in plan.services)
    running = OfficeHub(tmp_path, replace(plan, needs=(server,), services=services), clock)
    yield running
    running.stop()


def read(client: FlaskClient, address: str = "/admin/reports/day") -> str:
    """Return what a page says, with each space and each tag as one space."""
    page = client.get(address, headers=WANTED)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text.replace("\N{NO-BREAK SPACE}", " ")))


def test_the_sheet_says_what_the_day_was(hub: OfficeHub, clock: SetClock) -> None:
    day = PlayedDay(hub, clock)
    day.play(served=6)
    day.follow()
    said = read(hub.as_staff("Dewi"))
    assert "Nomor antrean 10" in said
    assert "Dilayani 6 6 dari 10" in said
    assert "Tidak datang 10 % 1 dari 10" in said
    assert "Tak terpanggil 1 1 dari 10" in said
    assert "Semua dipanggil sesuai urutan." in said
    assert "Tidak ada gangguan yang dilaporkan." in said
    found = hub.app.extensions["antrean"].settings.last_line_of(hub.office.business_day())
    assert re.fullmatch("[0-9a-f]{64}", found.chain)
    assert re.search(rf"dari baris {found.seq}, yang terakhir hari ini ?: {found.chain}", said)


def test_only_leaders_read_names_and_no_figures_of_fewer_than_five_numbers(hub: OfficeHub, clock: SetClock) -> None:
    day = PlayedDay(hub, clock)
    day.play(served=1)
    day.follow()
    assert "Ani kurang dari 5 nomor" in read(hub.as_staff("Dewi"))
    assert "Ani" not in read(hub.as_staff("Fajar"))
    day.play(served=4)
    day.follow()
    assert "kurang dari 5 nomor" not in read(hub.as_staff("Dewi"))
    assert hub.as_staff("Ani").get("/admin/reports/day", headers=WANTED).status_code == 403


def test_a_call_out_of_order_stands_there_with_who_chose_it_and_why(hub: OfficeHub, clock: SetClock) -> None:
    day = PlayedDay(hub, clock)
    hub.issue("card")
    chosen = hub.issue("card").number
    day.do(CallTicket(ticket=chosen, reason="Perlu bantuan", **ANI), 3, "operator:Ani")
    day.do(MarkNoShow(ticket=chosen, **HERE), 3)
    without = hub.issue("card").number
    day.do(CallTicket(ticket=without, **ANI), 1, "operator:Ani")
    day.follow()
    said = read(hub.as_staff("Dewi"))
    assert re.search(rf"{without} .*: tanpa alasan", said)
    assert re.search(rf"{chosen} \d\d\.\d\d, Loket 3, Ani, setelah 3 menit, melewati 1 nomor: Perlu bantuan", said)
    assert "2 dari 2 panggilan" in said
    page = hub.as_staff("Dewi").get("/admin/reports/day", headers=WANTED).text
    (address,) = re.findall(rf'href="(/admin/reports/visit[^"]*{chosen})"', page)
    assert hub.as_staff("Dewi").get(address.replace("&amp;", "&")).status_code == 200
    seen = read(hub.as_staff("Fajar"))
    assert chosen in seen
    assert "Perlu bantuan" not in seen


def test_outages_stand_there_with_how_long_they_lasted_and_how_many_waited(hub: OfficeHub, clock: SetClock) -> None:
    day = PlayedDay(hub, clock)
    hub.issue("card")
    day.do(BeginOutage(need="server"), 0, "supervisor:Dewi")
    day.do(EndOutage(need="server"), 25, "supervisor:Dewi")
    day.follow()
    assert re.search(r"Server : pukul \d\d\.\d\d sampai \d\d\.\d\d \(25 menit\)", read(hub.as_staff("Dewi")))


def test_a_day_without_visits_says_so_and_the_days_beside_it_are_one_tap_away(hub: OfficeHub, clock: SetClock) -> None:
    day = PlayedDay(hub, clock)
    day.play(served=1)
    today = hub.office.business_day()
    clock.now += timedelta(days=2)
    day.do(IssueTicket(service="card", device="kiosk-1"), 0, "kiosk:kiosk-1")
    day.follow()
    client = hub.as_staff("Dewi")
    between = client.get(f"/admin/reports/day?day={today + timedelta(days=1)}", headers=WANTED).text
    assert "Tidak ada nomor yang diberikan pada hari ini." in between
    assert "jurnal tidak punya baris dari hari ini" in between
    assert f"day={today}" in between
    assert f"day={today + timedelta(days=2)}" in between
    said = read(client)
    assert "Dari yang dipanggil, tidak ada yang diberi tahu perkiraan waktu tunggu." in said
    assert "Tidak ada loket yang buka." in said
    for wrong in ("nonsense", str(today + timedelta(days=9)), "0001-01-01"):
        assert client.get(f"/admin/reports/day?day={wrong}").status_code == 422


def test_whoever_reads_while_rows_are_missing_is_told(
    hub: OfficeHub, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = PlayedDay(hub, clock)
    day.play(served=1)
    day.follow()
    client = hub.as_staff("Dewi")
    assert "angkanya belum lengkap" not in read(client)
    monkeypatch.setattr("admin.reports.page.BEHIND", 0)
    follower = hub.app.extensions["antrean"].report_follower
    follower.cursor = replace(follower.cursor, seq=1)
    assert "angkanya belum lengkap" in read(client)


def test_the_tables_of_a_sheet_come_as_csv_without_names_for_whoever_sees_none(hub: OfficeHub, clock: SetClock) -> None:
    day = PlayedDay(hub, clock)
    day.play(served=6)
    day.follow()
    found = files(hub.as_staff("Dewi"))
    (office,) = found["office"]
    assert (office["tickets"], office["served"], office["no_show"], office["left"]) == ("10", "6", "1", "1")
    assert sum(int(row["arrivals"]) for row in found["half_hours"]) == 10
    assert [row["operator"] for row in found["operators"]] == ["Ani"]
    assert "operators" not in files(hub.as_staff("Fajar"))


def test_the_sheet_is_one_page_of_paper_and_fits_a_phone(browser: Browser, hub: OfficeHub, clock: SetClock) -> None:
    day = PlayedDay(hub, clock)
    day.play(served=6)
    day.follow()
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/reports/day")
        expect(page.locator("#day-stairs-title")).to_have_text("Kedatangan, panggilan, dan selesai sepanjang hari")
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.slow
def test_a_day_that_is_over_says_what_one_more_counter_would_have_done(hub: OfficeHub, clock: SetClock) -> None:
    day = PlayedDay(hub, clock)
    day.play(served=6)
    day.follow()
    then = hub.office.business_day()
    client = hub.as_staff("Fajar")
    assert "Bagaimana jika satu loket lagi dibuka?" not in read(client)  # the day goes on
    assert "Dihitung ulang" not in read(client, "/admin/reports/day?what_if=1")
    clock.now += timedelta(days=1)
    hub.issue("card")
    day.follow()
    sheet = f"/admin/reports/day?day={then}"
    offered = client.get(sheet, headers=WANTED).text
    assert f'href="{sheet.replace("&", "&amp;")}&amp;what_if=1#what-if"' in offered
    said = read(client, f"{sheet}&what_if=1")
    assert re.search(r"Hari itu apa adanya \d+ 2 0\.", said)
    assert re.search(r"Dihitung ulang tanpa perubahan \d+ 2 0\.", said)
    assert "Tambah satu loket, sepanjang hari" in said
    assert "Kurang satu loket" not in said  # there was only one
    assert "Dihitung, bukan dilihat." in said
    (true, again, more, _earlier) = files(client, f"{sheet}&what_if=1&as=csv")["what_if"]
    assert (true["day"], again["day"], more["day"], true["fits"]) == ("was", "again", "one_more", "1")
    assert true["wait_n"] == again["wait_n"]
    assert int(more["wait_mean_seconds"]) < int(true["wait_mean_seconds"])
    assert "what_if" not in files(client, f"{sheet}&as=csv")
    with pikepdf.open(io.BytesIO(client.get(f"{sheet}&what_if=1&as=pdf").data)) as paper:
        assert len(paper.pages) == 1


def test_a_replay_that_is_refused_or_does_not_fit_says_so_and_leaves_the_sheet(
    hub: OfficeHub, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = PlayedDay(hub, clock)
    day.play(served=6)
    day.follow()
    sheet = f"/admin/reports/day?day={hub.office.business_day()}&what_if=1"
    clock.now += timedelta(days=1)
    client, periods = hub.as_staff("Dewi"), hub.app.extensions["antrean"].periods

    def refused(*_asked: object) -> None:
        raise Unavailable("too_slow")

    monkeypatch.setattr(type(periods), "what_if", refused)
    said = read(client, sheet)
    assert "Dilayani 6 6 dari 10" in said
    assert "Dihitung ulang" not in said
    waits = Waits(Times(9, 9, 1, 1, 1, 1), 1, None)
    monkeypatch.setattr(type(periods), "what_if", lambda *_asked: WhatIf(waits, waits, 1, fits=False))
    said = read(client, sheet)
    assert "Hitungan ulang tidak cocok dengan hari ini" in said
    assert "Tambah satu loket" not in said
    monkeypatch.setattr(type(periods), "what_if", lambda *_asked: None)
    assert "Hari ini tidak dapat dihitung ulang" in read(client, sheet)


def files(client: FlaskClient, address: str = "/admin/reports/day?as=csv") -> dict[str, list[dict[str, str]]]:
    archive = zipfile.ZipFile(io.BytesIO(client.get(address).data))
    return {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode())))
        for name in archive.namelist()
    }
