"""A text of a screen as phrases to be read: recorded clips where the office has them, words for espeak-ng elsewhere.

A text has a line for each part of the screen; commas part what stands within one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from antrean.voice.languages import Language, clip_of
from antrean.voice.numbers import MOST
from antrean.voice.sentences import COMMA, Said, Sentence, text, ticket

_TICKET = re.compile(r"\b(?=[A-Z0-9]*[A-Z])[A-Z0-9]{1,4}-\d{1,6}\b")
_NUMBER = re.compile(r"(?<![\d.,:])\d{1,4}(?![.,:]?\d)")
_PLATE = re.compile(r"\b[A-Z]{1,2} ?\d{1,4}(?: ?[A-Z]{1,3})?\b")
_PARTS = re.compile(rf"{_TICKET.pattern}|{_NUMBER.pattern}")
_ENDS = ".!?…"
STOP = 2 * COMMA  # milliseconds between two parts of a screen


def phrases(language: Language, words: str, numbers: str, clips: Collection[str]) -> Iterator[Sentence | str]:
    """Return what to play and what to synthesise, in order.

    `clips` are the recorded ones, `numbers` says whether tickets are read in digits or words.
    """
    unsaid = ""
    for line in words.split("\n"):
        for piece in line.split(", "):
            found = recorded(language, piece, numbers, clips)
            if found is None:
                unsaid += spelled(language, piece, numbers) + ", "
                continue
            if unsaid:
                yield unsaid.rstrip(", ")
            unsaid = ""
            yield found
        unsaid = _ended(unsaid)
    if unsaid:
        yield unsaid.strip()


def _ended(words: str) -> str:
    plain = words.rstrip(", ")
    return plain + (" " if plain.endswith(tuple(_ENDS)) else ". ") if plain else ""


def recorded(language: Language, piece: str, numbers: str, clips: Collection[str]) -> Sentence | None:
    """Return the clips that say a piece, or nothing when one is missing."""
    said: list[Said] = []
    for part, kind in _split(piece):
        if kind is _TICKET:
            said += ticket(language, part, numbers)
        elif kind is _NUMBER:
            said += (Said(clip_of(word), word) for word in language.words(int(part)))
        elif clip := phrase_clip(part):
            said.append(Said(clip, part))
    if not said or any(one.clip not in clips for one in said):
        return None
    return (*said[:-1], Said(said[-1].clip, said[-1].words, COMMA, last=True))


def phrase_clip(words: str) -> str:
    """Return the name of the clip of a piece without numbers; empty when nothing in it is said."""
    name = clip_of(words)
    return "" if name == "word" and not any(sign.isalnum() for sign in words) else name


def fragments(words: str) -> list[str]:
    """Return the pieces of a text that can be recorded: what stands between commas and numbers."""
    pieces = [piece for line in words.split("\n") for piece in line.split(", ")]
    return [part for piece in pieces for part, kind in _split(piece) if kind is None and phrase_clip(part)]


def spelled(language: Language, piece: str, numbers: str) -> str:
    """Return a piece with its tickets as calls say them and, where another language's voice reads, numbers in words."""
    said = _TICKET.sub(lambda found: text(ticket(language, found[0], numbers)), piece)
    if language.espeak:
        return said
    return _NUMBER.sub(lambda found: " ".join(language.words(min(int(found[0]), MOST))), said)


def plates_spelled(words: str) -> str:
    """Return a text in which the numbers of cars stand sign by sign, as they are compared: "B 1 2 3 4 X Y"."""
    return _PLATE.sub(lambda found: " ".join(sign for sign in found[0] if sign != " "), words)


def plates_together(words: str) -> str:
    """Return a text in which no line ends within the number of a car."""
    return _PLATE.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), words)


def _split(piece: str) -> Iterator[tuple[str, re.Pattern[str] | None]]:
    """Return tickets, numbers and what stands between them."""
    at = 0
    for found in _PARTS.finditer(piece):
        if found.start() > at:
            yield piece[at : found.start()].strip(), None
        yield found[0], _TICKET if _TICKET.fullmatch(found[0]) else _NUMBER
        at = found.end()
    if at < len(piece):
        yield piece[at:].strip(), None
