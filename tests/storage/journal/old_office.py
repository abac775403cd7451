"""An office with many days behind it, small ones, and what a hub does to let the oldest leave."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date

import sqlalchemy as sa

from antrean.queueing.commands import CloseDay, CompleteTicket, SealJournal
from antrean.queueing.day import ServiceDay
from antrean.queueing.keeping.day_figures import DayFigures, figures_of
from antrean.queueing.office import Office
from antrean.storage.database.engine import open_engine
from antrean.storage.database.schema import journal
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.sealed import daily_figures
from antrean.storage.journal.sealing import Look, look_for_old_days, remove_some
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import issue, serve, sit

KEEP = 30
MINUTES = 5  # that the first one waits


def in_a_backup(_office: str, _seq: int, _chain: str) -> bool:
    return True


class OldOffice:
    """An office on a database, and a clock that each `work` moves to the next morning."""

    journal: SqlJournal

    def __init__(self, database: str, office: str = "test") -> None:
        self.name = office
        self.engine: sa.Engine = open_engine(database)
        upgrade(self.engine)
        self.clock = SetClock()
        self.plan = small_plan(office=office)
        settings = Settings(self.engine, office)
        if not settings.exists():
            settings.create_office(self.plan)
        self.restart()

    def restart(self) -> None:
        """Open the journal anew, as a hub that starts now."""
        if hasattr(self, "journal"):
            self.journal.close()
        self.journal = SqlJournal(self.engine, self.name)
        self.office = Office(self.journal, lambda: self.plan, self.clock)

    def today(self) -> date:
        return self.office.business_day()

    def work(self, days: int = 1) -> None:
        """Let days pass on which two people come: one is served, one goes when the day is closed; in one commit."""
        last = self.journal.last_seq()
        memory = ListJournal()
        memory.entries = list(self.journal.read(after=last - 1)) if last else []
        office = Office(memory, lambda: self.plan, self.clock)
        for _ in range(days):
            visit(office, self.clock)
            office.execute(CloseDay())
            self.to_tomorrow()
        self.journal.append([entry for entry in memory.entries if entry.seq > last])
        self.office.catch_up()

    def to_tomorrow(self) -> None:
        """Let the next day come, at the hour at which the first one began."""
        self.clock.forward(hours=24, minutes=-MINUTES)

    def visit(self) -> list[str]:
        """Give two numbers and serve the first; return the numbers of the day."""
        visit(self.office, self.clock)
        return self.office.read(lambda day, _plan: sorted(day.tickets))

    def close(self) -> None:
        self.office.execute(CloseDay())

    def look(self, keep: int = KEEP, backed_up: Callable[[str, int, str], bool] = in_a_backup) -> Look:
        return look_for_old_days(self.engine, self.name, self.today(), keep, backed_up)

    def seal(self, keep: int = KEEP) -> Look:
        """Seal what is due, without removing it."""
        found = self.look(keep)
        if found.seal is not None:
            self.office.execute(SealJournal(**found.seal), actor="hub")
        return found

    def remove(self) -> None:
        while remove_some(self.engine, self.name):
            pass

    def let_go(self, keep: int = KEEP) -> int:
        """Seal and remove until nothing is old any more, as a hub does; return how often something was sealed."""
        times = 0
        while True:
            found = self.seal(keep)
            assert not found.wrong
            if found.seal is None:
                return times
            times += 1
            self.remove()

    def seqs(self) -> list[int]:
        with self.engine.connect() as connection:
            mine = sa.select(journal.c.seq).where(journal.c.office == self.name)
            return list(connection.scalars(mine.order_by(journal.c.seq)))

    def days(self) -> list[date]:
        """Return the business days that have lines."""
        with self.engine.connect() as connection:
            mine = sa.select(journal.c.business_day).distinct().where(journal.c.office == self.name)
            return sorted(map(date.fromisoformat, connection.scalars(mine)))

    def figures(self) -> dict[date, DayFigures]:
        """Return the figures of all days: of those that have left as they are kept, of the others as they are."""
        with self.engine.connect() as connection:
            kept = daily_figures(connection, self.name)
        with closing(SqlJournal(self.engine, self.name)) as lines:
            days = (day for day in self.days() if day not in kept)
            here = {day: figures_of(ServiceDay.fold(day, lines.read(day=day))) for day in days}
        return dict(sorted({**here, **kept}.items()))


def visit(office: Office, clock: SetClock) -> None:
    sit(office)
    issue(office, "card")
    issue(office, "birth")
    clock.forward(minutes=MINUTES)
    called = serve(office)
    office.execute(CompleteTicket(ticket=called.number, counter="3"))
