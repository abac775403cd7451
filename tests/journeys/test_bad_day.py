"""The worst day of an office, hour by hour: a crowd, an outage, no paper, a dead hub, no more blanks, an early end.

Where people touch a screen it is a real one; the mass of visitors comes by HTTP. At the end of each hour all that the
pages say is compared with what the journal's table adds up to (`sums_by_hand.py`).
"""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from antrean.printing.escpos.parser import text_of as text_on_paper
from antrean.printing.slip.content import BLOCKS
from antrean.queueing.hours.document import read_spans
from antrean.queueing.hours.model import Hours
from antrean.queueing.plan.model import Counter, Limits, Need, OfficePlan, StockItem, StockUse
from tests.admin.today.test_day_journey import signed_in
from tests.conftest import small_plan
from tests.fakes.agent_process import AgentProcesses
from tests.fakes.clock_file import ClockFile
from tests.fakes.engine import OK, PAPER_OUT
from tests.fakes.hub_process import PASSWORD, HubProcess, wait_until
from tests.fakes.page_text import text_of
from tests.fakes.pages import shown
from tests.fakes.printer import FakePrinter
from tests.history_checker import read_sqlite, violations
from tests.journeys.sums_by_hand import Day, Sums, Voucher

PATIENCE = 60_000
OFFICE = "test"
TUESDAY, WEDNESDAY = "2026-11-24", "2026-11-25"
SERVER = "Server tidak dapat dihubungi"
BLANKS = 150
OPEN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
SERVES = {"1": "card", "2": "family", "3": "birth"}
LETTERS = {"card": "A", "family": "B", "birth": "C"}


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


class Staff:
    """Somebody who works by HTTP."""

    def __init__(self, hub: HubProcess, name: str) -> None:
        self._hub = hub
        self._session = requests.Session()
        self.post("/sign_in", name=name, password=PASSWORD)

    def post(self, path: str, **fields: object) -> dict[str, Any]:
        answer = self._session.post(self._hub.url + path, json=fields, timeout=60)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return dict(answer.json())


class Operator(Staff):
    """An operator at a counter."""

    def sit_down(self, counter: str) -> None:
        self.post("/counter_panel/session", counter=counter)

    def call(self) -> str:
        """Call the next, which finishes whoever is served."""
        return str(self.post("/counter_panel/calls")["ticket"]["number"])

    def step(self, number: str, step: str) -> None:
        self.post(f"/counter_panel/tickets/{number}/{step}")

    def serve(self, times: int, then: Callable[[], object] = lambda: None) -> list[str]:
        """Serve so many to the end, one after the other; `then` is done after each."""
        served = []
        for _ in range(times):
            served.append(self.call())
            self.step(served[-1], "start")
            then()
        self.step(served[-1], "complete")
        return served

    def miss(self) -> str:
        number = self.call()
        self.step(number, "no_show")
        return number


