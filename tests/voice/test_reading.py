"""A screen read aloud: recorded where it can be, else by another voice with the number words of the resident."""

from __future__ import annotations

import wave
from io import BytesIO
from pathlib import Path

from antrean.voice.build import build_from_recordings
from antrean.voice.composer import Composer
from antrean.voice.languages import LANGUAGES
from antrean.voice.reading import fragments, phrase_clip, phrases
from antrean.voice.sentences import DIGITS, WORDS, Sentence
from antrean.voice.sound import RATE
from tests.fakes.voice import tone, tone_pack

SUNDANESE = LANGUAGES["su"]


def read(language: str, words: str, clips: set[str] | None = None, numbers: str = DIGITS) -> list[str | list[str]]:
    def shown(one: Sentence | str) -> str | list[str]:
        return one if isinstance(one, str) else [said.words for said in one]

    return [shown(one) for one in phrases(LANGUAGES[language], words, numbers, clips or set())]


def test_a_number_is_read_as_it_will_be_called() -> None:
    assert read("id", "Nomor antrean Anda, B-004\nSilakan duduk.") == [
        "Nomor antrean Anda, B nol nol empat. Silakan duduk."
    ]
    assert read("id", "Nomor antrean Anda, B-004", numbers=WORDS) == ["Nomor antrean Anda, B empat."]


def test_a_language_without_a_voice_has_its_own_number_words() -> None:
    assert read("su", "B-004\nkira 5, 10 menit") == ["B enol enol opat. kira lima, sapuluh menit."]
    assert read("su", "tabuh 09.30") == ["tabuh 09.30."]


def test_what_the_office_recorded_is_played_and_the_rest_is_read() -> None:
    clips = {"kanggo_sabaraha_urang", "menit", *SUNDANESE.vocabulary()}
    said = read("su", "Kartu Keluarga\nKanggo sabaraha urang?\nB-004, 10 menit", clips)
    assert said == [
        "Kartu Keluarga.",
        ["Kanggo sabaraha urang?"],
        ["B", "enol", "enol", "opat"],
        ["sapuluh", "menit"],
    ]


def test_long_sentences_that_begin_alike_have_clips_of_their_own() -> None:
    begin = "Ieu kalimah anu panjang pisan supados namina henteu tiasa lebet sadayana, "
    names = {phrase_clip(begin.replace(",", "") + end) for end in ("hiji", "dua", "hiji")}
    assert len(names) == 2
    assert all(len(name) <= 60 for name in names)


def test_what_is_recorded_are_the_pieces_between_numbers_and_commas() -> None:
    assert fragments("Punten, 5 urang\nB-004 – sakedap") == ["Punten", "urang", "– sakedap"]


def test_a_recorded_screen_is_heard_in_the_voice_of_the_office(tmp_path: Path) -> None:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    tone_pack(tmp_path / "su", "su")
    composer = Composer(tmp_path)
    composer.load()
    assert not composer.reads("su", "Kanggo sabaraha urang?")
    read_by_another = composer.read_aloud("su", "Kanggo sabaraha urang?", DIGITS)
    (recordings / f"{phrase_clip('Kanggo sabaraha urang?')}.wav").write_bytes(tone(RATE // 2))
    build_from_recordings("su", tmp_path / "su", recordings, "Bu Euis")
    composer.load()
    with wave.open(BytesIO(composer.read_aloud("su", "Kanggo sabaraha urang?", DIGITS))) as sound:
        assert 0.4 < sound.getnframes() / RATE < 1.2
        assert sound.readframes(RATE) != read_by_another
    assert composer.reads("su", "Kanggo sabaraha urang?")
    assert not composer.reads("su", "Layanan naon?")
    assert composer.reads("id", "Layanan apa?")
    assert not composer.reads("jv", "Layanan apa?")
