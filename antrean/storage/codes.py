"""The rows of codes that are good once and for a short time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from antrean.storage.database import schema
from antrean.storage.database.engine import reading
from antrean.storage.times import stored_time

TABLE = schema.codes
LONGEST = 60  # of what is kept of a browser and of an address


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `id` is its hash; `subject` is whom it is for: a name, or the hash of a screen's token."""

    id: str
    purpose: str
    subject: str
    until: datetime
    browser: str = ""
    address: str = ""


class CodeRows:
    """Reads and writes the codes of an office."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self._engine = engine
        self._office = office

    def all(self, purpose: str, now: datetime) -> list[Code]:
        """Return the codes of a purpose that are still good, the one that ends first, first."""
        mine = (TABLE.c.office == self._office, TABLE.c.purpose == purpose, TABLE.c.until > stored_time(now))
        with reading(self._engine) as connection:
            return [_code(row) for row in connection.execute(sa.select(TABLE).where(*mine).order_by(TABLE.c.until))]

    def add(self, code: Code, now: datetime) -> None:
        """Write a code; an earlier one of the same subject goes, and so do all that are too old."""
        same = sa.and_(TABLE.c.purpose == code.purpose, TABLE.c.subject == code.subject)
        old = (TABLE.c.office == self._office, sa.or_(same, TABLE.c.until <= stored_time(now)))
        row = {
            "office": self._office,
            "id": code.id,
            "purpose": code.purpose,
            "subject": code.subject,
            "browser": code.browser[:LONGEST],
            "address": code.address[:LONGEST],
            "until": stored_time(code.until),
        }
        with self._engine.begin() as connection:
            connection.execute(sa.delete(TABLE).where(*old))
            connection.execute(sa.insert(TABLE), row)

    def take(self, purpose: str, code: str, now: datetime, subject: str = "") -> Code | None:
        """Return the code with this hash and take it away, for one of several who ask; None where there is none."""
        one = [TABLE.c.office == self._office, TABLE.c.purpose == purpose, TABLE.c.id == code]
        if subject:
            one.append(TABLE.c.subject == subject)
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(TABLE).where(*one, TABLE.c.until > stored_time(now))).first()
            if row is None or connection.execute(sa.delete(TABLE).where(*one)).rowcount != 1:
                return None
        return _code(row)


def _code(row: sa.Row[tuple[object, ...]]) -> Code:
    return Code(row.id, row.purpose, row.subject, datetime.fromisoformat(row.until), row.browser, row.address)
