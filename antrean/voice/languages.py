"""The languages that can be spoken: their number words, fixed phrases, and how espeak-ng has to be told to say them."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from antrean.voice import numbers

LONGEST_NAME = 60
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Language:
    """One spoken language. `number` and `go` are the phrases before the ticket and before the counter.

    `nouns` turns what offices call a counter into this language. `pronounced` holds espeak-ng phonemes for
    words it would say wrongly. `espeak` is empty where espeak-ng has no voice: such a pack has to be recorded.
    """

    code: str
    digits: tuple[str, ...]
    words: Callable[[int], tuple[str, ...]]
    number: str
    go: str
    counter: str
    nouns: Mapping[str, str]
    espeak: str = ""
    rate: int = 140
    pronounced: Mapping[str, str] = field(default_factory=dict)

    def vocabulary(self) -> dict[str, str]:
        """Return the clips that a pack of this language needs: the words of each by its name."""
        said = [self.number, self.go, self.counter, *self.digits]
        for number in (*range(10, 21), 30, 40, 50, 60, 70, 80, 90, 100, 200, 1000, 2000):
            said += self.words(number)
        clips = {clip_of(words): words for words in said}
        return clips | {clip_of_letter(letter): letter for letter in ALPHABET}


def clip_of(words: str) -> str:
    """Return the name of the clip that says these words, safe as a file's name: `silakan ke` is `silakan_ke`.

    A long one is cut and told apart by what it says.
    """
    plain = unicodedata.normalize("NFKD", words.lower()).encode("ascii", "ignore").decode()
    name = "_".join("".join(sign if sign.isalnum() else " " for sign in plain).split()) or "word"
    return name if len(name) <= LONGEST_NAME else f"{name[:51]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def clip_of_letter(letter: str) -> str:
    """Return the name of the clip of a letter. It keeps the letter A apart from the English article."""
    return "letter_" + letter.lower()


LANGUAGES = {
    "id": Language(
        code="id",
        digits=numbers.INDONESIAN,
        words=numbers.indonesian,
        number="nomor antrean",
        go="silakan ke",
        counter="loket",
        nouns={"loket": "loket", "lokét": "loket", "counter": "loket", "meja": "meja", "desk": "meja"},
        espeak="id+f3",
        rate=140,
        # espeak-ng 1.52 says lokət, ɛmpat, ɛnam, bɛlas; the e of loket is open, the others are a schwa.
        pronounced={
            "loket": "[[l'okEt]]",
            "empat": "[[@mp'at]]",
            "enam": "[[@n'am]]",
            "belas": "[[b@l'as]]",
            "sebelas": "[[s@b@l'as]]",
        },
    ),
    "en": Language(
        code="en",
        digits=numbers.ENGLISH,
        words=numbers.english,
        number="ticket number",
        go="please go to",
        counter="counter",
        nouns={"loket": "counter", "lokét": "counter", "counter": "counter", "meja": "desk", "desk": "desk"},
        espeak="en-us+f3",
        rate=150,
    ),
    "su": Language(
        code="su",
        digits=numbers.SUNDANESE,
        words=numbers.sundanese,
        number="nomer antrean",
        go="mangga ka",
        counter="lokét",
        nouns={"loket": "lokét", "lokét": "lokét", "counter": "lokét", "meja": "méja", "desk": "méja"},
    ),
}
