"""The one door: repeated requests, clashes with other processes, a journal that fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from antrean.queueing.commands import (
    AnnounceCall,
    CallNext,
    CancelSlip,
    ChangePlan,
    ChangeRoll,
    CloseCounter,
    Command,
    HoldPrinter,
    HoldTicket,
    IssueTicket,
    OpenCounter,
    PauseCounter,
    ReleasePrinter,
    ReprintSlip,
    RequestTestSlip,
    ResumeCounter,
    StartService,
)
from antrean.queueing.errors import Invalid, QueueError, Unavailable
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import JournalError, Office, Request
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.standing import Standing
from tests.conftest import ListJournal, SetClock
from tests.queueing.wishes import call, issue, sit, states


def ask(office: Office, request_id: str, service: str = "card") -> str:
    answer = office.execute(IssueTicket(service=service, persons=2, language="id"), request_id=request_id)
    assert answer.ticket is not None
    return f"{answer.seq} {answer.ticket.number} {answer.ticket.people_ahead_at_issue} {answer.ticket.state}"


def test_the_same_request_twice_is_one_ticket_and_the_first_answer(office: Office, clock: SetClock) -> None:
    first = ask(office, "r1")
    sit(office)
    call(office)
    clock.forward(minutes=1)
    assert ask(office, "r1") == first
    assert states(office) == {"A-001": "called"}


def test_the_same_request_twice_in_one_batch_is_one_ticket(office: Office) -> None:
    request = Request(IssueTicket(service="card", language="id"), request_id="r1")
    batch = office.decide([request, request])
    assert batch.outcomes[0] == batch.outcomes[1]
    assert len(batch.entries) == 1


def test_the_same_request_on_the_next_day_gets_the_first_answer(office: Office, clock: SetClock) -> None:
    first = ask(office, "r1")
    clock.forward(days=1)
    assert ask(office, "r1") == first
    assert states(office) == {}


def test_a_request_id_used_for_something_else_is_refused(office: Office) -> None:
    ask(office, "r1")
    sit(office)
    with pytest.raises(Invalid) as caught:
        office.execute(CallNext(counter="3", operator="Ani"), request_id="r1")
    assert caught.value.code == "request_id_reused"
    assert states(office) == {"A-001": "waiting"}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (OpenCounter, {"counter": "3", "operator": "Ani"}),
        (PauseCounter, {"counter": "3", "operator": "Ani", "reason": ""}),
        (ResumeCounter, {"counter": "3", "operator": "Ani"}),
        (CloseCounter, {"counter": "3", "operator": "Ani"}),
        (AnnounceCall, {"call": 1, "display": "hall"}),
        (ReprintSlip, {"ticket": "A-001", "printer": "p1"}),
        (ChangePlan, {"what": "notices"}),
        (HoldPrinter, {"printer": "p1", "reason": ""}),
        (ReleasePrinter, {"printer": "p1"}),
        (ChangeRoll, {"printer": "p1"}),
        (RequestTestSlip, {"printer": "p1"}),
        (CancelSlip, {"ticket": "A-001", "copy": 0}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_no_wish_is_taken_for_done_because_another_had_its_id(
    office: Office, kind: type[Command], values: dict[str, object]
) -> None:
    ask(office, "r1")
    with pytest.raises(Invalid) as caught:
        office.execute(kind(**values), request_id="r1")
    assert caught.value.code == "request_id_reused"


def test_sitting_down_is_repeated_safely_before_and_after_a_pause(office: Office) -> None:
    ani = {"counter": "3", "operator": "Ani"}
    first = office.execute(OpenCounter(**ani), request_id="s1")
    assert office.execute(OpenCounter(**ani), request_id="s1") == first
    office.execute(PauseCounter(**ani, reason=""))
    again = office.execute(OpenCounter(**ani), request_id="s2")
    assert office.execute(OpenCounter(**ani), request_id="s2") == again
    assert office.execute(OpenCounter(**ani), request_id="s1") == first


def test_a_repeated_next_calls_one_ticket(office: Office) -> None:
    issue(office), issue(office)
    sit(office)
    answers = [office.execute(CallNext(counter="3", operator="Ani"), request_id="n1") for _ in range(2)]
    assert answers[0] == answers[1]
    assert states(office) == {"A-001": "called", "A-002": "waiting"}


def test_two_processes_never_give_one_number_twice(clock: SetClock, plan: OfficePlan) -> None:
    journal = ListJournal()
    one, two = (Office(journal, lambda: plan, clock) for _ in range(2))
    numbers = [issue(office).number for _ in range(10) for office in (one, two)]
    assert numbers == [f"A-{n:03d}" for n in range(1, 21)]


class RacingJournal(ListJournal):
    """Has another process write just before each of the first appends."""

    def __init__(self, rival: Office, races: int) -> None:
        super().__init__()
        self.entries = rival._journal.entries  # type: ignore[attr-defined]
        self.rival = rival
        self.races = races

    def append(self, entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        if self.races:
            self.races -= 1
            issue(self.rival)
        super().append(entries, standing)


def test_a_batch_that_clashes_is_decided_again_on_what_the_other_wrote(clock: SetClock, plan: OfficePlan) -> None:
    rival = Office(ListJournal(), lambda: plan, clock)
    office = Office(RacingJournal(rival, 3), lambda: plan, clock)
    ticket = issue(office)
    assert (ticket.number, ticket.people_ahead_at_issue) == ("A-004", 3)
    assert set(states(office)) == {"A-001", "A-002", "A-003", "A-004"}
    rival.catch_up()
    assert states(rival) == states(office)


class FailingJournal(ListJournal):
    """Fails on demand: before writing, or after the write has arrived."""

    failing = ""

    def append(self, entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        if self.failing == "after":
            super().append(entries, standing)
        if self.failing:
            raise JournalError("disk")
        super().append(entries, standing)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_failed_write_tells_nobody_a_number_and_the_repeat_gets_exactly_one(
    clock: SetClock, plan: OfficePlan, moment: str
) -> None:
    journal = FailingJournal()
    office = Office(journal, lambda: plan, clock)
    ask(office, "r0")
    journal.failing = moment
    with pytest.raises(Unavailable):
        ask(office, "r1")
    assert states(office) == {"A-001": "waiting"}
    journal.failing = ""
    assert "A-002" in ask(office, "r1")
    assert "A-003" in ask(office, "r2")
    assert len(journal.entries) == 3


class BreakingTurns(ListJournal):
    """A rival writes first, and the first turn, taken after the clash, breaks off when it should end."""

    broken = False

    def __init__(self, rival: Office) -> None:
        super().__init__()
        self.entries = rival._journal.entries  # type: ignore[attr-defined]
        self.rival: Office | None = rival

    def append(self, entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        rival, self.rival = self.rival, None
        if rival is not None:
            issue(rival)
        super().append(entries, standing)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        lines = len(self.entries)
        yield
        if not self.broken:
            self.broken = True
            del self.entries[lines:]
            raise JournalError("disk")


def test_a_turn_that_fails_loses_nothing_of_what_others_wrote(clock: SetClock, plan: OfficePlan) -> None:
    rival = Office(ListJournal(), lambda: plan, clock)
    office = Office(BreakingTurns(rival), lambda: plan, clock)
    office.catch_up()
    with pytest.raises(Unavailable):
        ask(office, "r1")
    assert states(office) == {}
    office.catch_up()
    assert states(office) == states(rival) == {"A-001": "waiting"}
    assert "A-002" in ask(office, "r1")


def test_one_refusal_in_a_batch_leaves_the_others_alone(office: Office) -> None:
    services = ("card", "passport", "card")
    batch = office.decide([Request(IssueTicket(service=service, language="id")) for service in services])
    assert isinstance(batch.outcomes[1], QueueError)
    assert [getattr(entry.event, "ticket", "") for entry in batch.entries] == ["A-001", "A-002"]


def test_screens_see_a_ticket_only_after_its_commit(clock: SetClock, plan: OfficePlan) -> None:
    journal = ListJournal()
    office = Office(journal, lambda: plan, clock)
    office.catch_up()
    seen: list[dict[str, str]] = []

    class Watching(ListJournal):
        def append(self, entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
            seen.append(states(office))
            super().append(entries, standing)

    office = Office(Watching(), lambda: plan, clock)
    office.catch_up()
    issue(office)
    assert seen == [{}]
    assert states(office) == {"A-001": "waiting"}


def test_a_changed_plan_is_used_by_the_next_wish(clock: SetClock, plan: OfficePlan) -> None:
    from tests.conftest import small_plan

    plans = [plan, small_plan(services=plan.services[:1])]
    office = Office(ListJournal(), lambda: plans[0], clock)
    issue(office, "family")
    plans.pop(0)
    office.execute(ChangePlan(what="services"))
    with pytest.raises(QueueError) as caught:
        issue(office, "family")
    assert caught.value.code == "service_unknown"


def test_what_is_folded_live_equals_a_replay(office: Office, clock: SetClock) -> None:
    from antrean.queueing.day import ServiceDay

    for service in ("card", "family", "card", "birth"):
        issue(office, service)
        clock.forward(minutes=2)
    sit(office)
    call(office)
    office.execute(StartService(ticket="A-001", counter="3"))
    office.execute(HoldTicket(ticket="A-001", counter="3", reason="server"))
    call(office)
    day = office.read(lambda day, _plan: day)
    replay = ServiceDay.fold(day.business_day, office._journal.read(after=0))
    assert replay.tickets == day.tickets
    assert replay.counters == day.counters
    assert replay.calls == day.calls


def test_while_the_office_is_held_every_wish_is_refused_and_nothing_is_changed(office: Office) -> None:
    first = ask(office, "r1")
    office.hold("storage_unavailable", "disk_full")
    for wish in ("r1", "r2"):
        with pytest.raises(Unavailable) as caught:
            ask(office, wish)
        assert caught.value.code == "storage_unavailable"
    assert dict(office.holds) == {"storage_unavailable": "disk_full"}
    assert states(office) == {"A-001": "waiting"}
    office.release("storage_unavailable")
    assert ask(office, "r1") == first
    assert ask(office, "r2").split()[1] == "A-002"


def test_an_office_held_twice_goes_on_when_both_holds_are_released(office: Office) -> None:
    office.hold("storage_unavailable", "disk_full")
    office.hold("busy")
    office.release("storage_unavailable")
    with pytest.raises(Unavailable) as caught:
        ask(office, "r1")
    assert caught.value.code == "busy"
    office.release("busy")
    assert ask(office, "r1").split()[1] == "A-001"


def test_a_held_office_still_shows_what_another_hub_wrote(clock: SetClock, plan: OfficePlan) -> None:
    journal = ListJournal()
    held, other = Office(journal, lambda: plan, clock), Office(journal, lambda: plan, clock)
    held.catch_up()
    held.hold("storage_unavailable")
    ask(other, "r1")
    held.catch_up()
    assert states(held) == {"A-001": "waiting"}
