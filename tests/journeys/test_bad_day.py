"""The worst day of an office, hour by hour: a crowd, an outage, no paper, a dead hub, no more blanks, a last number.

Where people touch a screen it is a real one; the mass of visitors comes by HTTP. At the end of each hour all that the
pages say is compared with what the journal's table adds up to (`sums_by_hand.py`).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from antrean.printing.slip.content import BLOCKS
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.model import Counter, Limits, Need, OfficePlan, StockItem, StockUse
from tests.conftest import small_plan
from tests.fakes.agent_process import AgentProcesses
from tests.fakes.clock_file import ClockFile
from tests.fakes.engine import OK, PAPER_OUT
from tests.fakes.hub_process import HubProcess
from tests.fakes.pages import shown
from tests.fakes.printer import FakePrinter
from tests.history_checker import read_sqlite, violations
from tests.journeys.bad_day_office import LETTERS, OFFICE, PATIENCE, SERVES, TUESDAY, BadDay, Staff, settled

WEDNESDAY = "2026-11-25"
SERVER = "Server tidak dapat dihubungi"
BLANKS = 150
OPEN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


@pytest.fixture
def plan() -> OfficePlan:
    """Each counter serves one service. Cards use blanks; all but births need the ministry's server."""
    uses = {"card": (StockUse("blank"),)}
    services = tuple(
        replace(one, uses=uses.get(one.code, ()), needs=() if one.code == "birth" else ("server",), promised_wait=30)
        for one in small_plan().services
    )
    return small_plan(
        services=services,
        counters=tuple(Counter(code, f"Loket {code}", (service,)) for code, service in SERVES.items()),
        stock=(StockItem("blank", {"id": "Blangko KTP-el"}, {"id": "lembar"}, 5),),
        needs=(Need("server", {"id": "Server pusat"}, {"id": SERVER}),),
        hours=Hours({day: read_spans(["08:00-18:00"]) for day in OPEN_DAYS}),
        limits=Limits(voucher_days=3),
        slip={"blocks": [block for block in BLOCKS if block not in ("qr", "qr_caption")]},  # the code as text
    )


@pytest.fixture
def office(tmp_path: Path, plan: OfficePlan, browser: Browser) -> Iterator[BadDay]:
    clock = ClockFile(tmp_path / "clock")
    clock.set(datetime.fromisoformat(f"{TUESDAY}T07:30:00+07:00"))
    hub = HubProcess(tmp_path / "hub", plan, clock=clock)
    token = hub.pair("print_agent", "Pencetak")
    with FakePrinter() as printer, hub:
        agents = AgentProcesses(hub.url, token, printer.address, tmp_path / "agent")
        agent = agents.start()
        try:
            yield BadDay(hub, clock, printer, browser)
        finally:
            os.kill(agent, signal.SIGKILL)
            agents.close()


@pytest.mark.long
def test_a_bad_day_is_right_to_the_unit(office: BadDay) -> None:
    the_delivery(office)
    the_crowd(office)
    the_outage(office)
    the_paper(office)
    the_killed_hub(office)
    the_blanks(office)
    the_last_number(office)
    the_close(office)
    the_next_morning(office)
    whole(office)


def the_delivery(office: BadDay) -> None:
    """Before the doors open, blanks come in."""
    office.at("07:50")
    office.enter("receive", BLANKS)
    office.compare()


def the_crowd(office: BadDay) -> None:
    """180 people are at the door, at three kiosks. Two hours later 60 wait whom the server will hold up."""
    office.at("08:00")
    for service in LETTERS:
        assert office.told(office.tap(service)) == f"{LETTERS[service]}-001"
    cards = [("card", 1 + (n % 10 == 0)) for n in range(1, 100)]
    others = [("family", 1)] * 49 + [("birth", 1)] * 29
    wishes = [*cards, *others]
    office.crowd(wishes[::3], wishes[1::3], wishes[2::3])
    office.printed()
    day = office.now()
    assert [len(day.waiting(service)) for service in LETTERS] == [100, 50, 30]
    office.compare()

    office.at("08:30")
    assert office.press("Panggil berikutnya", "called").startswith("C-001")
    office.press("Mulai layani", "serving")
    assert [office.cards.miss() for _ in range(3)] == ["A-001", "A-002", "A-003"]
    assert [office.families.miss() for _ in range(2)] == ["B-001", "B-002"]
    office.serve("card", 60, "09:30")
    office.serve("family", 23, "09:45")
    office.serve("birth", 20, "10:00")
    for one in office.now().waiting("card")[-2:]:
        office.leave(one.number)
    office.cards.step(office.cards.miss(), "readmit")
    day = office.now()
    assert [len(day.waiting(service)) for service in LETTERS] == [35, 25, 9]
    office.compare()


