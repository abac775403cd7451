"""Numbers that may be on paper although the journal lost them."""

from __future__ import annotations

from antrean.queueing.day import ServiceDay
from antrean.queueing.events import LostNumbersFound
from antrean.queueing.journal.entry import JournalEntry
from tests.conftest import SetClock


def test_a_lower_number_from_another_printer_takes_back_nothing_of_what_may_be_on_paper() -> None:
    clock = SetClock()
    day = ServiceDay(clock.now.date())
    for seq, numbers in enumerate(("A-020 B-003", "A-005"), 1):
        day.apply(JournalEntry(seq, clock.now, day.business_day, LostNumbersFound(f"p{seq}", numbers), None, ""))
    assert day.on_paper == {"A": 20, "B": 3}
    assert (day.last_of("A"), day.last_of("B")) == (20, 3)
