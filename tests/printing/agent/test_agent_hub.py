"""The print agent when the hub is away, refuses, says nothing, or when an agent died or was started twice."""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from antrean.printing.agent.printer_lock import PrinterLock, PrinterOwned
from antrean.printing.agent.run import run_agent
from antrean.printing.agent.state import AgentState
from antrean.printing.slip.content import to_json
from antrean.printing.transport import virtual
from antrean.printing.transport.address import parse_address
from tests.fakes.engine import OK, PAPER_OUT
from tests.fakes.hub import TOKEN, FakeHub
from tests.fakes.printer import FakePrinter
from tests.printing.conftest import RunningAgents
from tests.printing.samples import SAMPLE


def content(number: str) -> dict[str, object]:
    return {**to_json(SAMPLE), "number": number}


def test_a_slip_whose_visitor_no_longer_waits_is_not_printed(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    hub.add("A-001", content("A-001"))
    hub.add("A-002", content("A-002"))
    hub.not_needed = {"A-002"}
    hub.add("A-003", content("A-003"))
    agents.start(printer.address)
    assert hub.settled("A-001", "A-002", "A-003")
    assert hub.refused == ["slip_not_needed"]
    assert printer.numbers == ["A-001", "A-003"]


def test_a_refused_claim_prints_nothing(hub: FakeHub, printer: FakePrinter, agents: RunningAgents) -> None:
    hub.add("A-001", content("A-001"))
    hub.slips["A-001"]["claim"] = "somebody-else"
    agents.start(printer.address)
    assert hub.until(lambda: "slip_already_taken" in hub.refused)
    hub.add("A-002", content("A-002"))
    assert hub.settled("A-002")
    assert printer.numbers == ["A-002"]


def test_a_claim_whose_answer_was_lost_is_given_back_when_the_printer_cannot_print_it(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    hub.add("A-001", content("A-001"))
    hub.loses_answers_to.append("sending")
    hub.on_result = lambda body: printer.become(PAPER_OUT) if body["result"] == "sending" else None
    agents.start(printer.address)
    assert hub.until(lambda: [result["result"] for result in hub.results] == ["sending", "waiting"])
    assert hub.outcome("A-001")[0] == "waiting"
    hub.on_result = lambda body: None
    printer.become(OK)
    assert hub.settled("A-001")
    assert printer.numbers == ["A-001"]


def test_the_hub_may_be_away_when_the_agent_starts_and_when_a_slip_is_done(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    hub.stop()
    agents.start(printer.address)
    hub.add("A-001", content("A-001"))
    hub.start()
    assert hub.settled("A-001")
    printer.bytes_per_s = 2000  # slow enough that the hub is gone before the slip is done
    hub.add("A-002", {**content("A-002"), "qr": ""})  # without a picture, so that its last bytes come soon enough
    assert hub.until(lambda: hub.slips["A-002"]["state"] == "sending")
    hub.stop()
    assert hub.slips["A-002"]["state"] == "sending"
    hub.start()
    assert hub.settled("A-002")
    assert hub.outcome("A-002") == ("printed", "printed", "")
    assert printer.numbers == ["A-001", "A-002"]


def test_a_hub_that_answers_with_errors_is_asked_again(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    hub.add("A-001", content("A-001"))
    hub.failing = True
    agents.start(printer.address)
    assert hub.until(lambda: hub.failures > 2)
    assert printer.numbers == []
    hub.failing = False
    assert hub.settled("A-001")
    assert printer.numbers == ["A-001"]


def test_a_socket_that_lives_but_says_nothing_is_left_and_the_view_is_fetched(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antrean.printing.agent.hub_client.SILENCE_S", 0.5)
    agents.start(printer.address)
    hub.add("A-001", content("A-001"))
    assert hub.settled("A-001")
    hub.silent = True
    hub.add("A-002", content("A-002"))
    assert hub.settled("A-002")
    assert printer.numbers == ["A-001", "A-002"]


def test_an_agent_whose_token_is_revoked_prints_nothing_and_goes_on_asking(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents, monkeypatch: pytest.MonkeyPatch
) -> None:
    agents.start(printer.address)
    hub.add("A-001", content("A-001"))
    assert hub.settled("A-001")
    monkeypatch.setattr("tests.fakes.hub.TOKEN", "another")
    hub.add("A-002", content("A-002"))
    assert hub.until(lambda: hub.turned_away > 1)
    assert printer.numbers == ["A-001"]
    monkeypatch.setattr("tests.fakes.hub.TOKEN", TOKEN)
    assert hub.settled("A-002")
    assert printer.numbers == ["A-001", "A-002"]


def test_a_slip_that_its_dead_agent_left_in_sending_is_uncertain_and_not_sent_again(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    hub.add("A-001", content("A-001"))
    hub.slips["A-001"].update(state="sending", claim="run-of-the-dead")
    agents.start(printer.address)
    assert hub.settled("A-001")
    assert hub.outcome("A-001") == ("uncertain", "none", "agent_restarted")
    assert printer.numbers == []


def test_a_result_kept_by_a_dead_agent_is_told_by_the_next_one(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents, tmp_path: Path
) -> None:
    hub.add("A-001", content("A-001"))
    hub.slips["A-001"].update(state="sending", claim="run-before")
    owner = PrinterLock(agents.folder, parse_address(printer.address).device_key)
    done = {"job": "A-001", "result": "printed", "evidence": "printed", "reason": "", "claim": "run-before"}
    owner.write(AgentState("run-before", [done]))
    owner.release()
    agents.start(printer.address)
    assert hub.settled("A-001")
    assert hub.outcome("A-001") == ("printed", "printed", "")
    assert printer.numbers == []


def test_a_slip_that_an_earlier_run_remembers_to_have_printed_is_not_printed_again_by_a_hub_that_forgot_it(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    owner = PrinterLock(agents.folder, parse_address(printer.address).device_key)
    owner.write(AgentState("run-before", [], printed=["A-001"]))
    owner.release()
    hub.add("A-001", content("A-001"))
    hub.add("A-002", content("A-002"))
    agents.start(printer.address)
    assert hub.settled("A-001", "A-002")
    assert hub.outcome("A-001") == ("uncertain", "none", "on_paper")
    assert hub.outcome("A-002") == ("printed", "printed", "")
    assert printer.numbers == ["A-002"]


def test_the_newest_line_that_came_with_a_slip_is_told_to_a_hub_that_comes_back(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    remembered = {"office": "test", "seq": 12, "chain": "a" * 64, "at": "2026-11-24T02:00:00+00:00", "settings": 3}
    hub.head = remembered
    agents.start(printer.address)
    hub.add("A-001", content("A-001"))
    assert hub.settled("A-001")
    hub.stop()
    hub.heads.clear()
    hub.head = {**remembered, "seq": 7, "chain": "b" * 64}
    hub.start()
    assert hub.until(lambda: remembered in hub.heads)
    hub.add("A-002", content("A-002"))
    assert hub.settled("A-002")
    assert printer.numbers == ["A-001", "A-002"]


def test_the_next_agent_tells_what_the_one_before_it_remembered(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    owner = PrinterLock(agents.folder, parse_address(printer.address).device_key)
    owner.write(AgentState("run-before", [], head={"office": "test", "seq": 12, "chain": "a" * 64, "at": ""}))
    owner.release()
    agents.start(printer.address)
    assert hub.until(lambda: [told["seq"] for told in hub.heads] == [12])


def test_two_agents_started_by_mistake_print_every_slip_once(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents, tmp_path: Path
) -> None:
    agents.start(printer.address)
    hub.add("A-001", content("A-001"))
    assert hub.settled("A-001")
    with pytest.raises(PrinterOwned):
        run_agent(hub.url, TOKEN, printer.address, data_folder=tmp_path / "other", stop=threading.Event())
    hub.add("A-002", content("A-002"))
    assert hub.settled("A-002")
    assert printer.numbers == ["A-001", "A-002"]


def test_two_agents_that_speak_for_one_printer_do_not_shout_each_other_down(
    hub: FakeHub, agents: RunningAgents, tmp_path: Path
) -> None:
    """On two machines nothing keeps them apart; each hears the other's report as one that is not true."""

    def remember(report: dict[str, str]) -> None:
        hub.printer["told"] = report
        hub.tell()

    hub.on_report = remember
    agents.start(f"virtual://{tmp_path}/one/slips", tmp_path / "one")
    agents.start(f"virtual://{tmp_path}/two/slips", tmp_path / "two")
    assert hub.until(lambda: len({report["address"] for report in hub.reports}) == 2)
    assert not hub.until(lambda: len(hub.reports) > 4, 2)
    hub.add("A-001", content("A-001"))
    assert hub.settled("A-001")
    kept = [file for folder in ("one", "two") for file in virtual.kept(tmp_path / folder / "slips")]
    assert len(kept) == 1


def test_an_agent_that_was_stopped_while_it_asked_for_a_slip_asks_again_before_it_prints(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    """SIGSTOP, a laptop's lid: three minutes later the number may long be called, as here."""
    slept = 0.0

    def sleep(body: dict[str, object]) -> None:
        nonlocal slept
        if body["result"] == "sending":
            slept += 180
        if body["result"] == "waiting":
            hub.not_needed = {"A-001"}

    hub.on_result = sleep
    hub.add("A-001", content("A-001"))
    agents.start(printer.address, monotonic=lambda: time.monotonic() + slept)
    assert hub.settled("A-001")
    said = [(result["result"], result["reason"]) for result in hub.results]
    assert said[:2] == [("sending", ""), ("waiting", "claim_too_slow")]
    # A view that was on its way still names the claim: given back once more, that changes nothing.
    assert {result for result, _reason in said[2:]} <= {"waiting"}
    assert printer.numbers == []


def test_a_printer_that_is_named_as_its_own_second_is_one_printer(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    agents.start(f"{printer.address} {printer.address}")
    hub.add("A-001", content("A-001"))
    assert hub.settled("A-001")
    assert printer.numbers == ["A-001"]


def more_than(said: list[str], known: int) -> bool:
    return len(said) > known


def test_a_held_printer_gets_nothing_and_goes_on_when_released(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    hub.printer["held"] = True
    hub.add("A-001", content("A-001"))
    agents.start(printer.address)
    assert hub.until(lambda: hub.states == ["ready"])
    printer.become(PAPER_OUT)  # it is still looked after
    assert hub.until(lambda: hub.states[-1] == "paper_out")
    printer.become(OK)
    assert hub.until(lambda: hub.states[-1] == "ready")
    assert (hub.results, printer.numbers) == ([], [])
    hub.printer["held"] = False
    hub.tell()
    assert hub.settled("A-001")
    assert printer.numbers == ["A-001"]


def test_a_claim_refused_because_the_printer_is_held_is_tried_again(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    hub.add("A-001", content("A-001"))
    hub.held = True  # the hold came after the view
    agents.start(printer.address)
    assert hub.until(lambda: "printer_held" in hub.refused)
    assert printer.numbers == []
    hub.held = False
    assert hub.settled("A-001")
    assert printer.numbers == ["A-001"]


def test_what_the_hub_does_not_know_any_more_is_said_again(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    agents.start(printer.address)
    assert hub.until(lambda: hub.states == ["ready"])
    hub.printer["told"] = {}  # a new day has begun
    hub.tell()
    assert hub.until(lambda: hub.states == ["ready", "ready"])
    assert hub.reports[-1]["address"] == printer.address


def test_only_a_report_that_is_not_its_own_is_worth_a_warning(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents, caplog: pytest.LogCaptureFixture
) -> None:
    def warnings() -> list[str]:
        return [record.message for record in caplog.records if "knows the printer as" in record.message]

    caplog.set_level(logging.WARNING, "antrean.printing.agent.agent")
    told = {"state": "ready", "detail": "", "address": "tcp://before", "fallback": "", "fallback_address": ""}
    hub.printer["told"] = told  # of the address that it had before
    agents.start(printer.address)
    assert hub.until(lambda: hub.states == ["ready"])
    for as_it_should_be in ({}, {**told, "state": "agent_away"}):
        known = len(hub.states)
        hub.printer["told"] = as_it_should_be
        hub.tell()
        assert hub.until(partial(more_than, hub.states, known))
    assert warnings() == []


def test_a_test_slip_is_printed_with_evidence(hub: FakeHub, printer: FakePrinter, agents: RunningAgents) -> None:
    hub.add("2026-11-24/TEST/1", {})
    hub.slips["2026-11-24/TEST/1"]["test"] = True
    agents.start(printer.address)
    assert hub.settled("2026-11-24/TEST/1")
    assert hub.outcome("2026-11-24/TEST/1") == ("printed", "printed", "")
    assert hub.results[-1]["paper_mm"] > 100
    assert b"epson-tm-t82iii" in printer.engine.slips[0]


def test_questions_of_the_set_up_are_answered_once_by_the_machine_at_the_printer(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    bare = printer.address.partition("?")[0]
    hub.questions = [
        {"id": "q1", "what": "identify", "address": bare},
        {"id": "q2", "what": "identify", "address": "ftp://x"},
        {"id": "q3", "what": "find", "address": ""},
    ]
    agents.start(printer.address)
    assert hub.until(lambda: len(hub.answers) == 3)
    hub.tell()
    who, wrong, found = hub.answers
    assert (who["model"], who["state"], who["profile"]) == ("TM-T82III", "ready", "epson-tm-t82iii")
    assert "ftp://x" in wrong["error"]
    assert isinstance(found["found"], list)
    hub.add("A-001", content("A-001"))
    assert hub.settled("A-001")
    assert len(hub.answers) == 3


def test_a_hub_brought_back_from_a_backup_is_told_once_what_is_on_paper(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents
) -> None:
    jobs = ["2026-11-24/A-001/0", "2026-11-24/A-002/0"]
    for job in jobs:
        hub.add(job, content("A-001"))
    agents.start(printer.address)
    assert hub.settled(*jobs)
    assert hub.printed == []
    hub.restored = 7
    hub.tell()
    assert hub.until(lambda: hub.printed == [jobs])
    hub.add("2026-11-24/A-1001/0", content("A-1001"))
    assert hub.settled("2026-11-24/A-1001/0")
    assert hub.printed == [jobs]
