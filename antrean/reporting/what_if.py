"""What a day that is over would have been, replayed: with another counter, with one fewer, and opened earlier.

`replayed_day.py` works it out, in a process beside the hub: what it needs is loaded only there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from antrean.reporting.figures import Times


@dataclass(frozen=True, slots=True)
class Waits:
    """The waits of a day: from the start of waiting at a service to the first call there, in microseconds.

    `uncalled` are tickets that nobody called, `done` the moment at which the last service ended, None without any.
    """

    times: Times
    uncalled: int
    done: int | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A day as it was and as it comes out replayed: with nothing changed (`again`), and with one thing changed.

    `counters` is how many were opened. The changed days are None where the replay does not `fit` the day, and
    `one_fewer` also where only one counter was open.
    """

    was: Waits
    again: Waits
    counters: int
    fits: bool
    one_more: Waits | None = None
    one_fewer: Waits | None = None
    earlier: Waits | None = None


def as_values(found: WhatIf | None) -> dict[str, Any]:
    """Return it as JSON values; nothing where there is none."""
    return {} if found is None else asdict(found)


def from_values(told: Mapping[str, Any]) -> WhatIf | None:
    """Return what these JSON values say."""
    if not told:
        return None
    one_more, one_fewer, earlier = (
        None if told[name] is None else _waits(told[name]) for name in ("one_more", "one_fewer", "earlier")
    )
    was, again = _waits(told["was"]), _waits(told["again"])
    return WhatIf(was, again, told["counters"], told["fits"], one_more, one_fewer, earlier)


def _waits(told: Mapping[str, Any]) -> Waits:
    return Waits(Times(**told["times"]), told["uncalled"], told["done"])