def the_outage(office: BadDay) -> None:
    """The ministry's server is down from 10:07 to 11:30."""
    office.at("10:07")
    tile = shown(office.kiosk, ".tile[data-service=card]")
    office.dewi.click("#down-server summary")
    office.dewi.click("#down-server button[value='60']")
    expect(office.dewi.locator("[data-fragment='need.server']")).to_contain_text("Terganggu sejak pukul 10.07")
    expect(tile).to_contain_text(SERVER)
    expect(office.display.locator("[data-cards]")).to_contain_text(SERVER)
    assert office.now().outages[0].waited == 60
    waits = next(one.number for one in office.now().waiting("card") if one.number in office.links)
    assert SERVER in office.phone(waits)
    assert "11.10" in office.phone(waits)
    office.compare()

    office.at("10:20")
    assert office.told(office.tap("card")).startswith("A-")
    came = [office.take(service) for service in ["card"] * 7 + ["family"] * 4 + ["birth"]]
    office.printed()
    for number in (*came[:3], *came[7:9], came[11]):
        office.leave(number)
    office.births.serve(1)
    office.compare()

    office.at("10:40")
    office.dewi.uncheck("#down-server input[name=numbers]")
    office.dewi.click("#down-server button[value='0']")
    expect(tile).to_be_disabled()
    assert office.refused("card") == office.refused("family") == "service_paused"
    office.take("birth")
    office.compare()

    office.at("11:30")
    office.dewi.click("#back-server")
    expect(tile).to_be_enabled()
    expect(office.display.locator("[data-cards] li")).to_have_count(0)
    (outage,) = office.now().outages
    assert (outage.minutes, outage.waited, outage.left) == (83, 72, 5)
    office.printed()
    office.compare()


def the_paper(office: BadDay) -> None:
    """The printer has no more paper at 11:40. Numbers are given all the same, and said to be without a slip."""
    office.at("11:40")
    office.printer.become(PAPER_OUT)
    expect(office.dewi.locator("[data-fragment=alarms]")).to_contain_text("Kertas habis")
    number = office.tap("birth")
    expect(office.kiosk.locator("[data-slip=held_up]")).to_be_visible(timeout=PATIENCE)
    expect(office.kiosk.locator(".slip-held_up")).to_be_visible()
    paperless = [office.told(number)]
    paperless += [office.take(service) for service in ("card", "card", "family", "family")]
    office.at("11:45")
    office.compare()
    expect(office.dewi.locator("[data-fragment=alarms]")).to_contain_text("5 orang tanpa karcis", timeout=PATIENCE)
    assert not set(paperless) & set(office.printer.numbers)


def the_killed_hub(office: BadDay) -> None:
    """The hub dies at 11:50 while two people touch their screens, and is back half an hour later."""
    office.at("11:50")
    called = office.press("Panggil berikutnya", "called")[:5]
    office.hub.kill()
    settled(office.ani)
    office.ani.locator("#big").click()
    number = office.tap("birth")
    expect(shown(office.kiosk, ".when-cut")).to_be_visible(timeout=PATIENCE)
    before = office.now()

    office.at("12:05")
    office.printer.become(OK)  # somebody puts a new roll in, and no hub hears of it
    office.at("12:20")
    assert office.now().numbers == before.numbers
    office.hub.start()
    expect(office.ani.locator(".ticket.is-serving")).to_contain_text(called, timeout=PATIENCE)
    office.told(number)
    office.printed()
    expect(office.dewi.locator("[data-fragment=alarms]")).not_to_contain_text("tanpa karcis", timeout=PATIENCE)
    assert len(office.now().numbers) == len(before.numbers) + 1
    office.compare()


def the_blanks(office: BadDay) -> None:
    """At 14:10 the last blank is promised; what somebody gives back is given once more."""
    office.at("13:00")
    office.serve("card", 10, "14:00")
    office.enter("spoil", 2, "terlipat")
    sums = office.sums()
    free = sums.stock["blank"] - sums.days[office.today].here("card")
    assert free > 18
    while free > 4:
        office.take("card", 3)
        free -= 3
    assert office.refused("card", free + 1) == "too_many_persons"
    if free > 1:
        office.take("card", free - 1)
    office.at("14:10")
    last = office.told(office.tap("card"))
    tile = shown(office.kiosk, ".tile[data-service=card]")
    expect(tile).to_be_disabled()
    expect(tile).to_contain_text("Habis")
    assert office.refused("card") == "stock_used_up"
    expect(office.dewi.locator("[data-fragment='service.card']")).to_contain_text("Habis: Blangko KTP-el")
    expect(office.dewi.locator("[data-fragment=alarms]")).to_contain_text("Blangko KTP-el")
    office.compare()

    office.at("14:20")
    waiting = office.now().waiting("card")
    office.leave(next(one.number for one in waiting if one.persons == 1 and one.number in office.links))
    expect(tile).to_be_enabled()
    assert office.take("card") > last
    expect(tile).to_be_disabled()
    office.printed()
    office.compare()


