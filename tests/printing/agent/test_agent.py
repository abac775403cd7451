"""The print agent against a real hub and a real TCP printer, both failing as they do on sites."""

from __future__ import annotations

import threading
import time

import pytest

from antrean.printing.agent.run import run_agent
from antrean.printing.agent.timings import AgentTimings
from antrean.printing.agent.worker import PrinterWorker
from antrean.printing.escpos.parser import text_of
from antrean.printing.protocol.status import PrinterStatus
from antrean.printing.slip.content import to_json
from antrean.printing.transport import virtual
from antrean.printing.transport.address import AddressError, parse_address
from tests.fakes.allowed import named_here
from tests.fakes.engine import COVER_OPEN, NEAR_END, OK, PAPER_OUT
from tests.fakes.hub import TOKEN, FakeHub
from tests.fakes.hub_process import wait_until
from tests.fakes.printer import FakePrinter
from tests.printing.conftest import QUICK, RunningAgents
from tests.printing.samples import SAMPLE


def content(number: str) -> dict[str, object]:
    return {**to_json(SAMPLE), "number": number}


def test_a_slip_is_claimed_printed_and_confirmed(hub: FakeHub, printer: FakePrinter, agents: RunningAgents) -> None:
    hub.add("2026-11-24/A-001/1", content("A-001"))
    agents.start(printer.address)
    assert hub.settled("2026-11-24/A-001/1")
    assert hub.outcome("2026-11-24/A-001/1") == ("printed", "printed", "")
    assert printer.numbers == ["A-001"]
    assert [result["result"] for result in hub.results] == ["sending", "printed"]
    assert hub.states[0] == "ready"


def test_slips_come_out_oldest_first_and_once(hub: FakeHub, printer: FakePrinter, agents: RunningAgents) -> None:
    numbers = [f"A-{n:03d}" for n in range(1, 9)]
    for number in numbers[:4]:
        hub.add(number, content(number))
    agents.start(printer.address)
    for number in numbers[4:]:
        hub.add(number, content(number))
    assert hub.settled(*numbers)
    assert printer.numbers == numbers


