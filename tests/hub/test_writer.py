"""The one writer: no wish is ever lost on its way, however requests and commits interleave."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any

import pytest

import antrean.hub.writer
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.writer import Writer
from antrean.queueing.commands import IssueTicket
from antrean.queueing.errors import QueueError, Unavailable
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Batch, JournalError, Office, Request
from antrean.queueing.results import CommandResult
from antrean.queueing.standing import Standing

WISHES = 150
PATIENCE = 3000  # rounds of 10 ms


class Steps:
    """Lets one kiosk ask between any two steps of the writer's own code."""

    def __init__(self) -> None:
        self.taken = threading.Semaphore(0)

    def trace(self, frame: FrameType, event: str, _argument: Any) -> Callable[..., Any] | None:
        """Trace function of the writer's thread."""
        if event == "call" and frame.f_code.co_filename != antrean.hub.writer.__file__:
            return None
        frame.f_trace_opcodes = True
        self.taken.release()
        threading.Event().wait(0.0001)
        return self.trace


def issue(request_id: str, service: str = "card") -> Request:
    return Request(IssueTicket(service=service, language="id"), request_id=request_id)


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def writer(office: Office, steps: Steps) -> Iterator[Writer]:
    writer = Writer(office, ThreadingMode())

    def run() -> None:
        sys.settrace(steps.trace)
        writer.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield writer
    writer.stop()
    thread.join(30)
    assert not thread.is_alive()


def test_every_wish_of_many_threads_is_answered_whatever_the_moment_it_comes(
    writer: Writer, office: Office, steps: Steps
) -> None:
    answers: list[CommandResult] = []

    def kiosk(name: str) -> None:
        steps.taken.acquire()
        answers.append(writer.submit(issue(name)))

    kiosks = [threading.Thread(target=kiosk, args=(f"kiosk-{n}",), daemon=True) for n in range(WISHES)]
    for thread in kiosks:
        thread.start()
    for _ in range(PATIENCE):
        if len(answers) == WISHES:
            break
        writer.nudge()  # an idle writer takes no steps
        threading.Event().wait(0.01)
    told = sorted(answer.ticket.number for answer in answers if answer.ticket is not None)
    assert told == [f"A-{number:03d}" for number in range(1, WISHES + 1)]
    assert office.read(lambda day, _plan: len(day.tickets)) == WISHES


