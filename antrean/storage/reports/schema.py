"""The tables that reports read: one for each kind of row, and how far in the journal they have come.

They can be made anew from the journal, so no migration changes them: a table of another form is made anew.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

import sqlalchemy as sa

from antrean.queueing.keeping.report_rows import CallRow, PauseRow, SlipRow, SpanRow, VisitRow

FORM = 3  # of the rows: tables of another form are made anew
reports = sa.MetaData()
OFFICE = sa.String(40)

# How far the rows of an office have come: every line up to `seq`, whose chain value tells the journal from another one.
# `generation` counts how often they were begun anew.
cursors = sa.Table(
    "report_cursors",
    reports,
    sa.Column("office", OFFICE, primary_key=True),
    sa.Column("form", sa.Integer, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("chain", sa.String(64), nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
)


def _table(name: str, kind: type[Any], key: tuple[str, ...], *by: str) -> sa.Table:
    """Return the table of a kind of row. `by` are columns, besides the day, by which rows are looked for."""
    hints = get_type_hints(kind)
    columns = [
        sa.Column(
            one.name,
            sa.Text if hints[one.name] is str else sa.BigInteger,
            primary_key=one.name in key,
            autoincrement=False,
            nullable=type(None) in getattr(hints[one.name], "__args__", ()),
        )
        for one in fields(kind)
    ]
    indexes = [sa.Index(f"ix_{name}_day", "office", "business_day")]
    indexes += [sa.Index(f"ix_{name}_{column}", "office", column) for column in by]
    return sa.Table(name, reports, sa.Column("office", OFFICE, primary_key=True), *columns, *indexes)


visits = _table("report_visits", VisitRow, ("issued", "leg"))
calls = _table("report_calls", CallRow, ("seq",), "issued")
spans = _table("report_counter_spans", SpanRow, ("seq",))
pauses = _table("report_counter_pauses", PauseRow, ("seq",))
slips = _table("report_slips", SlipRow, ("business_day", "about", "copy"), "issued")
# The visits of each day that has any, as `packed.py` has them; without data where a row has changed since.
packed_days = sa.Table(
    "report_packed_days",
    reports,
    sa.Column("office", OFFICE, primary_key=True),
    sa.Column("business_day", sa.Text, primary_key=True),
    sa.Column("data", sa.LargeBinary),
)
ROWS = (visits, calls, spans, pauses, slips)
OF_A_DAY = (*ROWS, packed_days)
