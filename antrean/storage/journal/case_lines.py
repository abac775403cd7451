"""The journal's lines about one case."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from antrean.queueing.cases.book import codes_of
from antrean.queueing.events import CaseAsked
from antrean.queueing.journal.entry import JournalEntry
from antrean.storage.database.engine import reading
from antrean.storage.database.schema import LASTING
from antrean.storage.journal.chain import STORED
from antrean.storage.journal.lines import entry_of


class CaseLines:
    """The lines about cases of an office, by the index of what outlives the day. Nothing here waits for a commit."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._engine = engine
        self._office = office

    def of(self, code: str, most: int) -> Sequence[JournalEntry]:
        """Return the newest lines about the case with this code, newest first; so many at most.

        Lines that have left the journal with their day are not among them.
        """
        index = " INDEXED BY ix_journal_lasting" if self._engine.dialect.name == "sqlite" else ""
        query = sa.text(
            f"SELECT {', '.join(STORED)} FROM journal{index} WHERE office = :office AND {LASTING} "
            "AND kind LIKE :kind AND data LIKE :code ORDER BY seq DESC LIMIT :most"
        )
        values = {"office": self._office, "kind": "case.%", "code": f"%{code}%", "most": most}
        with reading(self._engine) as connection:
            found = [entry_of(*row) for row in connection.execute(query, values)]
        return [one for one in found if _is_about(one, code)]


def _is_about(entry: JournalEntry, code: str) -> bool:
    """Whether a line is about a case, not about one whose code has the same letters and more."""
    return code in codes_of(entry.event) or (isinstance(entry.event, CaseAsked) and entry.event.case == code)
