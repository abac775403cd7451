"""Parts of a plan's document: one looked up, one put in another's place, and what differs between two documents.

A part is named by its path: `voice`, `displays/ticker`, `services/kk`, `displays/playlist/9f`; the empty path is all of
it. Items of a list are named by their code or id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from antrean.queueing.errors import Invalid
from antrean.queueing.plan.changes import Change, small

KEYS = ("code", "id", "day")
ITEM_LISTS = {
    "services": "code",
    "counters": "code",
    "zones": "code",
    "stock": "code",
    "groups": "code",
    "needs": "code",
    "displays/playlist": "id",
    "hours/seasons": "id",
    "hours/days": "day",
}
STAGES = ("journey", "stages")  # in a service: a list of items too, named by their code
OF_ONE = (("zones",), ("stock",))  # a change within one item of these is told with the code of the item
ORDER = "order"  # how the difference between two lists of the same items is named
Path = tuple[str, ...]


def part(document: Any, path: str) -> Any:
    """Return what stands at a path; None where nothing does."""
    inside = document
    for step in filter(None, path.split("/")):
        if isinstance(inside, Mapping):
            inside = inside.get(step)
        elif isinstance(inside, list):
            inside = next((item for item in inside if _key(item) == step), None)
        else:
            return None
    return inside


def with_part(document: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the document with another value at a path; nothing of the given one is changed.

    An item that a list has not is added at its end; None takes an item away. Refuses (`field_unknown`) a path to
    nowhere, and (`value_invalid`) another item than the path says.
    """
    steps = [step for step in path.split("/") if step]
    if not steps:
        return dict(value)
    found: dict[str, Any] = _put(document, steps, value, path)
    return found


def _put(inside: Any, steps: Sequence[str], value: Any, path: str) -> Any:
    step, rest = steps[0], steps[1:]
    if isinstance(inside, Mapping) and step in inside:
        return {**inside, step: _put(inside[step], rest, value, path) if rest else value}
    if not isinstance(inside, list):
        raise Invalid("field_unknown", field=path)
    place = next((place for place, item in enumerate(inside) if _key(item) == step), len(inside))
    old = inside[place : place + 1]
    if rest:
        if not old:
            raise Invalid("field_unknown", field=path)
        value = _put(old[0], rest, value, path)
    if value is not None and _key(value) != step:
        raise Invalid("value_invalid", field=path)
    new = [] if value is None else [value]
    return [*inside[:place], *new, *inside[place + 1 :]]


def difference(before: Any, after: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """Yield the single values that differ, each with its path, before and after; None where there is none.

    An item that comes or goes is one value. Where the same items stand in another order, the lists of their keys are.
    """
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            yield from difference(before.get(name), after.get(name), (*path, name))
    elif _has_items(path) and isinstance(before, list) and isinstance(after, list):
        was, now = ({str(_key(item)): item for item in side} for side in (before, after))
        for key in {**was, **now}:
            if key in was and key in now:
                yield from difference(was[key], now[key], (*path, key))
            else:
                yield (*path, key), was.get(key), now.get(key)
        stayed = [key for key in was if key in now]
        if (order := [key for key in now if key in was]) != stayed:
            yield (*path, ORDER), stayed, order
    else:
        yield path, before, after


def _has_items(path: Path) -> bool:
    return "/".join(path) in ITEM_LISTS or path == STAGES or (path[:1] == ("services",) and path[2:] == STAGES)


def told(paths: Sequence[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    """Return what differs between two documents, as a line of the journal tells it: by name, and made small.

    Where one part was changed, names are those within it; those of a service, zone or stock item are told with whose
    they are, an item of the playlist is told as a whole.
    """
    steps = _common([tuple(step for step in path.split("/") if step) for path in paths])
    path = "/".join(steps)
    if steps == ("services",) and all(path.count("/") == 2 for path in paths):
        return _of_services(paths, before, after)
    if steps[:1] == ("services",) and len(steps) > 1:
        of_it = "/".join(steps[:2])
        if part(before, of_it) is None or part(after, of_it) is None:  # it comes or goes: told as a whole
            return Change(*_nested(difference(part(before, "services"), part(after, "services"), steps[:1])))
        values = _nested(difference(part(before, of_it), part(after, of_it)))
        return Change(*({"service": steps[1], **side} for side in values))
    if steps[:2] == ("displays", "playlist") and len(steps) == 3:
        was, now = part(before, path), part(after, path)
        return Change(*({"interlude": _of_item(item)} if item is not None else {} for item in (was, now)))
    was, now = part(before, path), part(after, path)
    if steps[:1] in OF_ONE and len(steps) > 1 and was is not None and now is not None:
        return Change(*_nested(difference(was, now, steps), 1))
    if not isinstance(was, Mapping) and path not in ITEM_LISTS:
        return Change(*({steps[-1]: small(value)} for value in (was, now)))
    return Change(*_nested(difference(was, now, steps), len(steps)))


def _of_services(paths: Sequence[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    """Return single values of several services by their name, and there by the service."""
    sides: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for path in paths:
        _services, code, name = path.split("/")
        if part(before, path) != part(after, path):
            for side, document in zip(sides, (before, after), strict=True):
                side.setdefault(name, {})[code] = small(part(document, path))
    return Change(*sides)


def _common(paths: Sequence[Path]) -> Path:
    """Return the longest beginning that all paths have."""
    shortest = min(paths, key=len, default=())
    return next(
        (shortest[:n] for n in range(len(shortest), 0, -1) if all(path[:n] == shortest[:n] for path in paths)), ()
    )


def _of_item(item: Mapping[str, Any]) -> Any:
    return small({"id": item["id"], "kind": item["kind"], "texts": item["texts"]})


def _nested(values: Iterator[tuple[Path, Any, Any]], skip: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return values by their paths as two trees."""
    sides: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for path, *both in values:
        for side, value in zip(sides, both, strict=True):
            inside = side
            for step in path[skip:-1]:
                inside = inside.setdefault(step, {})
            inside[path[-1]] = small(value)
    return sides


def _key(item: Any) -> str | None:
    return next((str(item[key]) for key in KEYS if key in item), None) if isinstance(item, Mapping) else None