def the_last_number(office: BadDay) -> None:
    """At 15:20 births give no more numbers: those who wait take until six. The supervisor lets one more come."""
    office.at("14:30")
    for service in ["family", "birth"] * 10:
        office.take(service)
    office.printed()
    office.serve("birth", 5, "15:20")
    tile = shown(office.kiosk, ".tile[data-service=birth]")
    expect(tile).to_be_enabled()
    Staff(office.hub, "Dewi").post("/admin/rules", served_percent=80)
    expect(tile).to_be_disabled(timeout=PATIENCE)
    expect(tile).to_contain_text("antrean sudah sampai jam tutup")
    assert office.refused("birth") == "numbers_stopped"
    last = max((one for one in office.now().numbers.values() if one.service == "birth"), key=lambda one: one.issued)
    assert office.now().stopped["birth"] == last.number
    births = office.dewi.locator("[data-fragment='service.birth']")
    expect(births).to_contain_text(f"setelah {last.number}")
    office.compare()

    office.at("15:25")
    births.get_by_role("button", name="Kami buka lebih lama hari ini").click()
    expect(tile).to_be_enabled(timeout=PATIENCE)
    assert "birth" not in office.now().stopped
    assert office.take("birth") > last.number
    office.printed()
    office.compare()


def the_close(office: BadDay) -> None:
    """At 18:00 the supervisor ends the day. 23 still wait, and keep their place; who was called does not."""
    left = {"card": 9, "family": 8, "birth": 7}
    for service, clock in zip(left, ("16:00", "17:00", "17:55"), strict=True):
        more = len(office.now().waiting(service)) - left[service]
        assert more > 0
        office.serve(service, more, clock)
    office.births.call()
    office.at("18:00")
    before = office.now()
    assert sum(len(before.waiting(service)) for service in LETTERS) == 23
    office.compare()
    office.dewi.click("#close-day")
    office.dewi.click("[data-confirm-yes]")
    day = office.dewi.locator("[data-fragment=day]")
    expect(day).to_contain_text("24 nomor yang belum selesai sudah diakhiri.")
    expect(day).to_contain_text("23 di antaranya termasuk yang pertama saat datang kembali.")
    expect(office.display.locator(".day-closed")).to_contain_text("Masih menunggu? Simpan nomor Anda")
    expect(shown(office.kiosk, ".tile")).to_have_count(0)
    after = office.now()
    assert after.closed == {"expired": 24, "vouchers": 23}
    assert after.used == before.used
    expected = [one.number for service in LETTERS for one in before.waiting(service)]
    given = list(office.sums().vouchers.values())
    assert sorted(one.number for one in given) == sorted(expected)
    for one in given:
        if one.number in office.links:
            assert "Anda termasuk yang pertama" in office.phone(one.number)
    office.compare()


def the_next_morning(office: BadDay) -> None:
    """Those of yesterday come after some newcomers, and are called before them, in yesterday's order.

    The last blanks are theirs: no newcomer is given one before more come in.
    """
    codes = office.codes()
    office.today = WEDNESDAY
    office.links.clear()  # numbers begin anew
    office.at("08:00")
    sums = office.sums()
    assert sums.stock["blank"] == sums.promised("card", WEDNESDAY)[1] > 0
    assert office.refused("card") == "stock_used_up"
    expect(shown(office.kiosk, ".tile[data-service=card]")).to_contain_text("Habis")
    newcomers = [office.take(service) for service in ("family", "birth") for _ in range(2)]
    office.compare()
    held = list(office.sums().vouchers.values())
    first, second, *others = reversed(held)
    office.redeem_by_taps(first, codes[first.number])
    for code, service in SERVES.items():
        office.workers[service].sit_down(code)
    told = office.births.post(f"/counter_panel/vouchers/{second.line}/numbers")["ticket"]["number"]
    office.by_hand.append((WEDNESDAY, told))
    for one in others[:12]:
        office.redeem(one, codes[one.number])
    office.compare()
    office.enter("receive", 2)
    newcomers += [office.take("card"), office.take("card")]
    assert office.refused("card") == "stock_used_up"
    for one in others[12:]:
        office.redeem(one, codes[one.number])
    office.printed()
    sums = office.sums()
    assert all(one.became for one in sums.vouchers.values())
    office.compare()

    for service, worker in office.workers.items():
        came = [sums.vouchers[one.line].became for one in held if one.service == service]
        came += [number for number in newcomers if number.startswith(LETTERS[service])]
        assert worker.serve(len(came)) == came
    office.compare()


def whole(office: BadDay) -> None:
    """The whole journal holds what the rules say, each number had one slip, and no page had a fault."""
    sums = office.sums()
    assert violations(read_sqlite(office.hub.config.data / "antrean.sqlite3", OFFICE), [], False) == []
    issued = {(day, number) for day, one in sums.days.items() for number in one.numbers}
    assert dict(sums.slips) == dict.fromkeys(issued - set(office.by_hand), 1)
    assert len(issued) == len(office.given) + len(office.by_hand)
    assert office.faults == []
