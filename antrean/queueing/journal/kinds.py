"""Events under the names by which they are stored: a wire name, a version, and the names of earlier releases.

A line's `kind` is the wire name, `ticket.issued`; from version 2 on with the version behind it, `ticket.issued.2`, so
that a release that knows no such version can't misread the line. What the class is called in Python is stored nowhere.
A field that is added with a default makes no new version; anything else that changes what a field says does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import Field, dataclass, fields
from operator import attrgetter
from typing import Any, ClassVar, TypeVar

# Metadata of a field that no line holds: it is kept in a table of its own.
BESIDE: Mapping[str, bool] = {"beside": True}
LONGEST = 40  # letters of a kind, as the journal's column has them
_NAME = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*")


class Event:
    """Base of everything that can happen; `kind` is what new lines of it are stored as.

    `upcasters_of` names every kind under which lines of it are stored, with what brings it up to this version.
    `changes_settings`: the command line writes it too, beside a hub and by the machine's own clock. `bears_witness`: a
    line of it says which day it is.
    """

    __slots__ = ()
    kind: ClassVar[str]
    field_names: ClassVar[tuple[str, ...]]
    values_of: ClassVar[Callable[[Any], Iterable[Any]]]  # of an event, in the order of field_names
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]  # each subclass is a dataclass
    upcasters_of: ClassVar[Mapping[str, tuple[Upcaster, ...]]]
    changes_settings: ClassVar[bool] = False
    bears_witness: ClassVar[bool] = True


Data = Mapping[str, Any]
Upcaster = Callable[[Data], Data]  # fields of one version -> fields of the next; what it does not know stays
E = TypeVar("E", bound=Event)


def event(
    name: str, *, version: int = 1, formerly: str = "", upcasters: tuple[Upcaster, ...] = ()
) -> Callable[[type[E]], type[E]]:
    """Return what gives an event its wire name. Stands above `@dataclass`.

    `formerly` is the name under which releases without wire names stored version 1. `upcasters` lead from version
    1 to 2, from 2 to 3 and so on. Refuses (ValueError) a name that is none or too long, and a step that is missing.
    """
    versions = [name, *(f"{name}.{n}" for n in range(2, version + 1))]
    if not _NAME.fullmatch(name) or version < 1 or len(upcasters) != version - 1 or len(versions[-1]) > LONGEST:
        raise ValueError(f"{name}, version {version}, {len(upcasters)} upcasters")
    stored = {kind: upcasters[n:] for n, kind in enumerate(versions)}
    if formerly:
        stored[formerly] = upcasters

    def give(named: type[E]) -> type[E]:
        named.kind = versions[-1]
        named.field_names = tuple(field.name for field in fields(named) if field.metadata != BESIDE)
        named.values_of = _reader(named.field_names)
        named.upcasters_of = stored
        return named

    return give


def _reader(names: tuple[str, ...]) -> Callable[[Any], Iterable[Any]]:
    """Return what reads these attributes of an object in one call."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda event: [getattr(event, name) for name in names]


@dataclass(frozen=True, slots=True)
class Stored:
    """How lines of one kind are read: their event, and what brings older lines up to it."""

    event: type[Event]
    upcasters: tuple[Upcaster, ...]

    def read(self, data: Data) -> Event:
        """Return the event; raises TypeError for a line that lacks what never had a default."""
        for upcast in self.upcasters:
            try:
                data = upcast(data)
            except (LookupError, AttributeError) as error:
                raise TypeError(f"{self.event.kind}: {error!r}") from error
        try:
            return self.event(**data)
        except TypeError:
            return self.event(**{name: value for name, value in data.items() if name in self.event.field_names})


class EventKinds:
    """Which event a stored kind stands for."""

    def __init__(self, events: Iterable[type[Event]]) -> None:
        """Take these events under their wire names. Refuses (ValueError) two events of one name."""
        self._stored: dict[str, Stored] = {}
        self._kinds: dict[type[Event], tuple[str, ...]] = {}
        for named in events:
            for kind, upcasters in named.upcasters_of.items():
                if kind in self._stored:
                    raise ValueError(f"{kind} is taken")
                self._stored[kind] = Stored(named, upcasters)
            self._kinds[named] = tuple(named.upcasters_of)

    def read(self, kind: str, data: Data) -> Event:
        """Return the event of a line; fields that it lacks take their defaults, and unknown ones are passed over.

        Refuses (KeyError) a kind or version that this release does not know, and (TypeError) a line that lacks what
        never had a default.
        """
        return self._stored[kind].read(data)

    def of(self, *events: type[Event]) -> tuple[str, ...]:
        """Return every kind under which lines of these events may be stored, for queries."""
        return tuple(kind for event in events for kind in self._kinds[event])

    def __contains__(self, kind: object) -> bool:
        return kind in self._stored

    def __iter__(self) -> Iterator[type[Event]]:
        """Give each event, in the order in which they were listed."""
        return iter(self._kinds)
