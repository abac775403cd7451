"""What visitors are told while services are held up by an outage, in the language of the request."""

from __future__ import annotations

from flask_babel import gettext

from antrean.web.text.pauses import end_words

ENDS = (".", "!", "?", "…")


def held_up_words(why: str, until: str) -> str:
    """Return why services are held up, and when they are expected to go on; `until` is "" where nobody knows."""
    end = end_words(until) or gettext("Nobody knows yet when it goes on.")
    return f"{_sentence(why)} {end}"


def warned_words(why: str, until: str) -> str:
    """Return what a visitor has to know before they take a number of a service that is held up."""
    choice = gettext("Nobody is called meanwhile. You can take a number, which keeps its place, or come back later.")
    return f"{held_up_words(why, until)} {choice}"


def waits_words(why: str, until: str) -> str:
    """Return what a visitor with a number of a service that is held up has to know."""
    kept = gettext("Nobody is called meanwhile. Your place is kept.")
    return f"{held_up_words(why, until)} {kept}"


def room_words(why: str, until: str) -> str:
    """Return what is said to the room of what holds up services."""
    kept = gettext("Whoever waits keeps the place.")
    return f"{held_up_words(why, until)} {kept}"


def _sentence(words: str) -> str:
    return words if words.endswith(ENDS) else f"{words}."
