"""The journal in SQL: append-only lines with `(office, seq)` as key, one commit for each batch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from antrean.queueing.events import (
    KINDS,
    ClockSet,
    DayClosed,
    DayReopened,
    JournalSealed,
    OfficeMadeMine,
    PlanChanged,
    SecurityNoted,
)
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import JournalConflict, JournalDamaged, JournalError, JournalLineError
from antrean.queueing.standing import Standing
from antrean.storage.database.errors import in_a_line
from antrean.storage.database.files import FilesFault, GuardedFiles
from antrean.storage.database.schema import journal, stored_as
from antrean.storage.journal.chain import (
    CHANGED,
    GENESIS,
    STORED,
    Damage,
    Head,
    Links,
    Row,
    beginning,
    chain_value,
    missing,
)
from antrean.storage.journal.lasting import WRONG, LastingRows, brought_on, kept_in, sealed_in
from antrean.storage.journal.lines import entry_of, stored
from antrean.storage.journal.plan_inserts import PlanInserts
from antrean.storage.journal.sample_end import SampleEnd
from antrean.storage.journal.sealed import MOST_UNREADABLE, Sealed, sealed_from, seals

log = logging.getLogger(__name__)
_names = (*STORED, "chain")
_columns = [journal.c[name] for name in _names]
LINES_AT_ONCE = 500
# Attempts to sign in after the close must not hide it.
NEWEST_KINDS = (
    f"SELECT kind FROM journal WHERE office = :office AND business_day = :wanted AND NOT {stored_as(SecurityNoted)} "
    "ORDER BY seq DESC LIMIT 100"
)
# PostgreSQL's advisory lock of an office, together with the hash of the office's id.
TURN = 5106
# A machine that stops while it writes exclusively must not stop all others.
STUCK_SECONDS = 5
# A whole day is thousands of lines and is read once, so it may take longer than a statement while somebody waits.
DAY_SECONDS, DAY_SILENT_SECONDS = 30, 10.0


class _Failing:
    """Has `failed` say what a failure under it means: a number is written under several, and this costs it least."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            self._failed(error)


