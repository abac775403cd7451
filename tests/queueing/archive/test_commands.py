"""What is told of lines that leave the journal, and of numbers that it lost."""

from __future__ import annotations

from antrean.queueing.archive.commands import DAYS_A_LINE
from antrean.queueing.command.base import STANDING
from antrean.queueing.commands import FindLostNumbers, SealJournal
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import JournalSealed, LostNumbersFound
from tests.conftest import SetClock, small_plan

CLOCK = SetClock()


def a_day() -> ServiceDay:
    return ServiceDay(CLOCK.now.date())


def test_a_seal_tells_its_lines_their_chain_and_the_figures_of_as_many_days_as_a_line_holds() -> None:
    days = {f"day {n}": {"tickets": n} for n in range(DAYS_A_LINE + 1)}
    seal = SealJournal(first=1, last=900, chain="c4a1", lines=900, tickets=300, days=days)
    told = seal.decide(a_day(), STANDING, small_plan(), CLOCK.now)
    newest = f"day {DAYS_A_LINE}"
    assert told == [
        JournalSealed(1, 900, "c4a1", 900, 300, {name: days[name] for name in days if name != newest}),
        JournalSealed(1, 900, "c4a1", 900, 300, {newest: days[newest]}),
    ]


def test_numbers_that_only_paper_knows_are_told_with_the_printer_that_has_them() -> None:
    day = a_day()
    day.restored = True
    find = FindLostNumbers(printer="printer-2", numbers=("B-007", "A-012", "no number"))
    assert find.decide(day, STANDING, small_plan(), CLOCK.now) == (LostNumbersFound("printer-2", "A-012 B-007"),)