def test_a_refusal_reaches_the_one_who_asked_and_a_fault_stops_nobody_else(
    writer: Writer, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(QueueError) as refused:
        writer.submit(issue("r1", "nothing"))
    assert refused.value.code == "service_unknown"

    def broken(_wishes: object) -> Batch:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(office, "decide", broken)
        with pytest.raises(ZeroDivisionError):
            writer.submit(issue("r2"))
    answer = writer.submit(issue("r3"))
    assert answer.ticket is not None
    assert answer.ticket.number == "A-001"


class StopsWhenIdle(threading.Event):
    """What the writer waits for; when nothing has come, its run ends."""

    def __init__(self, stop: Callable[[], None]) -> None:
        super().__init__()
        self._stop = stop

    def wait(self, timeout: float | None = None) -> bool:
        if not self.is_set():
            self._stop()
        return True


def test_the_journal_is_not_asked_in_vain_after_wishes_that_came_during_a_commit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(office, ThreadingMode())
    monkeypatch.setattr(writer, "_something", StopsWhenIdle(writer.stop))
    kiosks = [threading.Thread(target=writer.submit, args=(issue(name),), daemon=True) for name in ("r1", "r2")]
    batches: list[int] = []

    def begin(kiosk: threading.Thread) -> None:
        kiosk.start()
        while not writer._waiting or not writer._something.is_set():
            threading.Event().wait(0.001)

    decide = office.decide

    def deciding(wishes: Any) -> Batch:
        batches.append(len(wishes))
        if len(batches) == 1:
            begin(kiosks[1])
        return decide(wishes)

    monkeypatch.setattr(office, "decide", deciding)
    begin(kiosks[0])
    writer.run()
    assert batches == [1, 1]
    assert office.read(lambda day, _plan: sorted(day.tickets)) == ["A-001", "A-002"]
    for kiosk in kiosks:
        kiosk.join(30)


class Rush(ThreadingMode):
    """Other kiosks whose wishes are at hand when the writer lets them in: two at first, then one, then nobody."""

    def __init__(self) -> None:
        self.coming = [2, 1, 0]
        self.writer: Writer | None = None
        self.askers: list[threading.Thread] = []

    def let_others(self) -> None:
        assert self.writer is not None
        for _ in range(self.coming.pop(0)):
            asker = threading.Thread(target=self.writer.submit, args=(issue(f"other-{len(self.askers)}"),), daemon=True)
            before = len(self.writer._waiting)
            self.askers.append(asker)
            asker.start()
            while len(self.writer._waiting) == before:
                threading.Event().wait(0.001)


def test_wishes_that_are_at_hand_share_one_commit(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rush = Rush()
    rush.writer = writer = Writer(office, rush)
    commits: list[int] = []
    append = office._journal.append

    def counted(entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        commits.append(len(entries))
        append(entries, standing)

    monkeypatch.setattr(office._journal, "append", counted)
    serving = threading.Thread(target=writer.run, daemon=True)
    serving.start()
    assert writer.submit(issue("first")).ticket is not None
    for asker in rush.askers:
        asker.join(30)
    writer.stop()
    serving.join(30)
    assert commits == [4]
    assert rush.coming == []


@pytest.fixture
def running(office: Office) -> Iterator[Writer]:
    writer = Writer(office, ThreadingMode())
    thread = threading.Thread(target=writer.run, daemon=True)
    thread.start()
    yield writer
    writer.stop()
    thread.join(30)
    assert not thread.is_alive()


def ask_at_once(askers: int, what: Callable[[], object]) -> list[object]:
    said: list[object] = []

    def ask() -> None:
        try:
            said.append(what())
        except QueueError as refusal:
            said.append(refusal.code)

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(askers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def test_however_many_ask_for_the_newest_seq_the_journal_is_asked_once_a_second(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    writer = Writer(office, ThreadingMode(), lambda: now[0])
    thread = threading.Thread(target=writer.run, daemon=True)
    thread.start()
    asked: list[str] = []
    newest_seq = office.newest_seq
    monkeypatch.setattr(office, "newest_seq", lambda: (asked.append(threading.current_thread().name), newest_seq())[1])
    writer.submit(issue("r1"))
    assert ask_at_once(12, writer.newest_seq) == [1] * 12
    assert asked == [thread.name]
    writer.submit(issue("r2"))
    now[0] += 0.9
    assert writer.newest_seq() == 1
    now[0] += 0.2
    assert writer.newest_seq() == 2
    assert len(asked) == 2
    writer.stop()
    thread.join(30)


def test_a_journal_that_does_not_answer_is_said_to_be_away_and_holds_up_nobody_who_asks(
    running: Writer, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(antrean.hub.writer, "PROBE_SECONDS", 0.2)
    monkeypatch.setattr(antrean.hub.writer, "PROBE_EVERY", 0.0)
    monkeypatch.setattr(office._journal, "last_seq", lambda: release.wait(PATIENCE) and 7)
    assert ask_at_once(5, running.newest_seq) == ["storage_unavailable"] * 5
    release.set()
    said: list[object] = []
    for _ in range(PATIENCE):
        if said == [7]:
            break
        said = ask_at_once(1, running.newest_seq)
    assert said == [7]


def test_a_journal_that_fails_says_so_to_whoever_asks_for_the_newest_seq(
    running: Writer, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        raise JournalError("disk")

    running.submit(issue("r1"))
    with monkeypatch.context() as patch:
        patch.setattr(office._journal, "last_seq", broken)
        assert ask_at_once(3, running.newest_seq) == ["storage_unavailable"] * 3
    assert running.submit(issue("r2")).seq == 2


def test_nobody_waits_for_ever_and_what_was_given_up_is_not_done_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(antrean.hub.writer, "ANSWER_SECONDS", 0.05)
    writer = Writer(office, ThreadingMode())
    with pytest.raises(Unavailable):
        writer.submit(issue("r1"))
    writer.nudge()
    writer.stop()
    writer.run()
    assert office.read(lambda day, _plan: dict(day.tickets)) == {}


def test_a_writer_that_is_far_behind_refuses_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(antrean.hub.writer, "MOST_WAITING", 3)
    writer = Writer(office, ThreadingMode())
    askers = [threading.Thread(target=writer.submit, args=(issue(f"r{n}"),), daemon=True) for n in range(3)]
    for asker in askers:
        asker.start()
    while len(writer._waiting) < 3:
        threading.Event().wait(0.001)
    with pytest.raises(Unavailable):
        writer.submit(issue("r4"))
    serving = threading.Thread(target=writer.run, daemon=True)
    serving.start()
    for asker in askers:
        asker.join(30)
    assert writer.submit(issue("r4")).ticket is not None
    writer.stop()
    serving.join(30)


def test_a_writer_that_has_stopped_refuses_at_once(office: Office) -> None:
    writer = Writer(office, ThreadingMode())
    writer.stop()
    writer.run()
    with pytest.raises(Unavailable):
        writer.submit(issue("r1"))


def test_what_keeps_every_batch_from_being_decided_is_logged_once_and_not_each_second(
    running: Writer, office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = threading.Semaphore(0)

    def broken(_wishes: object) -> Batch:
        rounds.release()
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(office, "decide", broken)
        for _ in range(4):
            running.nudge()
            assert rounds.acquire(timeout=60)
    assert running.submit(issue("r1")).ticket is not None
    assert running.faults.counts["deciding a batch"] >= 4
    assert caplog.text.count("Traceback") == 1
    assert "deciding a batch works again" in caplog.text
