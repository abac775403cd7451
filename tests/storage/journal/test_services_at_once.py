"""Two hubs of one database are told at once how a service stands: it stands one way, and no line says it twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from antrean.queueing.commands import CloseService, Command, IssueTicket, OpenService, PauseService, ResumeService
from antrean.queueing.errors import QueueError
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.queueing.services.state import ServiceToday
from antrean.queueing.standing import Standing
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import SetClock, small_plan
from tests.fakes.same_day import state_of

PAUSE = PauseService(service="card", reasons={"id": "Jaringan terputus"}, until="11:30")
RESUME = ResumeService(service="card")
CLOSE = CloseService(service="card", reasons={"id": "Blangko habis"})
OPEN = OpenService(service="card")
ISSUE = IssueTicket(service="card")
PAUSED, CLOSED = ("service.paused", "paused"), ("service.closed", "closed")
RESUMED, OPENED = ("service.resumed", "open"), ("service.opened", "open")


class TwoHubs:
    """Two hubs that have both decided, from the same lines, before either of them writes."""

    def __init__(self, open_journal: Callable[[], SqlJournal], monkeypatch: pytest.MonkeyPatch) -> None:
        clock = SetClock()
        self.journals = [open_journal(), open_journal()]
        self.hubs = [Office(journal, small_plan, clock) for journal in self.journals]
        self.seq = 0
        self._monkeypatch = monkeypatch

    def stand(self, before: Sequence[Command]) -> None:
        """Bring the service to where it stands, and let both hubs know."""
        for command in before:
            self.hubs[0].execute(command)
        self.seq = self.journals[0].last_seq()
        for hub in (*self.hubs, *self.hubs):  # the second time nothing is new, so that neither takes turns
            hub.catch_up()

    def at_once(self, commands: Sequence[Command]) -> list[str]:
        """Give each hub its command; return the codes of the refusals, "" for what was granted."""
        both_decided = threading.Barrier(len(self.hubs), timeout=60)

        def give(hub: Office, journal: SqlJournal, command: Command) -> str:
            write = journal.append
            first = iter([True])

            def append(entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
                if next(first, False):
                    both_decided.wait()
                write(entries, standing)

            self._monkeypatch.setattr(journal, "append", append)
            try:
                hub.execute(command)
            except QueueError as refusal:
                return refusal.code
            return ""

        with ThreadPoolExecutor(len(self.hubs)) as hands:
            return list(hands.map(give, self.hubs, self.journals, commands))

    def lines(self) -> list[str]:
        """Return what was written since, having checked that both hubs know the same of it."""
        for hub in self.hubs:
            hub.catch_up()
        one, other = (state_of(hub.read(lambda day, _plan: day)) for hub in self.hubs)
        assert one == other
        entries = self.journals[0].read(after=self.seq)
        assert [entry.seq for entry in entries] == list(range(self.seq + 1, self.seq + 1 + len(entries)))
        return [entry.event.kind for entry in entries]

    def stands(self) -> ServiceToday:
        return self.hubs[1].read(lambda day, plan: day.service_today(plan.service("card")))


@pytest.fixture
def two(open_journal: Callable[[], SqlJournal], monkeypatch: pytest.MonkeyPatch) -> TwoHubs:
    return TwoHubs(open_journal, monkeypatch)


@pytest.mark.parametrize(
    ("before", "commands", "line"),
    [
        ([], (PAUSE, PAUSE), PAUSED),
        ([PAUSE], (RESUME, RESUME), RESUMED),
        ([], (CLOSE, CLOSE), CLOSED),
        ([CLOSE], (OPEN, OPEN), OPENED),
        ([PAUSE], (OPEN, RESUME), RESUMED),
    ],
)
def test_what_two_supervisors_say_of_a_service_at_once_is_one_line(
    two: TwoHubs, before: Sequence[Command], commands: Sequence[Command], line: tuple[str, str]
) -> None:
    two.stand(before)
    assert two.at_once(commands) == ["", ""]
    assert (two.lines(), two.stands().state) == ([line[0]], line[1])


def test_of_a_pause_and_a_close_at_once_the_later_one_holds(two: TwoHubs) -> None:
    two.stand([])
    assert two.at_once((PAUSE, CLOSE)) == ["", ""]
    lines = two.lines()
    assert sorted(lines) == ["service.closed", "service.paused"]
    assert two.stands().state == lines[-1].removeprefix("service.")


def test_a_service_that_is_closed_while_its_pause_is_ended_is_closed(two: TwoHubs) -> None:
    two.stand([PAUSE])
    refusals = two.at_once((RESUME, CLOSE))
    found = refusals, two.lines()
    assert found in (
        (["", ""], ["service.resumed", "service.closed"]),
        (["service_closed", ""], ["service.closed"]),
    )
    assert two.stands().state == "closed"


@pytest.mark.parametrize(("stop", "code"), [(PAUSE, "service_paused"), (CLOSE, "service_closed")])
def test_a_number_is_given_before_its_service_stops_or_not_at_all(two: TwoHubs, stop: Command, code: str) -> None:
    two.stand([])
    refusals = two.at_once((ISSUE, stop))
    found = refusals, two.lines()
    stopped = f"service.{two.stands().state}"
    assert found in ((["", ""], ["ticket.issued", stopped]), ([code, ""], [stopped]))
    assert stopped == code.replace("_", ".")
