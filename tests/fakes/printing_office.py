"""A whole office that prints: a real hub on a real port, a real agent in a thread, a fake printer on a real port."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import antrean.printing.transport.address
from antrean.access.devices import pair_device
from antrean.hub.agents import printer_addresses
from antrean.printing.agent.run import run_agent
from antrean.printing.escpos.parser import text_of
from antrean.printing.transport.address import parse_address
from antrean.queueing.commands import ChangePlan
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.slip import Slip
from printer_profiles import load_profile
from tests.conftest import PassingClock
from tests.fakes.allowed import allowed_below
from tests.fakes.office_hub import OfficeHub
from tests.fakes.printer import FakePrinter
from tests.fakes.wire import WirePrinter
from tests.printing.conftest import QUICK, quick

LONGEST = 60.0
TIMINGS = replace(QUICK, hold_s=3.0)
PATIENCE = 5.0  # times the shortest wait for a printer's answer: browser, hub and agent run beside it


class MovedClock(PassingClock):
    """A clock that goes on by itself, moved on by `by`."""

    def __init__(self) -> None:
        super().__init__()
        self.by = timedelta()

    def __call__(self) -> datetime:
        return super().__call__() + self.by


class PrintingOffice:
    """`hub`, its address `url`, a `kiosk` and the supervisor `dewi` as clients, the `printer` and its agent."""

    def __init__(self, hub: OfficeHub, url: str, printer: FakePrinter, folder: Path) -> None:
        self.hub, self.url, self.printer, self.folder = hub, url, printer, folder
        self.clock = MovedClock()
        self._told = threading.Condition()
        services = hub.app.extensions["antrean"]
        device, self.token = pair_device(services.settings, "print_agent", "Printer 1", hub.office.clock)
        _, kiosk_token = pair_device(services.settings, "kiosk", "Kiosk 1", hub.office.clock)
        self.id, self.kiosk_token = device.id, kiosk_token
        hub.office.execute(ChangePlan(what="devices"))
        hub.office.subscribe(self._heard)
        self.dewi = hub.as_staff("Dewi")
        self.dewi.post("/counter_panel/session", json={"counter": "1"})
        self.kiosk = hub.app.test_client()
        self.kiosk.set_cookie("antrean_kiosk", kiosk_token)
        self._agent: tuple[threading.Event, threading.Thread] | None = None

    def start_agent(self, printers: str = "") -> None:
        """Start the agent; without an address the hub says where its printer hangs."""
        stop = threading.Event()
        allowed = allowed_below(self.folder.parent)
        thread = threading.Thread(
            target=lambda: run_agent(
                self.url,
                self.token,
                printers,
                data_folder=self.folder / "agent",
                virtual_folder=self.folder / "virtual_printer",
                stop=stop,
                timings=TIMINGS,
                allowed=allowed,
            ),
            daemon=True,
        )
        thread.start()
        self._agent = stop, thread

    def stop_agent(self) -> None:
        if self._agent is not None:
            stop, thread = self._agent
            stop.set()
            thread.join(30)
            assert not thread.is_alive()
            self._agent = None

    def issue(self) -> str:
        """Take a number at the kiosk; gives it."""
        answer = self.kiosk.post("/kiosk/tickets", json={"service": "card", "persons": 1})
        assert answer.status_code == 201, answer.json
        return str(answer.get_json()["ticket"]["number"])

    def until(self, holds: Callable[[], Any]) -> Any:
        """Wait until something holds; every line of the journal is a chance to look again."""
        end = time.monotonic() + LONGEST
        with self._told:
            while not (found := holds()) and time.monotonic() < end:
                self._told.wait(0.2)
        return found

    def state(self, *states: str) -> bool:
        """Wait until the printer is in one of these states."""
        return bool(self.until(lambda: self._printer_state() in states))

    def slip(self, number: str, *states: str) -> tuple[str, str, str]:
        """Wait until the newest slip of a number is in one of these states; gives state, evidence and reason."""

        def look() -> tuple[str, str, str] | None:
            slip = self.hub.ticket(number).slip
            return (slip.state, slip.evidence, slip.reason) if slip is not None and slip.state in states else None

        found = self.until(look)
        assert found, self.hub.ticket(number).slip
        return found  # type: ignore[no-any-return]

    def use(self, *printers: str) -> None:
        """Have the hub name these printers, and wait until the agent drives them."""
        services = self.hub.app.extensions["antrean"]
        hang = [parse_address(printer) for printer in printers]
        services.settings.set_device_settings(self.id, printer_addresses.stored(hang))
        self.hub.office.execute(ChangePlan(what="devices"))
        assert self.until(lambda: self.driven() == " ".join(printers)), self.driven()

    def papers(self, number: str, *printers: FakePrinter | WirePrinter) -> list[str]:
        """What came out for a number, each paper as `first` or `copy`."""
        engines = [printer.engine for printer in printers or (self.printer,)]
        slips = [slip for engine in engines for slip in engine.slips]
        slips += [bytes(engine.paper) for engine in engines if engine.paper and not engine.cutter]
        texts = [text_of(slip, "cp858") for slip in slips]
        return ["copy" if "SALINAN" in text else "first" for text in texts if number in text]

    def page(self) -> str:
        """The printer page's words."""
        return " ".join(self.dewi.get("/admin/view?page=printers").get_json()["html"]["printers"].split())

    def today(self) -> str:
        """The alarms of the page *Today*."""
        return " ".join(self.dewi.get("/admin/view?page=today").get_json()["html"]["alarms"].split())

    def lamp(self) -> str:
        """The counter panel's words about the printer."""
        return " ".join(self.dewi.get("/counter_panel/view").get_json()["html"]["lamps"].split())

    def first_slip(self, number: str) -> Slip:
        """The slip that a number was given with."""
        slip = self.hub.ticket(number).slip
        assert slip is not None
        return slip

    def kiosk_word(self, number: str) -> str:
        """What the kiosk that issued a number says of its slip, as the word its screen goes by."""
        return str(self.kiosk.get("/kiosk/view").get_json()["slips"][number])

    def _printer_state(self) -> str:
        def look(day: ServiceDay, _plan: OfficePlan) -> str:
            return day.printers[self.id].state if self.id in day.printers else ""

        return self.hub.office.read(look)

    def driven(self) -> str:
        """The addresses of the printers that the agent says it drives."""

        def look(day: ServiceDay, _plan: OfficePlan) -> str:
            known = day.printers.get(self.id)
            return f"{known.address} {known.fallback_address}".strip() if known is not None else ""

        return self.hub.office.read(look)

    def _heard(self, entries: Any) -> None:
        with self._told:
            self._told.notify_all()


@contextmanager
def printing_office(folder: Path, plan: OfficePlan, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrintingOffice]:
    """Open one; nothing of it outlives the block."""
    address = antrean.printing.transport.address
    monkeypatch.setattr(address, "load_profile", lambda name: quick(load_profile(name), PATIENCE))
    clock = MovedClock()
    hub = OfficeHub(folder, plan, clock)
    try:
        with hub.served() as url, FakePrinter() as printer:
            office = PrintingOffice(hub, url, printer, folder)
            office.clock = clock
            try:
                yield office
            finally:
                office.stop_agent()
    finally:
        hub.stop()
