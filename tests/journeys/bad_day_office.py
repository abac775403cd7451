"""The office of the bad day: its people by HTTP and on their screens, its clock, its pages beside its table."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import requests
from playwright.sync_api import Browser, Locator, Page, expect

from antrean.printing.escpos.parser import text_of as text_on_paper
from tests.admin.today.test_day_journey import signed_in
from tests.fakes.clock_file import ClockFile
from tests.fakes.hub_process import PASSWORD, HubProcess, wait_until
from tests.fakes.page_text import text_of
from tests.fakes.pages import shown
from tests.fakes.printer import FakePrinter
from tests.journeys.sums_by_hand import Day, Sums, Voucher

PATIENCE = 60_000
OFFICE = "test"
TUESDAY = "2026-11-24"
SERVES = {"1": "card", "2": "family", "3": "birth"}
LETTERS = {"card": "A", "family": "B", "birth": "C"}


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
            self.links[ticket["number"]] = ticket["follow_url"].partition("ticket=")[2].partition("&")[0]
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
        promised, to_vouchers = sums.promised("card", self.today)
        told = [str(sums.stock["blank"]), str(promised), str(day.used["blank"])]
        for place, figure in enumerate(told):
            expect(figures.nth(place)).to_have_text(figure, timeout=PATIENCE)
        words = f"{promised} {to_vouchers} di antaranya" if to_vouchers else str(promised)
        of_visitors = self.stock.locator("[data-fragment='level.blank'] .stock-figures > div").nth(1)
        expect(of_visitors).to_contain_text(words, timeout=PATIENCE)
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
