"""A journal brought back from a backup gives no number that may be on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.clock.safe_numbers import LEAST_ROOM, safe_last
from antrean.queueing.commands import FindLostNumbers, IssueTicket
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import Event, JournalRestored
from antrean.queueing.keeping.kept_day import keep, restore
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import ListJournal, SetClock, small_plan
from tests.examples import examples
from tests.fakes.does import does
from tests.queueing.wishes import call, issue, sit, states

SERVICES = ("card", "family", "birth")


def restored(
    day: ServiceDay, plan: OfficePlan, at: datetime, *, on_paper: Mapping[str, int], printed: Mapping[str, int]
) -> Sequence[Event]:
    return (JournalRestored(on_paper=on_paper, printed=printed),)


def bring_back(
    office: Office, on_paper: Mapping[str, int] | None = None, printed: Mapping[str, int] | None = None
) -> None:
    office.execute(does(partial(restored, on_paper=on_paper or {}, printed=printed or {})))


def an_office() -> Office:
    return Office(ListJournal(), small_plan, SetClock())


def at_number(office: Office, series: str, number: int) -> None:
    """Have the series go on behind this number."""
    bring_back(office, on_paper={series: number})


def test_each_series_goes_on_from_the_next_full_thousand() -> None:
    office = an_office()
    at_number(office, "A", 311)
    at_number(office, "B", 1200)
    office = Office(ListJournal(), small_plan, SetClock())
    bring_back(office, on_paper={"A": 310, "B": 1199})
    assert [issue(office, one).number for one in ("card", "family")] == ["A-311", "B-1200"]
    bring_back(office)
    assert [issue(office, one).number for one in ("card", "family")] == ["A-1001", "B-2001"]
    assert [issue(office, one).number for one in ("card", "family")] == ["A-1002", "B-2002"]


def test_a_series_that_had_given_nothing_may_have_given_some_all_the_same() -> None:
    office = an_office()
    issue(office, "card")
    bring_back(office)
    assert issue(office, "birth").number == "C-1001"
    bring_back(office)
    assert [issue(office, one).number for one in ("birth", "family", "card")] == ["C-2001", "B-2001", "A-2001"]


def test_a_thousand_that_is_too_near_is_passed_over() -> None:
    assert [safe_last(last) for last in (0, 311, 800, 801, 999, 1000, 1200, 1999)] == [
        1000, 1000, 1000, 2000, 2000, 2000, 2000, 3000,
    ]  # fmt: skip
    assert all(safe_last(last) - last >= LEAST_ROOM for last in range(5000))


def test_the_highest_number_on_paper_is_followed_by_the_one_after() -> None:
    office = an_office()
    for _ in range(3):
        issue(office, "card")
    bring_back(office, on_paper={"A": 7, "B": 2})
    assert [issue(office, one).number for one in SERVICES] == ["A-008", "B-003", "C-1001"]


def test_what_staff_say_never_leads_back_to_a_number_that_is_known() -> None:
    office = an_office()
    for _ in range(5):
        issue(office, "card")
    bring_back(office, on_paper={"A": 2, "B": 1}, printed={"B": 4, "C": 1100})
    assert [issue(office, one).number for one in SERVICES] == ["A-006", "B-005", "C-2001"]


def test_who_waited_still_waits_and_nothing_else_changes() -> None:
    office = an_office()
    tickets = [issue(office, "card", persons=2).number for _ in range(3)]
    sit(office)
    called = call(office).number
    before = states(office)
    counters = office.read(lambda day, _plan: dict(day.counters))
    bring_back(office)
    assert states(office) == before
    assert (called, before[called]) == (tickets[0], "called")
    assert office.read(lambda day, _plan: dict(day.counters)) == counters
    assert office.read(lambda day, _plan: day.persons_of("card")) == 6
    assert office.read(lambda day, _plan: [place.number for place in day.waiting]) == tickets[1:]


@examples(60)
@given(
    before=st.lists(st.sampled_from(SERVICES), max_size=12),
    lost=st.lists(st.sampled_from(SERVICES), max_size=12),
    after=st.lists(st.sampled_from(SERVICES), min_size=1, max_size=6),
    same_day=st.booleans(),
    asked=st.booleans(),
    start=st.sampled_from([0, 790, 985, 1190]),
)
def test_no_number_is_on_paper_twice(
    before: list[str], lost: list[str], after: list[str], same_day: bool, asked: bool, start: int
) -> None:
    """Back up at any point, go on, restore, and go on."""
    clock, journal = SetClock(), ListJournal()
    office = Office(journal, small_plan, clock)
    if start:
        bring_back(office, on_paper={"A": start, "B": start, "C": start})
    paper = [issue(office, service).number for service in before]
    kept = list(journal.entries)
    if not same_day:
        clock.now += timedelta(days=1)
        paper = []  # numbers of another day may come again
    paper += [issue(office, service).number for service in lost]
    again = ListJournal()
    again.entries = kept
    office = Office(again, small_plan, clock)
    highest: dict[str, int] = {}
    for number in paper:
        highest[number[0]] = max(highest.get(number[0], 0), int(number[2:]))
    bring_back(office, on_paper=highest if asked else {})
    given_after = [issue(office, service).number for service in after]
    assert not set(given_after) & set(paper)
    assert len(set(given_after)) == len(given_after)


def test_rules_know_no_other_way_to_the_next_number() -> None:
    """A ticket's number follows from `last_of` alone."""
    office = an_office()
    bring_back(office, on_paper={"A": 41})
    assert office.read(lambda day, _plan: day.last_of("A")) == 41
    answer = office.execute(IssueTicket(service="card", language="id"))
    assert answer.ticket is not None
    assert answer.ticket.number == "A-042"


def test_what_a_print_agent_remembers_is_named_and_never_given_again() -> None:
    office = an_office()
    for _ in range(3):
        issue(office, "card")
    bring_back(office)
    here = issue(office, "card").number
    told = ("A-001", "A-004", "B-001", here, "A-1007", "nonsense", "A-99999")
    office.execute(FindLostNumbers(printer="p1", numbers=told))
    assert office.read(lambda day, _plan: day.lost_numbers) == ("A-004", "A-1007", "B-001")
    assert [issue(office, one).number for one in ("card", "family")] == ["A-1008", "B-1001"]
    seq = office.read(lambda day, _plan: day.seq)
    office.execute(FindLostNumbers(printer="p1", numbers=told))
    assert office.read(lambda day, _plan: day.seq) == seq


def test_a_kept_day_still_knows_what_was_lost() -> None:
    office = an_office()
    issue(office, "card")
    bring_back(office, on_paper={"A": 30})
    office.execute(FindLostNumbers(printer="p1", numbers=("A-031", "B-002")))
    day = office.read(lambda day, _plan: day)
    again = restore(keep(day), small_plan())
    assert again.same_as(day)
    assert (again.last_of("A"), again.last_of("C"), again.lost_numbers) == (31, 1000, ("A-031", "B-002"))


def test_on_a_day_that_was_never_brought_back_nothing_is_lost() -> None:
    office = an_office()
    office.execute(FindLostNumbers(printer="p1", numbers=("A-007",)))
    assert office.read(lambda day, _plan: (day.seq, day.lost_numbers)) == (0, ())
    assert issue(office, "card").number == "A-001"
