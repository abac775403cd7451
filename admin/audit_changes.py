"""What a change of settings changed, as the page of who did what shows it: each value before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from queueing.events import Event, PlanChanged

NOTHING = "–"
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Changed:
    """One value of the settings: whose it is (empty: the office's), its name, and what it was and is."""

    whose: str
    name: str
    before: str
    after: str


def changes(event: Event) -> list[Changed]:
    """Return the values that a line says were changed; none where it was written before lines said so."""
    if not isinstance(event, PlanChanged):
        return []
    before, after = event.before or {}, event.after or {}
    if "devices" in before or "devices" in after:  # several devices at once, each with its own values
        pairs = zip(before.get("devices") or (), after.get("devices") or (), strict=False)
        return [one for pair in pairs for one in _of(*pair)]
    return _of(before, after)


def _of(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    same = [str(before[name]) for name in before if name in after and before[name] == after[name]]
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [Changed(" ".join(same), name, _words(before.get(name)), _words(after.get(name))) for name in names]


def _words(value: Any) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, str):
        words = value
    elif isinstance(value, list) and all(isinstance(part, str) for part in value):
        words = ", ".join(value)
    else:
        words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
