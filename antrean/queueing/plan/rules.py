"""What the values of a plan's document may be: rules that say of a value what is wrong with it, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from antrean.queueing.errors import Invalid
from antrean.queueing.names import checked_name
from antrean.queueing.privacy import refuse_identity_numbers, with_whole
from antrean.queueing.unseen import refuse_unseen

DEEPEST = 6  # objects within objects, of values that other packages read
LONGEST_PLAIN = 300_000  # letters of one text in them: a picture in base64
# Texts that were found good. A plan is checked whole at each save, and numbers wait meanwhile: reading the same
# 100 texts again took 9 of 11 ms.
KEPT_TEXTS, KEPT_LETTERS = 2000, 2000
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a document: the code of its refusal, the path of the field, and what stands there."""

    code: str
    path: str
    value: str = ""

    def refusal(self) -> Invalid:
        """Return it as a refusal; `field` is the path."""
        return Invalid(self.code, field=self.path, value=self.value)


Rule = Callable[[Any, str], Iterator[Problem]]


def under(path: str, name: object) -> str:
    """Return the path of what stands in a field of this name, or of the item with this code."""
    return f"{path}/{name}" if path else str(name)


def whole(least: int, most: int) -> Rule:
    """Return the rule of a whole number in a range."""

    def rule(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield _invalid(path, value)

    return rule


def flag(value: Any, path: str) -> Iterator[Problem]:
    """Say what keeps a value from being true or false."""
    if not isinstance(value, bool):
        yield _invalid(path, value)


def day(value: Any, path: str) -> Iterator[Problem]:
    """Say what keeps a value from being a date such as 2026-12-01."""
    try:
        good = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        good = False
    if not good:
        yield _invalid(path, value)


def zone(value: Any, path: str) -> Iterator[Problem]:
    """Say what keeps a value from being a time zone that this machine knows."""
    try:
        good = isinstance(value, str) and bool(value) and ZoneInfo(value) is not None
    except (OSError, ValueError, KeyError):  # KeyError: ZoneInfoNotFoundError
        good = False
    if not good:
        yield _invalid(path, value)


def code(most: int, pattern: re.Pattern[str] = _CODE) -> Rule:
    """Return the rule of a code: plain letters and digits, and within it also `_`, `.` and `-`."""

    def rule(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str) or len(value) > most or pattern.fullmatch(value) is None:
            yield _invalid(path, value)

    return rule


def one_of(words: Callable[[], Sequence[str]]) -> Rule:
    """Return the rule of a word that is one of some."""

    def rule(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str) or value not in words():
            yield _invalid(path, value)

    return rule


def name(most: int) -> Rule:
    """Return the rule of a name: letters that can be seen, without blanks at its ends, and no identity number."""

    def rule(value: Any, path: str) -> Iterator[Problem]:
        try:
            good = isinstance(value, str) and checked_name(value, most=most) == value
        except Invalid as refused:
            yield Problem(refused.code, path, _short(value))
            return
        if not good:
            yield _invalid(path, value)

    return rule


def by_language(text: Rule, least: int = 0) -> Rule:
    """Return the rule of texts by language code; read together they hold no identity number either."""
    language = code(10)

    def rule(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping) or len(value) < least:
            yield _invalid(path, value)
            return
        found = False
        for key, words in value.items():
            for problem in (*language(key, under(path, key)), *text(words, under(path, key))):
                found = True
                yield problem
        if not found:
            yield from _together(value.values(), path)

    return rule


def free_text(most: int) -> Rule:
    """Return the rule of a text that people write: nothing in it that nobody sees, and no identity number."""

    def rule(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str) or not 0 < len(value) <= most or "\0" in value or _is_torn(value):
            yield _invalid(path, value)
            return
        yield from _together([value], path)

    return rule


def optional(inner: Rule) -> Rule:
    """Return the rule of a value that may be null."""

    def rule(value: Any, path: str) -> Iterator[Problem]:
        if value is not None:
            yield from inner(value, path)

    return rule


def listed(inner: Rule, least: int = 0, most: int = 500, key: str = "") -> Rule:
    """Return the rule of a list, in which nothing stands twice; items with a `key` are told apart by it alone."""

    def rule(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            yield _invalid(path, value)
            return
        seen: list[object] = []
        for item, at in zip(value, item_paths(value, path, key), strict=True):
            mark = item.get(key) if key and isinstance(item, Mapping) else item
            if mark in seen:
                yield Problem("plan_twice", under(at, key) if key else at, _short(mark))
            else:
                seen.append(mark)
            yield from inner(item, at)

    return rule


def item_paths(items: Sequence[Any], path: str, key: str) -> Iterator[str]:
    """Give the path of each item: by its key where it has one of its own, else by its place from 1 on."""
    taken: set[str] = set()
    for place, item in enumerate(items, 1):
        own = item.get(key) if key and isinstance(item, Mapping) else None
        usable = isinstance(own, str) and _CODE.fullmatch(own) is not None and own not in taken
        taken |= {str(own)} if usable else set()
        yield under(path, own if usable else f"[{place}]")


def record(fields: Mapping[str, Rule], may_miss: Sequence[str] = ()) -> Rule:
    """Return the rule of an object with these fields and no others."""

    def rule(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield _invalid(path, value)
            return
        for found in value:
            if found not in fields:
                yield Problem("field_unknown", under(path, found))
        for wanted, inner in fields.items():
            if wanted in value:
                yield from inner(value[wanted], under(path, wanted))
            elif wanted not in may_miss:
                yield Problem("value_missing", under(path, wanted))

    return rule


def plain_values(picture: str = "") -> Rule:
    """Return the rule of an object of JSON values whose meaning another package knows; `picture` names no text."""

    def rule(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield _invalid(path, value)
            return
        for key, inner in value.items():
            yield from _plain(inner, under(path, key), 1, key == picture)

    return rule


def _plain(value: Any, path: str, depth: int, is_picture: bool = False) -> Iterator[Problem]:
    if depth > DEEPEST:
        yield _invalid(path, value)
    elif isinstance(value, str):
        if len(value) > LONGEST_PLAIN or "\0" in value or _is_torn(value):
            yield _invalid(path, value)
        elif not is_picture:
            yield from _together([value], path)
    elif isinstance(value, Mapping):
        found = False
        for key, inner in value.items():
            if not isinstance(key, str):
                yield _invalid(path, key)
                return
            for problem in _plain(inner, under(path, key), depth + 1):
                found = True
                yield problem
        if not found:
            yield from _together(_texts(value), path)
    elif isinstance(value, list):
        for place, inner in enumerate(value, 1):
            yield from _plain(inner, under(path, f"[{place}]"), depth + 1)
    elif isinstance(value, float):
        if not float("-inf") < value < float("inf"):
            yield _invalid(path, value)
    elif value is not None and not isinstance(value, (bool, int)):
        yield _invalid(path, value)


def _texts(value: Any) -> list[str]:
    """Return the texts in a value, a list of them as lines of one."""
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        lines = [text for inner in value for text in _texts(inner)]
        return ["\n".join(lines)] if lines else []
    return [value] if isinstance(value, str) else []


def _together(texts: Any, path: str) -> Iterator[Problem]:
    """Say what texts that belong together have that no text may have."""
    every = tuple(str(text) for text in texts)
    try:
        if sum(map(len, every)) <= KEPT_LETTERS:
            _look_at(every)
        else:
            _look_at.__wrapped__(every)
    except Invalid as refused:
        yield Problem(refused.code, path)


@lru_cache(KEPT_TEXTS)
def _look_at(texts: tuple[str, ...]) -> None:
    """Refuse what no text may have. What was refused is not kept: it may be an identity number."""
    every = with_whole(texts)
    refuse_unseen(*every)
    refuse_identity_numbers(*every)


def _is_torn(text: str) -> bool:
    """Whether a text has half of a surrogate pair, which JSON can write and no database keeps."""
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _invalid(path: str, value: Any) -> Problem:
    return Problem("value_invalid", path, _short(value))


def _short(value: Any) -> str:
    said = value if isinstance(value, str) else repr(value)
    return said if len(said) <= 40 else f"{said[:40]}…"
