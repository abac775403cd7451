"""A setting before and after a change, small enough for one line of the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_TEXT = 200
MOST_PARTS = 40


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed: names with their values before and after, and in both whose they are."""

    before: dict[str, Any]
    after: dict[str, Any]


def difference(whose: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    """Return the values that differ, made small; one that is missing on a side is None there."""
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return Change(
        {**whose, **{name: small(before.get(name)) for name in changed}},
        {**whose, **{name: small(after.get(name)) for name in changed}},
    )


def small(value: Any) -> Any:
    """Return a value with its long texts cut short, pictures among them, and its long lists ended early."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"{value[: LONGEST_TEXT // 4]}… ({len(value)} letters)"
    if isinstance(value, Mapping):
        return {str(name): small(part) for name, part in list(value.items())[:MOST_PARTS]}
    if isinstance(value, Sequence):
        return [small(part) for part in list(value)[:MOST_PARTS]]
    return value if value is None or isinstance(value, bool | int | float) else str(value)
