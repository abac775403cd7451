"""Texts of the display in all of its languages: one is shown at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import force_locale, gettext
from markupsafe import Markup, escape

from antrean.queueing.plan.texts import in_language
from antrean.web.text.pauses import short_words
from antrean.web.text.scripts import named


class InTurn:
    """Functions for templates: `each(N_("Waiting"))` gives a span for each language, the first one shown."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = tuple(languages)

    def each(self, message: str, **values: Any) -> Markup:
        """Return a message of the catalogues in every language."""
        return _each(self._languages, message, tuple(sorted(values.items())))

    def names(self, names: Mapping[str, str], fallback: str = "") -> Markup:
        """Return a text of the office in every language, each from the first of its chain that has it."""
        return spans(self._languages, lambda code: named(in_language(names, code) or fallback))

    def until(self, told: str) -> Markup:
        """Return in every language until about when a service is paused, in few words."""

        def say(code: str) -> str:
            with force_locale(code):
                return short_words(told)

        return spans(self._languages, say)


def spans(languages: Sequence[str], say: Callable[[str], str]) -> Markup:
    """Return a span for each language, all but the first hidden; a single span when all texts are equal."""
    return _spans(tuple((code, escape(say(code))) for code in languages))


@lru_cache(maxsize=2000)
def _spans(said: tuple[tuple[str, Markup], ...]) -> Markup:
    """Return texts by language as spans. The result is cached, as most texts are rendered often."""
    if len({words for _code, words in said}) == 1:
        return Markup("<span>{}</span>").format(said[0][1])
    first = said[0][0]
    return Markup("").join(
        Markup('<span lang="{}" data-turn="{}"{}>{}</span>').format(
            code, code, Markup(" hidden") if code != first else "", words
        )
        for code, words in said
    )


@lru_cache(maxsize=2000)
def _each(languages: tuple[str, ...], message: str, values: tuple[tuple[str, Any], ...]) -> Markup:
    def say(code: str) -> str:
        with force_locale(code):
            return str(gettext(message, **dict(values)))

    return spans(languages, say)
