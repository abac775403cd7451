"""Reads the tables that reports are made of: rows of business days, as they were written; blocking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from antrean.queueing.keeping.report_rows import CallRow, PauseRow, ServedRow, SlipRow, SpanRow, VisitRow
from antrean.storage.database.engine import reading
from antrean.storage.reports import schema

Row = TypeVar("Row", VisitRow, ServedRow, CallRow, SpanRow, PauseRow, SlipRow)
Wanted = Mapping[str, str | int]  # what columns have to be


class ReportReader:
    """The rows of one office, of business days from `since` to `until`, both included, in the order of their lines."""

    def __init__(self, engine: sa.Engine, office: str) -> None:
        self.engine = engine
        self.office = office

    def visits(self, since: date, until: date, **wanted: str | int) -> list[VisitRow]:
        """Return the legs of visits in which these columns have these values."""
        return self._rows(VisitRow, schema.visits, since, until, wanted)

    def services(self, since: date, until: date) -> list[ServedRow]:
        """Return who served at which service for how long, of all legs of visits."""
        return self._rows(ServedRow, schema.visits, since, until, {})

    def calls(self, since: date, until: date, **wanted: str | int) -> list[CallRow]:
        """Return the calls in which these columns have these values."""
        return self._rows(CallRow, schema.calls, since, until, wanted)

    def spans(self, since: date, until: date, **wanted: str | int) -> list[SpanRow]:
        """Return the operators' times at counters in which these columns have these values."""
        return self._rows(SpanRow, schema.spans, since, until, wanted)

    def pauses(self, since: date, until: date, **wanted: str | int) -> list[PauseRow]:
        """Return the pauses in which these columns have these values."""
        return self._rows(PauseRow, schema.pauses, since, until, wanted)

    def slips(self, since: date, until: date, **wanted: str | int) -> list[SlipRow]:
        """Return the papers in which these columns have these values."""
        return self._rows(SlipRow, schema.slips, since, until, wanted)

    def days(self) -> tuple[date, date] | None:
        """Return the first and the last business day of which there are visits; None where there are none."""
        day = schema.visits.c.business_day
        asked = sa.select(sa.func.min(day), sa.func.max(day)).where(schema.visits.c.office == self.office)
        with reading(self.engine) as connection:
            first, last = connection.execute(asked).one()
        return None if first is None else (date.fromisoformat(first), date.fromisoformat(last))

    def _rows(self, kind: type[Row], table: sa.Table, since: date, until: date, wanted: Wanted) -> list[Row]:
        columns = [table.c[one.name] for one in fields(kind)]
        mine: list[Any] = [table.c.office == self.office]
        mine.append(table.c.business_day.between(since.isoformat(), until.isoformat()))
        mine += [table.c[name] == value for name, value in wanted.items()]
        with reading(self.engine) as connection:
            found = connection.execute(
                sa.select(*columns).where(*mine).order_by(table.c.business_day, *table.primary_key)
            )
            return [kind(*row) for row in found]
