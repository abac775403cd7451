"""Seals the oldest days of a journal and removes sealed lines; the office itself writes the line that seals.

First that line is written, then the lines that it names are removed from the front, some at a time. An interruption
leaves sealed lines in the table, and the next run removes these first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from antrean.queueing.day import ServiceDay
from antrean.queueing.events import KINDS, TicketIssued
from antrean.queueing.journal.port import JournalDamaged
from antrean.queueing.keeping.day_figures import DayFigures, figures_of
from antrean.queueing.keeping.day_figures import as_data as figures_as_data
from antrean.queueing.outages.past import past_outages
from antrean.queueing.standing import KINDS as LASTING
from antrean.queueing.standing import NOTHING, Standing, as_data
from antrean.storage.database.engine import reading, turn
from antrean.storage.database.schema import journal
from antrean.storage.journal.chain import CHANGED, STORED, Damage, Row, beginning
from antrean.storage.journal.lasting import WRONG, brought_on, sealed_in
from antrean.storage.journal.lines import entry_of
from antrean.storage.journal.sealed import SEALING, Sealed, daily_figures, figures_told, newest_seal
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.journal.verify import LINES_AT_ONCE

# Business days with lines that must be younger than what is sealed. Estimates, the close's undo and series of numbers
# look back at a fortnight at most; and a clock that is years ahead makes one day young, not so many.
RECENT_DAYS = 14
# One seal names whole days until it has so many lines or days: what follows is for the next.
MOST_LINES, MOST_DAYS = 20_000, 31
REMOVED_AT_ONCE = 200
ISSUED = frozenset(KINDS.of(TicketIssued))
CHANGING = frozenset(KINDS.of(*LASTING))  # what outlives the day
# PostgreSQL's name for the turn to work out what is sealed next.
TURN = 5108


class NotSealed(Exception):
    """Old days can't be sealed; the message says why. `code`: damaged, unreadable, not_backed_up or another_hub."""

    def __init__(self, code: str, said: str) -> None:
        self.code = code
        super().__init__(said)


@dataclass(frozen=True, slots=True)
class Seal:
    """What is to be sealed next, as `SealJournal` takes it; `days` are figures as JSON, by date.

    `standing` is what outlives the day after its last line; None where there is nothing yet.
    """

    first: int
    last: int
    chain: str
    lines: int
    tickets: int
    days: Mapping[str, Any]
    standing: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Look:
    """What a look for old days found, in plain values: lines that are sealed and still there, or what to seal next.

    `wrong` says why days that are old enough stay; `code` is that of NotSealed, "" when nothing is wrong.
    """

    left: int = 0
    seal: Mapping[str, Any] | None = None
    code: str = ""
    wrong: str = ""


BackedUp = Callable[[str, int, str], bool]  # office, seq and chain value of the last line that is to go


def next_seal(engine: sa.Engine, office: str, today: date, keep_days: int, backed_up: BackedUp) -> Seal | None:
    """Return what is to be sealed next of an office's days that are more than `keep_days` days old; None for nothing.

    Nothing is, as long as sealed lines are still there. Refuses (NotSealed) days that are damaged, that can't be
    folded, or that no backup holds. Nothing is written.
    """
    limit = today - timedelta(days=keep_days)
    lines = SqlJournal(engine, office)
    try:
        if not _has_recent_days(lines, today, limit):
            return None
        with reading(engine) as connection:
            first, sealed = _first(connection, office), newest_seal(connection, office)
            known = daily_figures(connection, office)
            stands = _stood(sealed)
        if first is None or (sealed is not None and first <= sealed.last):
            return None
        rows = _oldest(engine, office, first, today, limit)
        if not rows:
            return None
        _expect_sound(office, rows, sealed)
        days = {day.isoformat(): figures_as_data(figures) for day, figures in _told_again(rows)}
        for day in sorted({str(row[2]) for row in rows}):
            if date.fromisoformat(day) not in known:
                days[day] = figures_as_data(_figures(lines, date.fromisoformat(day)))
    finally:
        lines.close()
    last, chain = int(rows[-1][0]), str(rows[-1][-1])
    if not backed_up(office, last, chain):
        raise NotSealed("not_backed_up", f"no backup that can be read holds line {last}")
    tickets = sum(row[3] in ISSUED for row in rows)
    try:
        stands = brought_on(stands, (entry_of(*row[:-1]) for row in rows if row[3] in CHANGING))
    except WRONG as error:
        raise NotSealed(
            "unreadable", f"what outlives the day can't be folded: {type(error).__name__} {error}"
        ) from error
    stands = stands.without_over(today)  # what can't be redeemed any more is in no seal, which stays for ever
    standing = as_data(stands) if stands != NOTHING else None
    return Seal(first, last, chain, len(rows), tickets, dict(sorted(days.items())), standing)


