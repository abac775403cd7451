"""The visits of a business day as columns of numbers: what a report over years reads in place of its rows.

A day is packed when it is written whole, and is no longer packed once a row of it changes (`tables.py`). A text column
holds the places of its values in a list of the day. Whoever changes COLUMNS raises `FORM` of the schema.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

NOTHING = -1  # in place of None: no time and no count is below 0
TEXT = "H"
# What reports over years read of a visit, and what one value takes: of a time "q" (8 bytes), of a count "i" (4), of
# what is 0 or 1, or a half hour, "b" (1), of a text TEXT (2).
COLUMNS = {
    **dict.fromkeys(("issued_at", "waiting_since", "called_at", "last_call_at", "started_at", "ended_at", "held"), "q"),
    **dict.fromkeys(("leg", "persons", "wait_low", "wait_high"), "i"),
    **dict.fromkeys(("half_hour", "priority", "last", "last_here", "offered", "kept", "kept_here"), "b"),
    **dict.fromkeys(("service", "counter", "operator", "language", "device", "outcome", "missing"), TEXT),
}


def packed(visits: Sequence[Any]) -> bytes:
    """Return visits, which have the attributes that COLUMNS name, as one line of JSON and the columns after it."""
    values: dict[str, list[str]] = {}
    columns = []
    for name, code in COLUMNS.items():
        found: Iterable[int]
        if code == TEXT:
            places: dict[str, int] = {}
            found = [places.setdefault(getattr(visit, name), len(places)) for visit in visits]
            values[name] = list(places)
        else:
            found = (NOTHING if (value := getattr(visit, name)) is None else value for visit in visits)
        columns.append(_bytes(array(code, found)))
    return json.dumps({"visits": len(visits), "values": values}).encode() + b"\n" + b"".join(columns)


def _bytes(column: array[int]) -> bytes:
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()
