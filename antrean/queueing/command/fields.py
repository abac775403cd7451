"""What the fields of a command may hold: markers for `Annotated[…]`, and what a class makes of them.

From one description come the check, the refusal's code, the JSON schema, and how JSON and forms are read.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from math import isfinite
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from antrean.queueing.errors import Invalid
from antrean.queueing.journal.port import UNSTORABLE
from antrean.queueing.privacy import refuse_identity_numbers, with_whole

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Text:
    """A text of so many characters at most. `free`: people write what they like, but no identity number."""

    most: int = LONGEST_TEXT
    free: bool = False

    def holds(self, text: str) -> bool:
        """Whether it is such a text; refuses (`note_has_id_number`) an identity number where people write."""
        if self.free:
            refuse_identity_numbers(text)
        return len(text) <= self.most and not UNSTORABLE.search(text)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `least` to `most`, both included; another one is refused with `code`."""

    least: int
    most: int
    code: str = "value_invalid"

    def holds(self, number: float) -> bool:
        """Whether it is in this range."""
        return self.least <= number <= self.most


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these words."""

    words: tuple[str, ...]

    def holds(self, word: str) -> bool:
        """Whether it is one of them."""
        return word in self.words


@dataclass(frozen=True, slots=True)
class Words:
    """A text by language, of so many characters at most in each; people write it, but no identity number."""

    most: int = LONGEST_TEXT

    def holds(self, texts: Mapping[str, str]) -> bool:
        """Whether they are such texts; refuses (`note_has_id_number`) an identity number."""
        refuse_identity_numbers(*with_whole(texts.values()))
        return all(len(text) <= self.most for text in texts.values())


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of the office's clock, such as 09:30; "" for none."""

    pattern: ClassVar[str] = "([01][0-9]|2[0-3]):[0-5][0-9]"

    def holds(self, text: str) -> bool:
        """Whether it is such a time."""
        return text == "" or re.fullmatch(self.pattern, text) is not None


@dataclass(frozen=True, slots=True)
class Key:
    """The key of something that there is or is not, of any length: whoever looks for it says so."""

    def holds(self, _key: str) -> bool:
        """Whether it can be a key: any text can."""
        return True


@dataclass(frozen=True, slots=True)
class Given:
    """The hub knows it: no request says it. It may be an object of this process, which no bytes can hold."""

    live: bool = False


GIVEN, LIVE, KEY, TIME = Given(), Given(live=True), Key(), TimeOfDay()
Kind = Literal["text", "whole", "number", "flag", "day", "texts", "words", "values", "live"]
Rule = Text | Whole | OneOf | Words | TimeOfDay | Key | None
_KINDS: dict[Any, Kind] = {str: "text", int: "whole", float: "number", bool: "flag", date: "day"}
_USUAL: dict[Kind, Rule] = {"text": Text(), "words": Words()}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a command. `optional`: None says that nothing was said; `default` is MISSING where there is none."""

    name: str
    kind: Kind
    rule: Rule
    default: object = MISSING
    optional: bool = False
    given: bool = False

    @property
    def required(self) -> bool:
        """Whether it must be said."""
        return self.default is MISSING

    def check(self, value: object) -> None:
        """Refuse a value that this field can't hold: one of another type, or out of its range."""
        if value is None and self.optional:
            return
        if not _TYPES[self.kind](value):
            raise Invalid("value_invalid", field=self.name)
        rule: Any = self.rule  # it is for values of this kind
        if rule is not None and not rule.holds(value):
            raise Invalid(self.rule.code if isinstance(self.rule, Whole) else "value_invalid", field=self.name)

    def codes(self) -> Iterator[str]:
        """Yield the codes with which `check` refuses."""
        if self.kind != "live":
            yield "value_invalid"
        match self.rule:
            case Whole(code=code):
                yield code
            case Text(free=True) | Words():
                yield "note_has_id_number"
            case _:
                pass


def _is_text(item: object) -> bool:
    return isinstance(item, str) and len(item) <= LONGEST_TEXT and not UNSTORABLE.search(item)


_TYPES: dict[Kind, Callable[[object], bool]] = {
    "text": lambda value: isinstance(value, str),
    "whole": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value),
    "flag": lambda value: isinstance(value, bool),
    "day": lambda value: type(value) is date,
    "texts": lambda value: isinstance(value, tuple) and all(map(_is_text, value)),
    "words": lambda value: isinstance(value, Mapping) and all(map(_is_text, (*value, *value.values()))),
    "values": lambda value: isinstance(value, Mapping),
    "live": lambda value: True,
}
_known: dict[type, tuple[Field, ...]] = {}


def fields_of(kind: type[Any]) -> tuple[Field, ...]:
    """Return the fields of a command class, in their order. Refuses (TypeError) a type that no field can have."""
    found = _known.get(kind)
    if found is None:
        hints = get_type_hints(kind, include_extras=True)
        found = _known[kind] = tuple(_field(item.name, hints[item.name], item.default) for item in fields(kind))
    return found


def _field(name: str, hint: Any, default: Any) -> Field:
    markers = hint.__metadata__ if hasattr(hint, "__metadata__") else ()
    bare = hint.__origin__ if markers else hint
    optional = get_origin(bare) in (types.UnionType, Union) and types.NoneType in get_args(bare)
    if optional:
        (bare,) = (part for part in get_args(bare) if part is not types.NoneType)
    given = next((marker for marker in markers if isinstance(marker, Given)), None)
    rule = next((marker for marker in markers if not isinstance(marker, Given)), None)
    kind = "live" if given is not None and given.live else _kind(bare)
    return Field(name, kind, rule or _USUAL.get(kind), default, optional, given is not None)


def _kind(bare: Any) -> Kind:
    if bare in _KINDS:
        return _KINDS[bare]
    if get_origin(bare) is tuple and get_args(bare) == (str, ...):
        return "texts"
    if get_origin(bare) is Mapping:
        return "words" if get_args(bare) == (str, str) else "values"
    raise TypeError(f"no field of a command can be {bare!r}")
