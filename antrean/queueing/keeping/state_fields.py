"""State by its own fields: as JSON values and back, copied, or with all its times moved.

What a value consists of is read from its type, so that a field added to a dataclass, or to the annotations of a
class, is never forgotten. An object that holds more than its class says is refused (TypeError), and so is a type that
is not known here.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Change = Callable[[Any], Any]
Read = Callable[[Any], Iterable[Any]]
PLAIN = (str, int, float, bool, types.NoneType, Any)


def kept(value: Any, hint: Any = None) -> Any:
    """Return a value as JSON values; `hint` is its type where `type(value)` does not say it all."""
    return _changed(value, hint, _Way(time=datetime.isoformat, day=date.isoformat, unpacks=True))


def restored(data: Any, hint: Any) -> Any:
    """Return the value of this type that was kept; it shares nothing with `data` that could be changed."""
    return _changed(data, hint, _Way(time=datetime.fromisoformat, day=date.fromisoformat, packs=True))


def twin(value: Any, hint: Any = None) -> Any:
    """Return a copy that later changes of the value leave alone; what nobody can change is shared."""
    return _changed(value, hint, _Way())


def moved(value: Any, by: timedelta, hint: Any = None, after: datetime | None = None) -> Any:
    """Return a copy in which every time, or every one after `after`, is later by this much; dates stay."""
    return _changed(value, hint, _Way(time=_Later(by, after)))


def field_types(kind: type) -> dict[str, Any]:
    """Return the names and types of a dataclass's fields, or of the annotations of another class."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)} if is_dataclass(kind) else hints


@dataclass(frozen=True, slots=True)
class _Later:
    by: timedelta
    after: datetime | None = None

    def __call__(self, at: datetime) -> datetime:
        return at + self.by if self.after is None or at > self.after else at


@dataclass(frozen=True, slots=True)
class _Way:
    """What becomes of times and dates; whether all else is unpacked into lists, or packed into what it was."""

    time: Change | None = None
    day: Change | None = None
    unpacks: bool = False
    packs: bool = False

    @property
    def shares(self) -> bool:
        """Whether what can't be changed in place may be in the result as it is."""
        return not (self.unpacks or self.packs)


def _changed(value: Any, hint: Any, way: _Way) -> Any:
    kind: Any = type(value) if hint is None else hint
    change = _change(kind, way)
    return value if change is None else change(value)


@lru_cache(512)
def _change(hint: Any, way: _Way) -> Change | None:
    """Return what changes the values of a type in this way, None where they stay as they are."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in PLAIN or origin is Literal or origin is Mapping:
        return None  # a mapping stands in a journal line as it is, and nobody changes it
    if hint is datetime:
        return way.time
    if hint is date:
        return way.day
    if origin in (types.UnionType, Union):
        change = _change(_without_none(hint), way)
        return change and (lambda value: None if value is None else change(value))
    if origin in (tuple, list, set):
        frozen = origin is tuple
        if frozen and inner[-1] is not Ellipsis:
            return _row([_change(kind, way) for kind in inner], iter, list if way.unpacks else tuple, way.shares)
        return _several(_change(inner[0], way), list if way.unpacks else origin, frozen and way.shares)
    if origin is dict:
        return _mapping(_change(inner[0], way), _change(inner[1], way), way)
    if isinstance(hint, type) and field_types(hint):
        return _object(hint, way)
    raise TypeError(f"state can't hold {hint!r}")


def _without_none(hint: Any) -> Any:
    """Return the one type of a value that may be None as well; any other type as it is."""
    if get_origin(hint) not in (types.UnionType, Union):
        return hint
    kinds = [kind for kind in get_args(hint) if kind is not types.NoneType]
    if len(kinds) != 1:
        raise TypeError(f"state can't hold any of {hint!r}")
    return kinds[0]


def _several(change: Change | None, make: Change, shares: bool) -> Change | None:
    if change is None:
        return None if shares else make
    return lambda values: make(map(change, values))


def _row(changes: list[Change | None], read: Read, make: Change, shares: bool) -> Change | None:
    """Change each value of a row in its own way; None stays None."""
    some = [(index, change) for index, change in enumerate(changes) if change is not None]
    if shares and not some:
        return None

    def change_row(row: Any) -> Any:
        values = list(read(row))
        for index, change in some:
            value = values[index]
            if value is not None:
                values[index] = change(value)
        return make(values)

    return change_row


def _mapping(key: Change | None, value: Change | None, way: _Way) -> Change:
    """JSON has text keys only, so a mapping is kept as a list of pairs."""
    pairs = _several(_row([key, value], iter, list if way.unpacks else tuple, True), list, True)
    make = list if way.unpacks else dict

    def change_mapping(values: Any) -> Any:
        items = values if way.packs else values.items()
        return make(items if pairs is None else pairs(items))

    return change_mapping


def _object(kind: type, way: _Way) -> Change | None:
    names = tuple(field_types(kind))
    frozen = is_dataclass(kind) and kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    changes = [_change(_without_none(hint), way) for hint in field_types(kind).values()]
    read = iter if way.packs else _reader(kind, names)
    return _row(changes, read, list if way.unpacks else _maker(kind, names), frozen and way.shares)


def _reader(kind: type, names: tuple[str, ...]) -> Read:
    values_of: Read = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    if kind.__dictoffset__ == 0:
        return values_of

    def read(value: Any) -> Iterable[Any]:
        if vars(value).keys() != set(names):
            raise TypeError(f"{kind.__name__} holds {sorted(vars(value).keys() ^ set(names))}, or lacks it")
        return values_of(value)

    return read


def _maker(kind: type, names: tuple[str, ...]) -> Change:
    if is_dataclass(kind) and kind.__dictoffset__ == 0:
        return lambda values: kind(*values)

    def make(values: list[Any]) -> Any:
        # Its class made it once; here it has only to be as it was.
        made: Any = object.__new__(kind)
        vars(made).update(zip(names, values, strict=True))
        return made

    return make