class SqlJournal:
    """One office's journal. It keeps one connection of its own, used by one thread at a time.

    The writer waits for every statement here. So each goes to the driver as text that was compiled once and is a
    transaction of its own: one round trip and one thread switch a statement.
    """

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._engine = engine
        self._office = office
        self._postgresql = engine.dialect.name == "postgresql"
        self._connection: sa.PoolProxiedConnection | None = None
        self._in_turn = False
        self._files = GuardedFiles.of(engine)
        self._head = Head()  # the newest line known to be durable, or written in this turn
        self._told: set[type[Exception]] = set()  # failures that stand in the log since a line was last written
        self._told_damage: set[Damage] = set()
        self._failing = _Failing(self._failed)
        mine = journal.c.office == sa.bindparam("office")
        lines = sa.select(*_columns).where(mine).order_by(journal.c.seq)
        self._last = self._compiled(sa.select(sa.func.max(journal.c.seq)).where(mine))
        self._after = self._compiled(lines.where(journal.c.seq > sa.bindparam("wanted")))
        of_day = (journal.c.business_day == sa.bindparam("wanted"), journal.c.seq > sa.bindparam("after"))
        self._of_day = self._compiled(lines.where(*of_day))
        self._clock_steps = self._compiled(lines.where(of_day[0], sa.text(stored_as(ClockSet))))
        earlier = journal.c.business_day < sa.bindparam("wanted")
        self._newest_kinds = self._compiled(sa.text(NEWEST_KINDS))
        self._newest_day = self._compiled(sa.select(sa.func.max(journal.c.business_day)).where(mine, earlier))
        self._of_request = self._compiled(lines.where(journal.c.request_id == sa.bindparam("wanted")))
        chain_at = sa.select(journal.c.chain).where(mine, journal.c.seq == sa.bindparam("wanted"))
        self._chain = self._compiled(chain_at)
        self._plans = PlanInserts(engine, office)
        self._sample = SampleEnd(engine, office)
        self._lasting = LastingRows(engine, office)
        self._kept_standing = self._compiled(self._lasting.kept)
        self._lasting_lines = self._compiled(self._lasting.lines)
        self._seals = self._compiled(sa.text(f"{seals(engine.dialect.name)} LIMIT {MOST_UNREADABLE}"))

    def last_seq(self) -> int:
        """Return the largest seq, 0 when the journal is empty.

        Raises JournalDamaged when it was larger before.
        """
        last: int = self._rows(self._last)[0][0] or 0
        if last < self._head.seq:
            raise self._damaged(missing(last + 1, self._head.seq))
        return last

    def newest_day(self, before: date) -> date | None:
        """Return the last business day before a date that has lines, None when there is none."""
        found = before.isoformat()
        while (found := self._rows(self._newest_day, found)[0][0]) is not None:
            with suppress(TypeError, ValueError):  # of a line that is not as it was written
                return date.fromisoformat(found)
        return None

    def ends_closed(self, day: date) -> bool:
        """Whether the last lines of a day say that it is closed; a hundred of them are looked at."""
        kinds = [row[0] for row in self._rows(self._newest_kinds, day.isoformat())]
        ends = KINDS.of(DayClosed, DayReopened)
        return next((kind for kind in kinds if kind in ends), "") in KINDS.of(DayClosed)

    def clock_steps(self, day: date) -> Sequence[JournalEntry]:
        """Return the entries of a business day about the clock, in the order of seq.

        Raises JournalDamaged when one is not as it was written.
        """
        rows = self._rows(self._clock_steps, day.isoformat())
        self._check(rows)
        return [self._entry(row) for row in rows]

    def head(self) -> Head:
        """Return the newest line's seq and chain value, as the journal has them now."""
        last = self.last_seq()
        if last != self._head.seq:
            self._head = Head(last, self.chain_of(last) or GENESIS)
        return self._head

    def read(
        self, *, after: int | None = None, day: date | None = None, request_id: str | None = None
    ) -> Sequence[JournalEntry]:
        """Return the entries beyond a seq, of one business day, of both, or of one request, in the order of seq.

        Raises JournalDamaged when one is not as it was written.
        """
        if after is not None and day is None:
            rows = self._rows(self._after, after)
            self._check(rows, after)
            if rows:
                self._head = Head(rows[-1][0], rows[-1][-1])
            return [self._entry(row) for row in rows]
        if day is not None:
            rows = self._of_one_day(day.isoformat(), after or 0)
        else:
            rows = self._rows(self._of_request, request_id)
        self._check(rows)
        return [self._entry(row) for row in rows]

    def standing(self, until: int | None = None) -> Standing:
        """Return what outlives the day as the journal has it now, or had it at a seq.

        What is kept of it is brought on by the lines since; where nothing is, or only what came later, it is folded
        anew from the newest seal. Raises JournalDamaged when a line is not as it was written.
        """
        rows = self._rows(self._kept_standing)
        kept = kept_in(rows) if rows else None
        self._lasting.unread = kept is None
        if kept is None or (until is not None and kept.seq > until):
            try:
                kept = sealed_in(self._newest_seal())
            except WRONG:
                raise self._damaged(Damage(self._head.seq, CHANGED)) from None
        return brought_on(kept, (self._entry((*row, "")) for row in self._rows(self._lasting_lines, kept.seq)), until)

    def append(self, entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        """Insert all entries in one commit, with a change of the plan the revision that it made, with an office of
        one's own what ends the sample, and what outlives the day where they changed it.

        Raises JournalConflict when a seq or request is taken, JournalLineError or what Python says of a value that
        can't be written.
        """
        made = [entry for entry in entries if isinstance(entry.event, PlanChanged) and entry.event.body]
        if (made or standing is not None or len(entries) > LINES_AT_ONCE) and not self._in_turn:
            with self.exclusive():
                self.append(entries, standing)
            return
        self._look_at_files()
        lines = self._lines(entries)
        with self._failing:
            for start in range(0, len(lines), LINES_AT_ONCE):
                self._insert(lines[start : start + LINES_AT_ONCE])
            for entry in made:
                self._plans.insert(self._cursor(), entry)
            for entry in entries:
                if isinstance(entry.event, OfficeMadeMine):
                    self._sample.end(self._cursor(), entry)
            if standing is not None:
                self._lasting.save(self._cursor(), standing, entries)
        before, self._head = self._head, Head(entries[-1].seq, lines[-1][-1])
        try:
            self._look_at_files()  # no line in a file without a name may be reported as written
        except JournalError:
            self._head = before
            raise
        if self._told:
            self._told.clear()
            log.warning("the journal is written again")

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """One transaction that keeps every other writer out until it ends. Raises JournalError."""
        self._look_at_files()
        with self._failing:
            self._cursor().execute("BEGIN" if self._postgresql else "BEGIN IMMEDIATE")
            if self._postgresql:
                self._cursor().execute(f"SELECT pg_advisory_xact_lock({TURN}, hashtext(%s))", (self._office,))
        self._in_turn = True
        before = self._head
        try:
            yield
            with self._failing:
                self._cursor().execute("COMMIT")
        except BaseException:
            self._head = before
            if self._connection is None:
                raise  # the connection is gone, and the transaction with it
            with self._failing:
                self._cursor().execute("ROLLBACK")
            raise
        finally:
            self._in_turn = False
        self._look_at_files()

    def close(self) -> None:
        """Give up the connection; the next call opens a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (self._engine.dialect.loaded_dbapi.Error, sa.exc.SQLAlchemyError):
                connection.invalidate()

    def _give_up(self) -> None:
        """Leave a connection that failed without another word to the server, which might not answer that either."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()

    def _cursor(self) -> Any:
        """Return a cursor on a connection where each statement is committed when it has been executed."""
        if self._connection is None:
            if self._files is not None:
                self._files.before_opening()
            self._connection = self._engine.raw_connection()
            if self._postgresql:
                self._connection.driver_connection.autocommit = True  # type: ignore[union-attr]
                stuck = f"SET idle_in_transaction_session_timeout = '{STUCK_SECONDS}s'"
                self._connection.cursor().execute(stuck)
            if self._files is not None:
                self._files.opened(self._connection, self._is_whole)
        return self._connection.cursor()

    def _look_at_files(self) -> None:
        """Go on only with a connection to the files at their paths. Raises JournalError."""
        if self._files is not None and self._connection is not None and not self._in_turn:
            if self._files.undisturbed():
                return
            with self._failing:
                self._connection = self._files.sound(self._connection, self._is_whole)

    def _is_whole(self, connection: sa.PoolProxiedConnection) -> bool:
        """Whether what this connection reads holds the newest line that was told."""
        if not self._head.seq:
            return True
        values = {"office": self._office, "wanted": self._head.seq}
        text, names = self._chain
        found = connection.cursor().execute(text, tuple(values[name] for name in names)).fetchone()
        if found is not None and found[0] == self._head.chain:
            return True
        log.error("line %d, which was told, is not in the database that stands there now", self._head.seq)
        return False

    def _failed(self, error: BaseException) -> None:
        """Turn a clash into JournalConflict, a value that the database can't keep into JournalLineError.

        Any other failure costs the connection and is a JournalError. What is none of the database is left as it is.
        """
        errors = self._engine.dialect.loaded_dbapi
        if isinstance(error, errors.IntegrityError):
            raise JournalConflict from error
        if isinstance(error, errors.DataError):
            raise JournalLineError(in_a_line(error)) from error
        if isinstance(error, FilesFault):
            if self._files is not None and not self._files.guards(self._connection):
                self._give_up()
            raise JournalError(str(error), error.what) from error
        if isinstance(error, (errors.Error, sa.exc.SQLAlchemyError)):
            of_files = self._fault_of_files()
            if of_files:
                raise JournalError(in_a_line(error), of_files) from error
            if type(error) not in self._told:  # the hub retries each second: logged once
                log.error("the journal failed: %s", in_a_line(error))
            self._told.add(type(error))
            self._give_up()
            raise JournalError(str(error)) from error

    def _fault_of_files(self) -> str:
        """Return what is wrong with the files under a connection that failed, when that is why it did.

        The connection is kept then: it holds what was told, and closing the last one would remove what is beside the
        database, for another fault to be told than the one that it was.
        """
        if self._files is None or self._in_turn or not self._files.guards(self._connection):
            return ""
        return self._files.fault()

    def _rows(self, statement: tuple[str, tuple[str, ...]], wanted: Any = None, after: int = 0) -> Sequence[Any]:
        text, names = statement
        values = {"office": self._office, "wanted": wanted, "after": after}
        if self._files is None or not self._files.were_undisturbed():
            self._look_at_files()
        with self._failing:
            cursor = self._cursor()
            cursor.execute(text, tuple(values[name] for name in names) if names else values)
            rows: Sequence[Any] = cursor.fetchall()
            cursor.close()
        return rows

    def _of_one_day(self, day: str, after: int) -> Sequence[Any]:
        if not self._postgresql:
            return self._rows(self._of_day, day, after)
        longer = f"SET LOCAL statement_timeout = '{DAY_SECONDS}s'"
        with self._failing:
            cursor = self._cursor()
            cursor.execute(longer if self._in_turn else f"BEGIN; {longer}")
        usual = cursor.connection.answer_seconds
        cursor.connection.answer_seconds = max(usual, DAY_SILENT_SECONDS)
        rows = self._rows(self._of_day, day, after)
        cursor.connection.answer_seconds = usual
        if not self._in_turn:
            with self._failing:
                cursor.execute("COMMIT")
        return rows

    def _compiled(self, statement: sa.Select[Any] | sa.TextClause) -> tuple[str, tuple[str, ...]]:
        """Return a statement as the driver takes it, and the order of its values when they have no names there."""
        compiled = statement.compile(dialect=self._engine.dialect)
        return str(compiled), tuple(compiled.positiontup or ())

    def _insert(self, lines: Sequence[tuple[Any, ...]]) -> None:
        head = f"INSERT INTO journal (office, {', '.join(_names)}) "
        if self._postgresql:
            # Waits for the current exclusive writer, then fails with a key conflict if it wrote.
            row = "(%s, %s::bigint" + ", %s" * (len(_names) - 1) + ")"
            free = f"(SELECT pg_advisory_xact_lock({TURN}, hashtext(%s))) IS NOT NULL"
            text = f"{head}SELECT * FROM (VALUES {', '.join([row] * len(lines))}) AS lines WHERE {free}"
            values = [value for line in lines for value in line] + [self._office]
        else:
            row = "(?" + ", ?" * len(_names) + ")"
            text = head + "VALUES " + ", ".join([row] * len(lines))
            values = [value for line in lines for value in line]
        cursor = self._cursor()
        cursor.execute(text, values)
        cursor.close()

    def _lines(self, entries: Sequence[JournalEntry]) -> list[tuple[Any, ...]]:
        """Return entries as they are stored, each with its chain value; a line before them must be there."""
        chain = self.chain_of(entries[0].seq - 1)
        if chain is None:
            raise JournalConflict
        lines = []
        for entry in entries:
            columns = stored(_with_chain(entry, chain))
            chain = chain_value(chain, self._office, *columns)
            lines.append((self._office, *columns, chain))
        return lines

    def chain_of(self, seq: int) -> str | None:
        """Return a line's chain value, None when there is no such line; GENESIS before the first."""
        if seq == self._head.seq:
            return self._head.chain
        if seq == 0:
            return GENESIS
        rows = self._rows(self._chain, seq)
        return str(rows[0][0]) if rows else None

    def _check(self, rows: Sequence[Row], after: int | None = None) -> None:
        """Raise JournalDamaged unless all rows are as they were written; `after` is given when none may be missing.

        Lines of one day may have those of another between them.
        """
        links: Links | None = None
        for place, row in enumerate(rows):
            if links is None or (after is None and row[0] != rows[place - 1][0] + 1):
                links = self._links(row[0] - 1 if after is None else after, row[0])
                if links.take(rows[place:]):
                    return
            for damage in links.damage(row):
                raise self._damaged(damage)

    def _links(self, before: int, first: int) -> Links:
        """Return what follows the chain from a line on; the one before it may have left the journal when it was sealed.

        Raises JournalDamaged when it is missing.
        """
        chain = self.chain_of(before)
        if chain is None or first > before + 1:
            sealed = self._newest_seal()
            if sealed is not None and before <= sealed.last:
                return beginning(self._office, first, sealed)
        if chain is None:
            raise self._damaged(missing(before, before))
        return Links(self._office, Head(before, chain))

    def _newest_seal(self) -> Sealed | None:
        return next((sealed for row in self._rows(self._seals) if (sealed := sealed_from(*row)) is not None), None)

    def _entry(self, row: Row) -> JournalEntry:
        *columns, _chain = row
        seq, kind = columns[0], columns[3]
        try:
            return entry_of(*columns)
        except KeyError:
            raise self._damaged(Damage(seq, f"was written by a newer release: {kind}")) from None
        except (TypeError, ValueError):
            raise self._damaged(Damage(seq, CHANGED)) from None

    def _damaged(self, damage: Damage) -> JournalDamaged:
        if damage not in self._told_damage:  # a past day is read again and again
            log.error("the journal is damaged: %s", damage)
        self._told_damage.add(damage)
        return JournalDamaged(damage.seq, str(damage))


def _with_chain(entry: JournalEntry, chain: str) -> JournalEntry:
    """Return a line as it is written: one that seals the line before it says that line's chain value."""
    event = entry.event
    if isinstance(event, JournalSealed) and not event.chain and event.last == entry.seq - 1:
        return replace(entry, event=replace(event, chain=chain))
    return entry