def test_a_printer_that_is_off_gets_its_slips_when_it_is_back(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    printer.power_off()
    hub.add("A-001", content("A-001"))
    agents.start(printer.address)
    assert hub.until(lambda: hub.states == ["offline"])
    assert hub.outcome("A-001") == ("waiting", "", "")
    printer.power_on()
    assert hub.settled("A-001")
    assert hub.outcome("A-001") == ("printed", "printed", "")
    assert printer.numbers == ["A-001"]
    assert hub.states == ["offline", "ready"]


@pytest.mark.parametrize("condition", [PAPER_OUT, COVER_OPEN])
def test_nothing_is_sent_to_a_printer_that_is_not_ready(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents, condition: str
) -> None:
    printer.become(condition)
    agents.start(printer.address)
    hub.add("A-001", content("A-001"))
    assert hub.until(lambda: condition in hub.states)
    assert printer.engine.buffer.replace(b"\x1da\x00", b"") == b""
    assert [result for result in hub.results if result["result"] == "sending"] == []
    printer.become(OK)
    assert hub.settled("A-001")
    assert printer.numbers == ["A-001"]


@pytest.mark.parametrize("condition", [OK, PAPER_OUT])
def test_one_late_answer_is_no_silence_and_two_are(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents, condition: str
) -> None:
    """On a busy machine an answer comes late now and then; panel and printer page must not speak of two faults."""
    printer.become(condition)
    agents.start(printer.address)
    state = "ready" if condition == OK else condition
    assert hub.until(lambda: hub.states == [state])
    printer.deaf_sessions = 1
    wait_until(lambda: printer.deaf_sessions == 0, "a look that gets no answer")
    sessions = printer.sessions
    wait_until(lambda: printer.sessions >= sessions + 2, "two more looks")
    assert hub.states == [state]
    printer.deaf_sessions = 10_000
    assert hub.until(lambda: hub.states == [state, "offline"])
    printer.deaf_sessions = 0
    assert hub.until(lambda: hub.states == [state, "offline", state])


def test_near_end_is_told_and_printing_goes_on(hub: FakeHub, printer: FakePrinter, agents: RunningAgents) -> None:
    printer.become(NEAR_END)
    hub.add("A-001", content("A-001"))
    agents.start(printer.address)
    assert hub.settled("A-001")
    assert "near_end" in hub.states
    assert printer.numbers == ["A-001"]


def test_paper_out_in_the_middle_is_told_at_once_and_ends_well_when_paper_comes(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    printer.engine.paper_out_after = 300
    hub.add("A-001", content("A-001"))
    agents.start(printer.address)
    assert hub.until(lambda: "paper_out" in hub.states)
    assert hub.slips["A-001"]["state"] == "sending"
    printer.become(OK)
    assert hub.settled("A-001")
    assert hub.outcome("A-001") == ("printed", "printed", "")
    assert printer.numbers == ["A-001"]


def test_a_power_cut_in_the_middle_leaves_the_slip_uncertain_and_the_next_one_prints(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    printer.reset_after = 300
    hub.add("A-001", content("A-001"))
    hub.add("A-002", content("A-002"))
    agents.start(printer.address)
    assert hub.settled("A-001", "A-002")
    assert hub.outcome("A-001") == ("uncertain", "sent", "connection_lost")
    assert hub.outcome("A-002") == ("printed", "printed", "")
    assert printer.numbers == ["A-002"]


def test_without_a_printer_the_slips_are_kept_and_can_be_shown(hub: FakeHub, agents: RunningAgents) -> None:
    hub.add("2026-11-24/A-001/1", content("A-001"))
    agents.start("")
    assert hub.settled("2026-11-24/A-001/1")
    assert hub.outcome("2026-11-24/A-001/1") == ("printed", "virtual", "")
    (kept,) = virtual.kept(agents.folder / "slips")
    assert kept.name == "2026-11-24_A-001_1.bin"
    assert "A-001" in text_of(kept.read_bytes(), "cp858")


def test_the_hub_names_the_printer_and_may_change_it(hub: FakeHub, printer: FakePrinter, agents: RunningAgents) -> None:
    agents.start("")
    hub.add("A-001", content("A-001"))
    assert hub.settled("A-001")
    hub.printer["address"] = printer.address
    hub.add("A-002", content("A-002"))
    assert hub.settled("A-002")
    assert hub.outcome("A-001")[1] == "virtual"
    assert hub.outcome("A-002")[1] == "printed"
    assert printer.numbers == ["A-002"]


def test_a_second_printer_takes_over_while_the_first_has_no_paper(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    with FakePrinter("generic-58") as second:
        printer.become(PAPER_OUT)
        agents.start(f"{printer.address} {second.address}")
        hub.add("A-001", content("A-001"))
        assert hub.settled("A-001")
        assert second.numbers == ["A-001"]
        printer.become(OK)
        assert hub.until(lambda: hub.states[-1] == "ready")
        hub.add("A-002", content("A-002"))
        assert hub.settled("A-002")
        assert (printer.numbers, second.numbers) == (["A-002"], ["A-001"])


@pytest.mark.parametrize("wrong", [{"number": "A-001", "advert": "x"}, {"service": "without a number"}])
def test_a_slip_that_cannot_be_composed_fails_and_holds_nothing_up(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents, wrong: dict[str, object]
) -> None:
    hub.add("A-001", wrong)
    hub.add("A-002", content("A-002"))
    agents.start(printer.address)
    assert hub.settled("A-001", "A-002")
    assert hub.outcome("A-001") == ("failed", "none", "compose_failed")
    assert printer.numbers == ["A-002"]


def test_a_printer_that_is_off_is_told_once_however_it_fails_to_answer(
    printer: FakePrinter, quick_profiles: None
) -> None:
    """Off for a night, it is now refused, now unreachable, now silent: the journal need not hear of each."""
    told: list[PrinterStatus] = []
    worker = PrinterWorker(
        parse_address(printer.address), told.append, threading.Event(), time.monotonic, QUICK,
        named_here(printer.address),
    )  # fmt: skip
    printer.power_off()
    worker.look("")
    printer.stall = True
    printer.power_on()
    worker.look("")
    assert [(state.state, "printer_refused" in state.detail) for state in told] == [("offline", True)]
    printer.stall = False
    printer.wait_free()
    worker.look("")
    assert [state.state for state in told] == ["offline", "ready"]


def test_what_befalls_a_printer_while_nobody_prints_is_known_within_one_round(
    printer: FakePrinter, quick_profiles: None
) -> None:
    """The rounds of the product, by a clock that the test moves on: at most three seconds apart."""
    skipped = 0.0
    told: list[str] = []
    worker = PrinterWorker(
        parse_address(printer.address),
        lambda state: told.append(state.state),
        threading.Event(),
        lambda: time.monotonic() + skipped,
        AgentTimings(),
        named_here(printer.address),
    )
    worker.look("")
    assert told == ["ready"]
    seen = ((PAPER_OUT, "paper_out"), (COVER_OPEN, "cover_open"), (OK, "ready"), (NEAR_END, "near_end"))
    for condition, state in seen:
        printer.become(condition)
        pause = worker.until_look(wanted=False)
        assert pause <= 3.0
        skipped += pause
        assert worker.until_look(wanted=False) == 0.0
        printer.wait_free()
        worker.look("")
        assert told[-1] == state


def test_one_refused_connection_is_no_outage_and_two_are(printer: FakePrinter, quick_profiles: None) -> None:
    """Most printers take one client at a time, and some need a moment after each."""
    told: list[str] = []
    worker = PrinterWorker(
        parse_address(printer.address), lambda state: told.append(state.state), threading.Event(), time.monotonic,
        QUICK, named_here(printer.address),
    )  # fmt: skip
    printer.become(PAPER_OUT)
    worker.look("")
    printer.power_off()
    worker.look("")
    assert (told, worker.state.state) == (["paper_out"], "paper_out")
    printer.power_on()
    worker.look("")
    printer.power_off()
    worker.look("")
    worker.look("")
    assert told == ["paper_out", "offline"]


def test_a_wrong_address_is_refused_at_the_start(hub: FakeHub, agents: RunningAgents) -> None:
    with pytest.raises(AddressError, match="ftp://x"):
        run_agent(hub.url, TOKEN, "ftp://x", data_folder=agents.folder, stop=threading.Event())
