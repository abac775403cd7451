"""Numbers in words are right from 0 to 9999, in Indonesian, English and Sundanese."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from antrean.voice.numbers import MOST, english, indonesian, sundanese

Words = Callable[[int], tuple[str, ...]]

# Written by hand, not by the program: every irregular word and every joint between them.
SPOT: dict[Words, dict[int, str]] = {
    indonesian: {
        0: "nol", 1: "satu", 8: "delapan", 9: "sembilan", 10: "sepuluh", 11: "sebelas", 12: "dua belas",
        19: "sembilan belas", 20: "dua puluh", 21: "dua puluh satu", 99: "sembilan puluh sembilan", 100: "seratus",
        101: "seratus satu", 110: "seratus sepuluh", 111: "seratus sebelas", 117: "seratus tujuh belas",
        200: "dua ratus", 640: "enam ratus empat puluh", 1000: "seribu", 1001: "seribu satu", 1010: "seribu sepuluh",
        1100: "seribu seratus", 1111: "seribu seratus sebelas", 2115: "dua ribu seratus lima belas",
        5000: "lima ribu", 9999: "sembilan ribu sembilan ratus sembilan puluh sembilan",
    },
    sundanese: {
        0: "enol", 1: "hiji", 3: "tilu", 4: "opat", 6: "genep", 8: "dalapan", 9: "salapan", 10: "sapuluh",
        11: "sabelas", 12: "dua belas", 20: "dua puluh", 21: "dua puluh hiji", 100: "saratus", 101: "saratus hiji",
        110: "saratus sapuluh", 117: "saratus tujuh belas", 200: "dua ratus", 1000: "sarébu", 2000: "dua rébu",
        2115: "dua rébu saratus lima belas", 9999: "salapan rébu salapan ratus salapan puluh salapan",
    },
    english: {
        0: "zero", 1: "one", 10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen", 15: "fifteen", 18: "eighteen",
        20: "twenty", 21: "twenty one", 40: "forty", 80: "eighty", 99: "ninety nine", 100: "one hundred",
        101: "one hundred one", 110: "one hundred ten", 117: "one hundred seventeen", 200: "two hundred",
        1000: "one thousand", 1001: "one thousand one", 1100: "one thousand one hundred",
        2115: "two thousand one hundred fifteen", 9999: "nine thousand nine hundred ninety nine",
    },
}  # fmt: skip


@pytest.mark.parametrize("words", SPOT, ids=lambda function: function.__name__)
def test_numbers_sound_as_a_speaker_says_them(words: Words) -> None:
    assert {number: " ".join(words(number)) for number in SPOT[words]} == SPOT[words]


# Read back by grammars of their own: what a listener understands must be the number that was meant.
UNITS: dict[Words, str] = {
    indonesian: "satu dua tiga empat lima enam tujuh delapan sembilan",
    sundanese: "hiji dua tilu opat lima genep tujuh dalapan salapan",
}
JOINTS: dict[Words, tuple[str, str, str]] = {
    indonesian: ("nol", "se", "ribu"),
    sundanese: ("enol", "sa", "rébu"),
}


def heard_malayic(said: str, units: str, one: str, thousand: str) -> int:
    value = {unit: str(n) for n, unit in enumerate(units.split(), start=1)}
    text = re.sub(rf"\b{one}(?={thousand}|ratus|puluh|belas)", "satu ", said)
    value["satu"] = "1"
    unit = "(?:(" + "|".join(value) + ") )"
    last = "(?:(" + "|".join(value) + ")$)?"
    found = re.fullmatch(rf"(?:{unit}{thousand} ?)?(?:{unit}ratus ?)?(?:{unit}(?:(belas)|(puluh)) ?)?{last}", text)
    assert found, said
    thousands, hundreds, tens, teen, _ten, ones = found.groups()
    number = 1000 * int(value.get(thousands, 0)) + 100 * int(value.get(hundreds, 0)) + int(value.get(ones, 0))
    return number + (10 + int(value[tens]) if teen else 10 * int(value.get(tens, 0)))


ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def heard_english(said: str) -> int:
    ones = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    value = {word: n for n, word in enumerate((ones + " seventeen eighteen nineteen").split())}
    value |= {
        word: 10 * n
        for n, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
    }
    total = now = 0
    for word in said.split():
        if word == "hundred":
            assert 1 <= now <= 9
            total, now = total + now * 100, 0
        elif word == "thousand":
            assert total == 0
            assert 1 <= now <= 9
            total, now = now * 1000, 0
        else:
            assert now == 0 or (now >= 20 and now % 10 == 0 and 0 < value[word] < 10), said
            now += value[word]
    return total + now


@pytest.mark.parametrize("language", [indonesian, sundanese], ids=lambda function: function.__name__)
def test_every_number_is_understood_as_itself(language: Words) -> None:
    zero, one, thousand = JOINTS[language]
    assert language(0) == (zero,)
    for number in range(1, MOST + 1):
        said = " ".join(language(number))
        text = said
        if language is sundanese:
            # "sapuluh" is one ten, but "salapan" is nine: only the joined names of the powers are taken apart.
            text = re.sub(r"\bhiji\b", "satu", said)
        units = UNITS[language].replace("hiji", "satu")
        assert heard_malayic(text, units, one, thousand) == number, said


def test_every_english_number_is_understood_as_itself() -> None:
    for number in range(MOST + 1):
        assert heard_english(" ".join(english(number))) == number


@pytest.mark.parametrize("language", [indonesian, sundanese, english], ids=lambda function: function.__name__)
def test_one_of_a_kind_is_never_said_as_satu_ratus(language: Words) -> None:
    every = {" ".join(language(number)) for number in range(MOST + 1)}
    assert len(every) == MOST + 1
    for wrong in ("satu ratus", "satu puluh", "satu belas", "satu ribu", "hiji ratus", "hiji puluh", "hiji rébu"):
        assert not any(wrong in said for said in every)


@pytest.mark.parametrize("number", [-1, MOST + 1])
@pytest.mark.parametrize("language", [indonesian, sundanese, english], ids=lambda function: function.__name__)
def test_a_number_beyond_the_words_is_refused(language: Words, number: int) -> None:
    with pytest.raises(ValueError):
        language(number)