def look_for_old_days(engine: sa.Engine, office: str, today: date, keep_days: int, backed_up: BackedUp) -> Look:
    """Look what is to be removed or sealed next; of several hubs one at a time does so."""
    try:
        with turn(engine, TURN) as mine:
            if not mine:
                raise NotSealed("another_hub", "another hub looks for old days")
            left = left_to_remove(engine, office)
            seal = None if left else next_seal(engine, office, today, keep_days, backed_up)
    except NotSealed as stays:
        return Look(code=stays.code, wrong=str(stays))
    return Look(left, asdict(seal) if seal is not None else None)


def left_to_remove(engine: sa.Engine, office: str) -> int:
    """Return how many lines are sealed and still there."""
    with reading(engine) as connection:
        first, sealed = _first(connection, office), newest_seal(connection, office)
    return sealed.last - first + 1 if first is not None and sealed is not None and first <= sealed.last else 0


def remove_some(engine: sa.Engine, office: str) -> int:
    """Remove the oldest lines that are sealed, some hundred in a commit; return how many are still to be removed.

    Refuses (JournalDamaged) where the last line that was sealed is not the one that the seal names.
    """
    with engine.begin() as connection:
        first, sealed = _first(connection, office), newest_seal(connection, office)
        if first is None or sealed is None or first > sealed.last:
            return 0
        mine = journal.c.office == office
        chain = connection.scalar(sa.select(journal.c.chain).where(mine, journal.c.seq == sealed.last))
        if chain != sealed.chain:
            raise JournalDamaged(sealed.last, f"line {sealed.last} is not the one that line {sealed.seq} sealed")
        until = min(first + REMOVED_AT_ONCE - 1, sealed.last)
        connection.execute(sa.delete(journal).where(mine, journal.c.seq <= until))
        return sealed.last - until


def _first(connection: sa.Connection, office: str) -> int | None:
    found: int | None = connection.scalar(sa.select(sa.func.min(journal.c.seq)).where(journal.c.office == office))
    return found


def _has_recent_days(lines: SqlJournal, today: date, limit: date) -> bool:
    day: date | None = today + timedelta(days=1)
    for _ in range(RECENT_DAYS):
        day = lines.newest_day(before=day) if day is not None else None
    return day is not None and day >= limit


def _oldest(engine: sa.Engine, office: str, first: int, today: date, limit: date) -> list[Row]:
    """Return the lines from the first on that are of old days: up to the first younger one, or as many as one seal has.

    A day that has not come yet was written by a clock that was ahead, and is as old as the lines around it. Lines that
    a day got when the next had begun, such as those of its close, may stay behind: they go with that next day.
    """
    found: list[Row] = []
    days: set[str] = set()
    for row in _rows(engine, office, first):
        day = str(row[2])
        try:
            if limit <= date.fromisoformat(day) <= today:
                return found
        except ValueError:
            raise NotSealed("damaged", f"the journal is damaged: line {row[0]} {CHANGED}") from None
        if found and day != found[-1][2] and (len(found) >= MOST_LINES or len(days | {day}) > MOST_DAYS):
            return found
        days.add(day)
        found.append(row)
    return []  # all of a journal is never old: its days count, and the newest ones are young


def _rows(engine: sa.Engine, office: str, first: int) -> Iterator[Row]:
    columns = [journal.c[name] for name in (*STORED, "chain")]
    lines = sa.select(*columns).where(journal.c.office == office).order_by(journal.c.seq).limit(LINES_AT_ONCE)
    after: int | None = first - 1
    while after is not None:
        with reading(engine) as connection:
            rows = connection.execute(lines.where(journal.c.seq > after)).all()
        yield from rows
        after = int(rows[-1][0]) if len(rows) == LINES_AT_ONCE else None


def _expect_sound(office: str, rows: list[Row], sealed: Sealed | None) -> None:
    """Refuse (NotSealed) to seal what is not as it was written: afterwards nobody could see it."""
    links = beginning(office, rows[0][0], sealed)
    if not links.take(rows):
        found: list[Damage] = [damage for row in rows for damage in links.damage(row)]
        raise NotSealed("damaged", f"the journal is damaged: {found[0]}" if found else "the journal is damaged")


def _stood(sealed: Sealed | None) -> Standing:
    try:
        return sealed_in(sealed)
    except WRONG as error:
        raise NotSealed("unreadable", f"what the last seal says of it can't be read: {type(error).__name__}") from error


def _told_again(rows: list[Row]) -> Iterator[tuple[date, DayFigures]]:
    """Give the figures of days that were sealed long ago, by lines that are sealed themselves now."""
    for row in rows:
        if row[3] in SEALING:
            yield from figures_told(row[3], row[4])


def _figures(lines: SqlJournal, day: date) -> DayFigures:
    try:
        entries = list(lines.read(day=day))
        outages = past_outages((entry.at, entry.event) for entry in entries)
        return replace(figures_of(ServiceDay.fold(day, entries)), outages=outages)
    except JournalDamaged as damaged:
        raise NotSealed("damaged", f"the journal is damaged: {damaged}") from damaged
    except (LookupError, TypeError, ValueError) as error:
        raise NotSealed("unreadable", f"{day} can't be folded: {type(error).__name__} {error}") from error
