"""What a slip that failed tells whoever looks for the reason, and a copy of a slip that there never was."""

from __future__ import annotations

import pytest

from antrean.queueing.commands import GiveUpSlips, ReprintSlip, SettleSlip
from antrean.queueing.events import Event, JournalRestored, SlipFailed, SlipRequested
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import issue


@pytest.fixture
def journal() -> ListJournal:
    return ListJournal()


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(printers={"": "p1"})


@pytest.fixture
def office(journal: ListJournal, plan: OfficePlan, clock: SetClock) -> Office:
    return Office(journal, lambda: plan, clock)


def last(journal: ListJournal) -> Event:
    return journal.entries[-1].event


@pytest.mark.parametrize(("taken", "result"), [(False, "failed"), (True, "failed"), (True, "uncertain")])
def test_a_failure_is_told_with_the_printer_s_reason_and_what_was_seen_of_it(
    office: Office, journal: ListJournal, taken: bool, result: str
) -> None:
    number = issue(office).number
    if taken:
        office.execute(SettleSlip(ticket=number, copy=0, result="sending", claim="run", evidence="composed"))
    office.execute(SettleSlip(ticket=number, copy=0, result=result, claim="run", reason="paper_out", evidence="sent"))
    assert last(journal) == SlipFailed(number, 0, "paper_out", "sent", uncertain=result == "uncertain")


def test_a_slip_that_a_journal_from_a_backup_left_in_doubt_says_that_nothing_was_seen_of_it(
    office: Office, journal: ListJournal, clock: SetClock
) -> None:
    number = issue(office).number
    day = office.read(lambda day, _plan: day)
    journal.append([JournalEntry(day.seq + 1, clock(), day.business_day, JournalRestored(), None, "")])
    office.catch_up()
    office.execute(GiveUpSlips())
    assert last(journal) == SlipFailed(number, 0, "restored", "none", uncertain=True)


def test_a_ticket_without_a_slip_gets_its_first_one_as_no_copy(clock: SetClock) -> None:
    journal = ListJournal()
    office = Office(journal, small_plan, clock)  # no printer stands by the kiosk
    number = issue(office).number
    assert office.read(lambda day, _plan: day.tickets[number].slip) is None
    office.execute(ReprintSlip(ticket=number, printer="p2"))
    assert last(journal) == SlipRequested(number, 0, "p2")
