"""Reads the visits of many business days as columns of numbers; blocking.

Days that are packed are read as they are, the others by their rows. Five years of an office take some 40 MB.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from antrean.storage.database.engine import reading
from antrean.storage.reports.packed import COLUMNS, TEXT, packed
from antrean.storage.reports.schema import packed_days, visits
from antrean.storage.reports.wanted import Values, Wanted

Numbers = npt.NDArray[Any]
# What a column is read as: as it was packed, the lower byte first.
KINDS = {"q": "<i8", "i": "<i4", "b": "<i1", TEXT: "<u2"}


@dataclass(frozen=True, slots=True)
class Legs:
    """The legs of visits, column by column, in no order.

    `columns` are those of `packed.COLUMNS`; NOTHING stands for None. Of a text column they hold places in `values`.
    `day` holds places in `days`, which are those with visits, in order.
    """

    days: tuple[date, ...]
    day: Numbers
    columns: Mapping[str, Numbers]
    values: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        """How many legs there are."""
        return len(self.day)

    def __getitem__(self, name: str) -> Numbers:
        """Return a column."""
        return self.columns[name]

    def having(self, only: Values) -> Legs:
        """Return those that have these values in these columns."""
        here = np.ones(len(self), dtype=bool)
        for name, value in only:
            if name in self.values:
                known = list(self.values[name])
                here &= self[name] == known.index(str(value)) if value in known else False
            else:
                here &= self[name] == value
        return self.where(here) if only else self

    def where(self, here: Numbers) -> Legs:
        """Return the legs for which this is true."""
        return replace(self, day=self.day[here], columns={name: column[here] for name, column in self.columns.items()})


def read_legs(engine: sa.Engine, office: str, wanted: Wanted) -> Legs:
    """Return the legs that are wanted; `days` are all days of them that had visits."""
    with reading(engine) as connection:
        every = [_Day(day, data) for day, data in _days(connection, office, wanted.since, wanted.until)]
    found = [day for day in every if day.visits]
    values: dict[str, dict[str, int]] = {name: {} for name, code in COLUMNS.items() if code == TEXT}
    columns = {}
    for name, code in COLUMNS.items():
        parts = [day.column(name) for day in found]
        if code == TEXT:
            parts = [_places(values[name], day.values[name])[part] for day, part in zip(found, parts, strict=True)]
        columns[name] = np.concatenate(parts) if parts else np.zeros(0, KINDS[code])
    counts = np.array([day.visits for day in found], dtype=np.int64)
    every_leg = Legs(
        tuple(day.day for day in found),
        np.repeat(np.arange(len(found), dtype=np.int32), counts),
        columns,
        {name: list(places) for name, places in values.items()},
    )
    return every_leg.having(wanted.only)


class _Day:
    """A packed day."""

    def __init__(self, day: date, data: bytes) -> None:
        head, _, self._data = data.partition(b"\n")
        said = json.loads(head)
        self.day = day
        self.visits: int = said["visits"]
        self.values: dict[str, list[str]] = said["values"]
        self._at: dict[str, int] = {}
        at = 0
        for name, code in COLUMNS.items():
            self._at[name] = at
            at += self.visits * np.dtype(KINDS[code]).itemsize

    def column(self, name: str) -> Numbers:
        return np.frombuffer(self._data, KINDS[COLUMNS[name]], self.visits, self._at[name])


def _places(known: dict[str, int], values: Sequence[str]) -> Numbers:
    """Return the places of a day's values among those of all days."""
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.uint16)


def _days(connection: sa.Connection, office: str, since: date, until: date) -> Iterator[tuple[date, bytes]]:
    """Give the days, packed, in order."""
    day = packed_days.c.business_day
    asked = (
        sa.select(day, packed_days.c.data)
        .where(packed_days.c.office == office, day.between(since.isoformat(), until.isoformat()))
        .order_by(day)
    )
    for business_day, data in connection.execute(asked).all():
        yield date.fromisoformat(business_day), data or packed(_rows(connection, office, business_day))


def _rows(connection: sa.Connection, office: str, business_day: str) -> Sequence[Any]:
    asked = sa.select(*(visits.c[name] for name in COLUMNS))
    return connection.execute(asked.where(visits.c.office == office, visits.c.business_day == business_day)).all()
