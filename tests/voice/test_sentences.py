"""What is said for a call: number, letters and the counter's name, in every language and way of counting."""

from __future__ import annotations

import pytest

from antrean.voice.languages import LANGUAGES, clip_of
from antrean.voice.sentences import COMMA, DIGITS, WORDS, call, place, short, text

CALLS = [
    ("id", "A-012", "Loket 3", DIGITS, "Nomor antrean A nol satu dua, silakan ke loket tiga"),
    ("id", "A-012", "Loket 3", WORDS, "Nomor antrean A dua belas, silakan ke loket tiga"),
    ("id", "B-1000", "Loket 12", DIGITS, "Nomor antrean B satu nol nol nol, silakan ke loket dua belas"),
    ("id", "KK-117", "Meja 1", WORDS, "Nomor antrean K K seratus tujuh belas, silakan ke meja satu"),
    ("en", "A-012", "Loket 3", DIGITS, "Ticket number A zero one two, please go to counter three"),
    ("en", "A-117", "Meja 21", WORDS, "Ticket number A one hundred seventeen, please go to desk twenty one"),
    ("su", "A-012", "Loket 3", DIGITS, "Nomer antrean A enol hiji dua, mangga ka lokét tilu"),
    ("su", "A-111", "Loket 10", WORDS, "Nomer antrean A saratus sabelas, mangga ka lokét sapuluh"),
]


@pytest.mark.parametrize(("language", "number", "counter", "numbers", "said"), CALLS)
def test_a_call_is_said_as_an_officer_would(language: str, number: str, counter: str, numbers: str, said: str) -> None:
    assert text(call(LANGUAGES[language], number, counter, numbers)) == said


def test_in_a_rush_only_number_and_counter_are_said() -> None:
    assert text(short(LANGUAGES["id"], "A-012", "Loket 3")) == "A nol satu dua, loket tiga"
    assert text(short(LANGUAGES["en"], "A-012", "Loket 3", WORDS)) == "A twelve, counter three"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Loket 3", "loket tiga"),
        ("LOKET 03", "loket tiga"),
        ("Loket A", "loket A"),
        ("Loket KTP-el", "loket K T P el"),
        ("Loket Prioritas 2", "loket prioritas dua"),
        ("12", "dua belas"),
        ("Loket 123456", "loket satu dua tiga empat lima enam"),
        ("---", "loket"),
        ("", "loket"),
    ],
)
def test_any_name_of_a_counter_can_be_said(name: str, said: str) -> None:
    assert " ".join(one.words for one in place(LANGUAGES["id"], name)) == said


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("numbers", [DIGITS, WORDS])
def test_every_ticket_number_is_made_of_clips_that_a_pack_has(language: str, numbers: str) -> None:
    clips = LANGUAGES[language].vocabulary()
    for number in range(10000):
        said = call(LANGUAGES[language], f"A-{number:03d}", f"Loket {number}", numbers)
        assert all(clips[one.clip] == one.words for one in said)
        assert [one.last for one in said] == [False] * (len(said) - 1) + [True]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_digit_as_printed_has_its_word_in_its_place(language: str) -> None:
    spoken = LANGUAGES[language]
    for number in range(10000):
        said = short(spoken, f"C-{number:04d}", "Loket 1", DIGITS)
        digits = "".join(str(spoken.digits.index(one.words)) for one in said[1:5])
        assert (said[0].clip, digits) == ("letter_c", f"{number:04d}")


def test_the_number_is_followed_by_a_breath() -> None:
    pauses = [one.pause for one in call(LANGUAGES["id"], "A-012", "Loket 3")]
    assert pauses.index(COMMA) == 4
    assert pauses[-1] == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_clips_are_safe_file_names_and_no_two_words_share_one(language: str) -> None:
    clips = LANGUAGES[language].vocabulary()
    assert len(set(clips.values())) == len(clips)
    assert all(name.isascii() and name.replace("_", "").isalnum() for name in clips)
    assert clip_of("../../etc/passwd") == "etc_passwd"


def test_a_call_ends_with_the_words_that_tell_where_the_counter_is() -> None:
    said = call(LANGUAGES["id"], "A-012", "Loket 3", "digits", "di samping pintu masuk")
    assert text(said) == "Nomor antrean A nol satu dua, silakan ke loket tiga, di samping pintu masuk"
    assert (said[-1].last, said[-1].clip) == (True, "di_samping_pintu_masuk")
