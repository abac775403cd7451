"""The one look at every text that comes in: no identity number gets any further.

People are refused, as they can write it otherwise. What a device reports has its digits masked: a report is never lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from queueing.errors import Invalid
from queueing.privacy import mask_identity_numbers, refuse_identity_numbers

# What no person writes: ids, digests and pictures, in which any digits may stand by chance.
MACHINE_MADE = frozenset(
    {"request_id", "ticket", "token", "password", "picture", "claim", "job", "jobs", "question", "chain", "build"}
)
MOST_TEXT = 20_000  # letters of all fields together
DEEPEST = 20  # lists and objects in each other; what is deeper is no report of any release


def refuse_in(fields: Mapping[str, Any]) -> None:
    """Refuse (`note_has_id_number`) fields of which one holds an identity number, also within lists and objects.

    Refuses (`body_too_large`) more text than anybody writes: the look at it keeps everybody else waiting.
    """
    texts = list(_texts({name: value for name, value in fields.items() if name not in MACHINE_MADE}, DEEPEST))
    if sum(map(len, texts)) > MOST_TEXT:
        raise Invalid("body_too_large")
    refuse_identity_numbers(*texts)


def masked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with the digits of identity numbers masked, also within lists and objects."""
    return {name: value if name in MACHINE_MADE else _masked(value, DEEPEST) for name, value in fields.items()}


def _texts(value: Any, deep: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, Mapping) and deep:
        for name, inner in value.items():
            yield name
            yield from _texts(inner, deep - 1)
    elif isinstance(value, list) and deep:
        for inner in value:
            yield from _texts(inner, deep - 1)


def _masked(value: Any, deep: int) -> Any:
    if isinstance(value, str):
        return mask_identity_numbers(value)
    if isinstance(value, Mapping):
        return {name: _masked(inner, deep - 1) for name, inner in value.items()} if deep else {}
    if isinstance(value, list):
        return [_masked(inner, deep - 1) for inner in value] if deep else []
    return value