class BadDay:
    """The office: its hub with a clock that is set, its printer, its people and their screens."""

    def __init__(self, hub: HubProcess, clock: ClockFile, printer: FakePrinter, browser: Browser) -> None:
        self.hub, self.clock, self.printer = hub, clock, printer
        self.today = TUESDAY
        self.links: dict[str, str] = {}
        self.given: list[str] = []  # with a slip
        self.by_hand: list[tuple[str, str]] = []  # by staff, who write the number down
        self.faults: list[str] = []
        self._browser, self._lock = browser, threading.Lock()
        self._tokens = [hub.pair("kiosk", f"Kios {n}") for n in (1, 2, 3)]
        self.kiosk = self._screen("kiosk", self._tokens[0], 1080, 1920)
        self.display = self._screen("display", hub.pair("display", "Layar"), 1920, 1080)
        self.dewi = self._watched(signed_in(browser, hub.url, "Dewi", "/admin/today"))
        self.stock = self._watched(self.dewi.context.new_page())
        self.stock.goto(f"{hub.url}/admin/stock")
        self.ani = self._watched(signed_in(browser, hub.url, "Ani", "/counter_panel/"))
        self.ani.click("#sit-3")
        expect(self.ani.locator("#big")).to_be_visible(timeout=PATIENCE)
        self.cards, self.families = Operator(hub, "Budi"), Operator(hub, "Eka")
        self.cards.sit_down("1")
        self.families.sit_down("2")
        self.births = Operator(hub, "Ani")  # the same operator as on the tablet, for the mass
        self.workers = {"card": self.cards, "family": self.families, "birth": self.births}

    def at(self, clock: str) -> None:
        """Let it be so late at the office."""
        self.clock.set(datetime.fromisoformat(f"{self.today}T{clock}:00+07:00"))

    def forward(self, seconds: float) -> None:
        self.clock.set(self.clock() + timedelta(seconds=seconds))

    # Visitors.

    def come(self, kiosk: int, service: str, persons: int = 1, **more: object) -> requests.Response:
        """Ask one of the three kiosks for a number, by HTTP."""
        headers = {"Authorization": f"Bearer {self._tokens[kiosk - 1]}"}
        fields = {"service": service, "persons": persons, **more}
        return requests.post(f"{self.hub.url}/kiosk/tickets", json=fields, headers=headers, timeout=60)

    def take(self, service: str, persons: int = 1, kiosk: int = 2) -> str:
        answer = self.come(kiosk, service, persons)
        assert answer.status_code == 201, answer.text
        ticket = answer.json()["ticket"]
        with self._lock:
            self.links[ticket["number"]] = ticket["follow_url"].partition("ticket=")[2]
            self.given.append(ticket["number"])
            self.forward(1)
        return str(ticket["number"])

    def refused(self, service: str, persons: int = 1) -> str:
        answer = self.come(2, service, persons)
        assert not answer.ok, answer.text
        return str(answer.json()["error"]["code"])

    def crowd(self, *wishes: Sequence[tuple[str, int]]) -> None:
        """Let as many queues as there are kiosks take their numbers at the same time: service and persons of each."""
        failed: list[BaseException] = []

        def queue(kiosk: int, wished: Sequence[tuple[str, int]]) -> None:
            try:
                for service, persons in wished:
                    self.take(service, persons, kiosk)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=queue, args=one) for one in enumerate(wishes, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive()
        assert failed == []

    def tap(self, service: str, persons: int = 1) -> Locator:
        """Take a number by two taps at the first kiosk; give the screen of the result, which may still wait."""
        expect(self.kiosk.locator(".resting")).to_have_count(0)
        shown(self.kiosk, f'.tile[data-service="{service}"]').tap()
        expect(self.kiosk.locator(".resting")).to_have_count(0)
        key = shown(self.kiosk, f'[name=persons][value="{persons}"]')
        expect(key).to_be_visible()
        settled(self.kiosk)
        key.tap()
        return self.kiosk.locator(".ticket-number")

    def told(self, number: Locator) -> str:
        """Read the number, and go back to the start."""
        expect(number).to_be_visible(timeout=PATIENCE)
        found = number.inner_text()
        self.given.append(found)
        settled(self.kiosk)
        self.kiosk.locator("[data-ticket] [data-done]").tap()
        expect(shown(self.kiosk, ".tile[data-service]").first).to_be_visible()
        return found

    def leave(self, number: str) -> None:
        """Give a number back, by phone."""
        fields = {"ticket": self.links[number]}
        answer = requests.post(f"{self.hub.url}/mobile_ticket/leave", json=fields, timeout=60)
        assert answer.ok, answer.text

    def phone(self, number: str) -> str:
        """Return the words on the phone of a number's holder."""
        asked = {"ticket": self.links[number], "language": "id"}
        answer = requests.get(f"{self.hub.url}/mobile_ticket/", asked, headers={"Accept": "text/html"}, timeout=60)
        assert answer.ok, answer.text
        return text_of(answer.text)

    def press(self, words: str, after: str) -> str:
        """Press the big button of the tablet once it says so; give the number that it is about then."""
        big = self.ani.locator("#big")
        expect(big).to_contain_text(words, timeout=PATIENCE)
        settled(self.ani)
        big.click()
        expect(self.ani.locator(f".ticket.is-{after}")).to_be_visible(timeout=PATIENCE)
        return self.ani.locator(f".ticket.is-{after}").inner_text()

    # Staff.

    def serve(self, service: str, times: int, until: str) -> None:
        """Serve so many at the counter of a service, spread evenly over the time until then."""
        end = datetime.fromisoformat(f"{self.today}T{until}:00+07:00")
        each = (end - self.clock()).total_seconds() / times
        assert each >= 0
        self.workers[service].serve(times, lambda: self.forward(each))

    def enter(self, what: str, count: int, why: str = "") -> None:
        """Make an entry of the stock, on its page."""
        self.stock.goto(f"{self.hub.url}/admin/stock")
        form = self.stock.locator(f"form[action$='/blank/{what}']")
        if not form.is_visible():
            self.stock.locator("#item-blank details summary").first.click()
        self.stock.fill(f"#{what}-blank-count", str(count))
        self.stock.fill(f"#{what}-blank-why", why)
        entries = self.stock.locator("#entries li")
        before = entries.count()
        form.locator("button").click()
        expect(entries).to_have_count(before + 1, timeout=PATIENCE)

    def codes(self) -> dict[str, str]:
        """Return what stands on the slips of today beside each number."""
        found = {}
        for slip in self.printer.engine.slips:
            words = text_on_paper(slip, "cp858")
            number, code = re.search(r"[ABC]-\d{3}", words), re.search(r"Kode\D*(\d{4})\b", words)
            assert number is not None, words
            assert code is not None, words
            found[number[0]] = code[1]
        return found

    def redeem(self, one: Voucher, code: str) -> None:
        """Type number and code at a kiosk, by HTTP."""
        headers = {"Authorization": f"Bearer {self._tokens[1]}"}
        fields = {"number": one.number, "code": code}
        answer = requests.post(f"{self.hub.url}/kiosk/lost", json=fields, headers=headers, timeout=60)
        assert answer.ok, answer.text
        self.given.append(answer.json()["ticket"]["number"])

    def redeem_by_taps(self, one: Voucher, code: str) -> str:
        """Type number and code at the first kiosk."""
        self.kiosk.locator("[data-lost-slip]:visible").tap()
        shown(self.kiosk, f"[data-letter={one.number[0]}]").tap()
        for typed in (str(int(one.number[2:])), code):
            for figure in typed:
                shown(self.kiosk, f"[data-figure='{figure}']").tap()
            settled(self.kiosk)
            shown(self.kiosk, "[data-next]:visible").tap()
            settled(self.kiosk)
        return self.told(self.kiosk.locator(".ticket-number"))

    # What is said, and what is true.

    def sums(self) -> Sums:
        return Sums(self.hub.config.data / "antrean.sqlite3", OFFICE, SERVES)

    def now(self) -> Day:
        return self.sums().days[self.today]

    def printed(self) -> None:
        """Wait until everybody who took a number has a slip, and nobody two."""
        wait_until(lambda: len(self.printer.numbers) >= len(self.given), "all slips")
        assert sorted(self.printer.numbers) == sorted(self.given)

    def compare(self) -> None:
        """Compare what phones, Today, stock and outages say with the table's sums, number by number."""
        sums = self.sums()
        day = sums.days[self.today]
        self._phones(day)
        for service in LETTERS:
            said = self.dewi.locator(f"[data-fragment='service.{service}'] .today-count b")
            expect(said).to_have_text(str(len(day.waiting(service))), timeout=PATIENCE)
        lasting = [one for one in day.outages if one.ended is None]
        counted = self.dewi.locator("[data-fragment='need.server'] .today-count b")
        expect(counted).to_have_text([str(one.waited) for one in lasting], timeout=PATIENCE)
        figures = self.stock.locator("[data-fragment='level.blank'] dd b")
        told = [str(sums.stock["blank"]), str(day.here("card")), str(day.used["blank"])]
        for place, figure in enumerate(told):
            expect(figures.nth(place)).to_have_text(figure, timeout=PATIENCE)
        assert self.outages() == [self._outage(one) for each in sums.days.values() for one in each.outages]

    def _phones(self, day: Day) -> None:
        open_now = {one.number: one for one in day.numbers.values() if one.state in ("waiting", "called", "serving")}
        ahead = day.ahead()
        expected = {number: [one.state, ahead.get(number, 0)] for number, one in open_now.items()}
        if not set(open_now) & set(self.links):
            return
        link = self.links[next(number for number in open_now if number in self.links)]

        def said() -> dict[str, Any]:
            view = requests.get(f"{self.hub.url}/mobile_ticket/view", {"ticket": link}, timeout=60).json()
            return {number: row[:2] for number, row in view["tickets"].items() if number in open_now}

        until = time.monotonic() + PATIENCE / 1000
        while (found := said()) != expected and time.monotonic() < until:
            pass
        assert found == expected

    def outages(self) -> list[list[str]]:
        """Return the rows of the page on outages, by day: from, until, minutes, how many waited, how many went."""
        page = self.dewi.context.new_page()
        page.goto(f"{self.hub.url}/admin/outages")
        rows = page.locator("section:has(#days-title) tbody tr").all()
        found = [[cell.inner_text() for cell in row.locator("td.number").all()] for row in rows]
        page.close()
        return found

    def _outage(self, one: Any) -> list[str]:
        began, ended = (at and (at + timedelta(hours=7)).strftime("%H.%M") for at in (one.began, one.ended))
        seconds = ((one.ended or self.clock()) - one.began).total_seconds()
        minutes = f"{round(seconds / 60)} menit"
        return [str(began), ended or "masih terganggu", minutes, str(one.waited), str(one.left)]

    def _screen(self, kind: str, token: str, width: int, height: int) -> Page:
        context = self._browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
        context.add_cookies([{"name": f"antrean_{kind}", "value": token, "url": self.hub.url}])
        page = self._watched(context.new_page())
        page.goto(f"{self.hub.url}/{kind}/")
        expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=PATIENCE)
        return page

    def _watched(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page


def settled(page: Page) -> None:
    """Wait until a screen that has just come up takes touches."""
    expect(page.locator(".is-settling")).to_have_count(0, timeout=PATIENCE)


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


def the_close(office: BadDay) -> None:
    """At 18:00 the supervisor ends the day. 23 still wait, and keep their place; who was called does not."""
    office.at("14:30")
    for service in ["family", "birth"] * 10:
        office.take(service)
    office.printed()
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
    """Those of yesterday come after some newcomers, and are called before them, in yesterday's order."""
    codes = office.codes()
    office.today = WEDNESDAY
    office.links.clear()  # numbers begin anew
    office.at("07:50")
    office.enter("receive", 60)
    office.at("08:00")
    newcomers = [office.take(service) for service in LETTERS for _ in range(2)]
    held = list(office.sums().vouchers.values())
    first, second, *others = reversed(held)
    office.redeem_by_taps(first, codes[first.number])
    for code, service in SERVES.items():
        office.workers[service].sit_down(code)
    told = office.births.post(f"/counter_panel/vouchers/{second.line}/numbers")["ticket"]["number"]
    office.by_hand.append((WEDNESDAY, told))
    for one in others:
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
