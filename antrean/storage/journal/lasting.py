"""What outlives the day of an office: kept with its seq in the commit that changed it, or folded anew from the journal.

What is kept is one row for an office, and one for each of its cases, of which there may be thousands. It saves a start
the reading of all such lines, and holds what sealed lines said when they have left. The journal is the truth:
`differences` compares the two.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from antrean.queueing.cases.book import Case, case_as_data, codes_of
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.ownership.events import OfficeMadeMine
from antrean.queueing.standing import NOTHING, Standing, as_data, from_data
from antrean.storage.database.schema import LASTING, cases, lasting
from antrean.storage.journal.chain import STORED
from antrean.storage.journal.lines import entry_of
from antrean.storage.journal.sealed import Sealed, newest_seal
from antrean.storage.journal.statements import Statements

log = logging.getLogger(__name__)
COLUMNS = ", ".join(STORED)
# What is kept of an office: its own row, which has no code, and its cases. One statement, so that no commit of another
# hub comes between.
KEPT = (
    "SELECT '' AS code, state FROM standing WHERE office = :office "
    "UNION ALL SELECT code, state FROM cases WHERE office = :office"
)
WRONG = (LookupError, TypeError, ValueError, AttributeError)


class LastingRows:
    """The statements about what an office's journal keeps of it, as the driver takes them."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._office = office
        self.unread = False  # what is kept could not be read: the next save writes each case anew
        self._statements = Statements(engine)
        self.kept = sa.text(KEPT)
        self.lines = sa.text(lines(engine.dialect.name))
        self._save = self._statements.compiled(
            sa.text(
                "INSERT INTO standing (office, seq, state) VALUES (:office, :seq, :state) "
                "ON CONFLICT (office) DO UPDATE SET seq = excluded.seq, state = excluded.state"
            )
        )
        self._save_case = self._statements.compiled(
            sa.text(
                "INSERT INTO cases (office, code, state) VALUES (:office, :code, :state) "
                "ON CONFLICT (office, code) DO UPDATE SET state = excluded.state"
            )
        )
        one = "DELETE FROM cases WHERE office = :office"
        self._forget_case = self._statements.compiled(sa.text(f"{one} AND code = :code"))
        self._forget_cases = self._statements.compiled(sa.text(one))

    def save(self, cursor: Any, standing: Standing, entries: Sequence[JournalEntry]) -> None:
        """Keep it in place of what was kept, by the cursor that inserted these lines, which changed it."""
        run, office = self._statements.run, self._office
        run(cursor, self._save, office=office, seq=standing.seq, state=as_text(standing))
        if self.unread or any(isinstance(entry.event, OfficeMadeMine) for entry in entries):
            run(cursor, self._forget_cases, office=office)
        changed = (code for entry in entries for code in codes_of(entry.event))
        for code in list(standing.cases.cases) if self.unread else dict.fromkeys(changed):
            case = standing.cases.cases.get(code)
            if case is None:
                run(cursor, self._forget_case, office=office, code=code)
            else:
                run(cursor, self._save_case, office=office, code=code, state=case_as_text(case))
        self.unread = False


def lines(dialect: str) -> str:
    """Return the query for an office's lines of these kinds beyond one seq, by the index that holds them alone.

    SQLite would rather read the whole journal, as it does not know how few they are.
    """
    index = " INDEXED BY ix_journal_lasting" if dialect == "sqlite" else ""
    return f"SELECT {COLUMNS} FROM journal{index} WHERE office = :office AND seq > :wanted AND {LASTING} ORDER BY seq"


def as_text(standing: Standing) -> str:
    """Return it as it is kept, without its cases."""
    return _as_text(as_data(standing, with_cases=False))


def case_as_text(case: Case) -> str:
    """Return a case as it is kept."""
    return _as_text(case_as_data(case))


def _as_text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def kept_in(rows: Sequence[Sequence[Any]]) -> Standing | None:
    """Return what the rows of KEPT hold; None where it is of another form, or is not as it was written."""
    states = [state for code, state in rows if not code]
    if not states:
        return NOTHING if not rows else None
    try:
        return from_data(
            json.loads(str(states[0])), json.loads(f"[{','.join(str(state) for code, state in rows if code)}]")
        )
    except WRONG as error:
        log.warning("what was kept beside the journal can't be read (%s); it is folded anew", type(error).__name__)
        return None


def sealed_in(sealed: Sealed | None) -> Standing:
    """Return what stood after the last line that was sealed; nothing where no line was, or none of these kinds."""
    if sealed is None or sealed.standing is None:
        return NOTHING
    return from_data(sealed.standing)


def brought_on(standing: Standing, entries: Iterable[JournalEntry], until: int | None = None) -> Standing:
    """Return what stands after these lines, or after those of them up to a seq."""
    for entry in entries:
        if until is None or entry.seq <= until:
            standing = standing.after(entry)
    return standing


def folded(connection: sa.Connection, office: str, until: int | None = None) -> Standing:
    """Return what stands as the journal alone says it, from the newest seal on.

    Raises LookupError, TypeError or ValueError where a line is not as it was written.
    """
    opening = sealed_in(newest_seal(connection, office))
    return brought_on(opening, _since(connection, office, opening.seq), until)


def differences(connection: sa.Connection, office: str) -> Iterator[str]:
    """Say where what is kept, brought on by the lines since, is not what the journal says."""
    kept = kept_in([tuple(row) for row in connection.execute(sa.text(KEPT), {"office": office})])
    try:
        right = folded(connection, office)
        told = brought_on(kept, _since(connection, office, kept.seq)) if kept is not None else None
    except WRONG as error:
        yield f"what outlives the day can't be folded: {type(error).__name__} {error}"
        return
    # From a seal on, what is over by then never stood, so that another line was the last that changed something.
    if told is None or replace(told, seq=right.seq) != right:
        yield (
            "what is kept of stock, vouchers and cases is not what the journal says; "
            "end the hub, and antrean rebuild makes it anew"
        )


def rebuild(engine: sa.Engine, office: str) -> Standing:
    """Fold an office's state anew from its journal, and keep that. A hub may go on writing meanwhile.

    One that read what was wrong holds it still, and keeps it again with the next line that changes it.
    Raises LookupError, TypeError or ValueError where a line is not as it was written.
    """
    with engine.begin() as connection:
        for table in (lasting, cases):
            connection.execute(sa.delete(table).where(table.c.office == office))
        standing = folded(connection, office)
        row = {"office": office, "seq": standing.seq, "state": as_text(standing)}
        connection.execute(sa.insert(lasting).values(row))
        every = [
            {"office": office, "code": code, "state": case_as_text(case)} for code, case in standing.cases.cases.items()
        ]
        if every:
            connection.execute(sa.insert(cases), every)
    return standing


def _since(connection: sa.Connection, office: str, seq: int) -> Iterator[JournalEntry]:
    found = connection.execute(sa.text(lines(connection.dialect.name)), {"office": office, "wanted": seq})
    return (entry_of(*row) for row in found)
