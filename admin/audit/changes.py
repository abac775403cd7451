"""The values that a change of settings changed, before and after, in words for the audit page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from admin.audit.setting_words import ONLY_FOR_MACHINES, name_of, service_name, value_of
from antrean.queueing.events import Event, PlanChanged
from antrean.queueing.plan.model import OfficePlan
from antrean.web.screens.settings import DisplaySettings, KioskSettings

WHOSE = ("device", "service")
# What a screen does that was never set: the first time it is, this is what it was before.
USUAL: Mapping[str, Any] = {**asdict(DisplaySettings()), **asdict(KioskSettings())}
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One changed value: its owner (empty: the office), its name, and its words before and after (empty: none)."""

    whose: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The changed values of a line; `known` says whether the line names them at all."""

    values: tuple[Changed, ...] = ()
    known: bool = True

    @property
    def by_whose(self) -> list[tuple[str, list[Changed]]]:
        """The values, grouped by owner."""
        return [(whose, list(some)) for whose, some in groupby(self.values, key=lambda one: one.whose)]


def changes(event: Event, plan: OfficePlan) -> Changes | None:
    """Return what a line changed, in the language of the request; None for a line that changes no setting.

    Lines of earlier releases and of some commands say only that something changed.
    """
    if not isinstance(event, PlanChanged):
        return None
    before, after = event.before or {}, event.after or {}
    if "devices" in before or "devices" in after:  # several devices at once, each with its own values
        pairs = list(zip(before.get("devices") or (), after.get("devices") or (), strict=False))
    else:
        pairs = [(before, after)]
    known = event.before is not None or event.after is not None
    return Changes(tuple(one for pair in pairs for one in _of(*pair, plan)), known)


def _of(before: Mapping[str, Any], after: Mapping[str, Any], plan: OfficePlan) -> Iterator[Changed]:
    whose = next((_whose(name, before[name], plan) for name in WHOSE if name in before and name in after), "")
    if "device" in before:
        before = {name: USUAL.get(name) if value is None else value for name, value in before.items()}
    was, now = dict(_leaves(before)), dict(_leaves(after))
    for path in {**was, **now}:
        said = value_of(path, was.get(path), plan), value_of(path, now.get(path), plan)
        if said[0] != said[1]:
            yield Changed(whose, name_of(path, plan), *said)


def _whose(name: str, value: Any, plan: OfficePlan) -> str:
    return (service_name(value, plan) if name == "service" else "") or str(value)


def _leaves(values: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the single values with their paths, without their owner and without what only machines read."""
    for name, value in values.items():
        if (*path, name) in ONLY_FOR_MACHINES or (not path and name in WHOSE):
            continue
        inside = isinstance(value, Mapping) and value
        yield from _leaves(value, (*path, name)) if inside else [((*path, name), value)]
