"""The values that a change of settings changed, before and after, in words for the audit page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

from flask_babel import gettext

from admin.setting_words import (
    ONLY_FOR_MACHINES,
    PARTS,
    counter_name,
    group_name,
    item_name,
    name_of,
    service_name,
    value_of,
    zone_name,
)
from antrean.queueing.events import Event, PlanChanged
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.plan.parts import ORDER, STAGES, difference
from antrean.storage.settings.devices import ASIDE
from antrean.web.screens.settings import DisplaySettings, KioskSettings

WHOSE = ("device", "service")
# What a screen does that was never set: the first time it is, this is what it was before.
USUAL: Mapping[str, Any] = {**asdict(DisplaySettings()), **asdict(KioskSettings()), ASIDE: False}
UNSAID = ("id", "file", "format")  # of an item of the playlist that comes or goes: what only machines read
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


def with_left(plan: OfficePlan, earlier: OfficePlan) -> OfficePlan:
    """Return a plan that also knows what has left it: services with their stages, counters, zones, groups, stock items.

    What takes one away is told with its name, and not with a code that nobody knows.
    """
    return replace(
        plan,
        services=_and_left(tuple(_with_stages(one, earlier) for one in plan.services), earlier.services),
        counters=_and_left(plan.counters, earlier.counters),
        zones=_and_left(plan.zones, earlier.zones),
        groups=_and_left(plan.groups, earlier.groups),
        stock=_and_left(plan.stock, earlier.stock),
    )


def _and_left(now: tuple[Any, ...], earlier: tuple[Any, ...]) -> tuple[Any, ...]:
    codes = {one.code for one in now}
    return now + tuple(one for one in earlier if one.code not in codes)


def _with_stages(service: Service, earlier: OfficePlan) -> Service:
    """Return a service that also knows the stages that have left its journey."""
    was = earlier.service(service.code).journey if earlier.has_service(service.code) else None
    if was is None:
        return service
    now = service.journey or replace(was, stages=())
    return replace(service, journey=replace(now, stages=_and_left(now.stages, was.stages)))


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
        inside = isinstance(value, Mapping) and value and not _is_stage((*path, name), value)
        yield from _leaves(value, (*path, name)) if inside else [((*path, name), value)]


def _is_stage(path: Path, value: Mapping[str, Any]) -> bool:
    """Whether a value is a whole stage of a journey, which is told by its name alone; not what changed of one."""
    return path[:2] == STAGES and len(path) == 3 and "code" in value


def of_documents(
    before: Mapping[str, Any], after: Mapping[str, Any], plan: OfficePlan, paths: Sequence[str] = ("",)
) -> list[Changed]:
    """Return what differs between two documents of the plan, in the language of the request.

    With `paths`, what stands in these parts of them only.
    """
    wanted = [tuple(step for step in path.split("/") if step) for path in paths]
    found: list[Changed] = []
    for path, was, now in difference(before, after):
        if not any(path[: len(one)] == one or one[: len(path)] == path for one in wanted):
            continue
        whose, own = _owner(path, plan)
        leaves = [dict(_all_leaves(value, own)) for value in (was, now)]
        for leaf in {**leaves[0], **leaves[1]}:
            said = [value_of(leaf, side.get(leaf), plan) if leaf else "" for side in leaves]
            if said[0] != said[1]:
                found.append(Changed(whose, name_of(leaf, plan), *said))
    return sorted(found, key=lambda one: one.whose)  # one by one, whatever order the document has


def _owner(path: Path, plan: OfficePlan) -> tuple[str, Path]:
    """Return whose a value of the plan is, in words, and its path from there on."""
    head = path[0]
    if head == "services" and len(path) > 1 and path[1] != ORDER:
        return service_name(path[1], plan) or path[1], path[2:]
    if head == "counters" and len(path) > 1 and path[1] != ORDER:
        return counter_name(path[1], plan) or path[1], path[2:]
    if head == "zones" and len(path) > 1 and path[1] != ORDER:
        return zone_name(path[1], plan) or path[1], path[2:]
    if head == "groups" and len(path) > 1 and path[1] != ORDER:
        return group_name(path[1], plan) or path[1], path[2:]
    if head == "stock" and len(path) > 1 and path[1] != ORDER:
        return item_name(path[1], plan) or path[1], path[2:]
    if path[:2] == ("displays", "playlist"):
        between = PARTS["playlist"]
        return gettext(between), path[3:] or (path[2:] if path[2:] == (ORDER,) else ())
    if head == "displays":
        return "", path[1:]
    if head in PARTS:
        return gettext(PARTS[head]), path[1:]
    return "", path[1:] if head == "calling" else path


def _all_leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping) and value and not _is_stage(path, value):
        for name, inner in value.items():
            if path or name not in UNSAID:
                yield from _all_leaves(inner, (*path, name))
    elif value is not None or path:
        yield path, value
