"""A call as the clips to play: "Nomor antrean A nol satu dua, silakan ke loket tiga, di samping pintu masuk"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from antrean.voice.languages import Language, clip_of, clip_of_letter
from antrean.voice.numbers import MOST

DIGITS, WORDS = "digits", "words"
BETWEEN, AFTER_LETTER, AFTER_PHRASE, COMMA = 70, 110, 130, 330  # milliseconds of silence
MOST_SPELLED = 4  # capitals up to this length are spelled: KTP, KK
_PARTS = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Said:
    """One clip with the words it says and the milliseconds of silence after it; `last` ends the sentence."""

    clip: str
    words: str
    pause: int = BETWEEN
    last: bool = False


Sentence = tuple[Said, ...]


def call(language: Language, number: str, counter: str, numbers: str = DIGITS, way: str = "") -> Sentence:
    """Return the whole call. `number` as printed (A-012), `counter` its name; numbers are `digits` or `words`.

    `way` are the words that tell where the counter is, in this language; they are one clip.
    """
    return _ended(
        (
            _said(language.number, AFTER_PHRASE),
            *_comma(ticket(language, number, numbers)),
            _said(language.go, AFTER_PHRASE),
            *(_comma(place(language, counter)) if way else place(language, counter)),
            *((_said(way),) if way else ()),
        )
    )


def short(language: Language, number: str, counter: str, numbers: str = DIGITS) -> Sentence:
    """Return the call for when several are waiting: "A nol satu dua, loket tiga"."""
    return _ended((*_comma(ticket(language, number, numbers)), *place(language, counter)))


def text(sentence: Sentence) -> str:
    """Return the sentence as text, as a listener would write it down."""
    words = "".join(said.words + (", " if said.pause >= COMMA else " ") for said in sentence).strip(" ,")
    return words[:1].upper() + words[1:]


def ticket(language: Language, number: str, numbers: str) -> Sentence:
    """Return a ticket's number: as `digits`, printed zeros included, or in `words`, as a whole number."""
    said: list[Said] = []
    for part in _PARTS.findall(number):
        if not part.isdecimal():
            said += _letters(part)
        elif numbers == WORDS:
            said += _count(language, part)
        else:
            said += _digits(language, part)
    return tuple(said)


def place(language: Language, counter: str) -> Sentence:
    """Return a counter's name: known nouns in the language, numbers in words, short capitals spelled."""
    said: list[Said] = []
    for part in _PARTS.findall(counter):
        if part.isdecimal():
            said += _count(language, part)
        elif len(part) == 1 or (part.isupper() and len(part) <= MOST_SPELLED):
            said += _letters(part)
        else:
            said.append(_said(language.nouns.get(part.lower(), part.lower())))
    return tuple(said) or (_said(language.counter),)


def _letters(part: str) -> list[Said]:
    return [Said(clip_of_letter(letter), letter, AFTER_LETTER) for letter in part.upper()]


def _digits(language: Language, part: str) -> list[Said]:
    return [_said(language.digits[int(digit)]) for digit in part]


def _count(language: Language, part: str) -> list[Said]:
    number = int(part[:20])
    return [_said(word) for word in language.words(number)] if number <= MOST else _digits(language, part)


def _said(words: str, pause: int = BETWEEN) -> Said:
    return Said(clip_of(words), words, pause)


def _comma(said: Sentence) -> Sentence:
    return (*said[:-1], Said(said[-1].clip, said[-1].words, COMMA)) if said else ()


def _ended(said: Sentence) -> Sentence:
    return (*said[:-1], Said(said[-1].clip, said[-1].words, 0, last=True))
