"""Texts by language: which one a reader gets when theirs is missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
NATIONAL, SOURCE = "id", "en"


@lru_cache(maxsize=200)
def chain(language: str) -> tuple[str, ...]:
    """Return the languages to look in, one after the other: a regional one, then Indonesian, then English."""
    if language == SOURCE:
        return (SOURCE,)
    return tuple(dict.fromkeys((language, NATIONAL, SOURCE)))


def language_of(texts: Mapping[str, T], language: str) -> str | None:
    """Return the language whose text a reader gets: the first of the chain that has one, else any; None for none."""
    if texts.get(language):
        return language
    return next((code for code in (*chain(language), *texts) if texts.get(code)), None)


def in_language(texts: Mapping[str, T], language: str) -> T | None:
    """Return the text that a reader of this language gets; None where there is none."""
    found = language_of(texts, language)
    return None if found is None else texts[found]
