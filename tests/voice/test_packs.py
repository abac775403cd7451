"""Voice packs: generated ones sound right, recorded ones are cleaned, and whatever is wrong is said in plain words."""

from __future__ import annotations

import ctypes
import json
import shutil
from array import array
from concurrent.futures import ThreadPoolExecutor
from operator import mul
from pathlib import Path

import pytest

from antrean.voice import sentences
from antrean.voice.build import build_from_espeak, build_from_recordings
from antrean.voice.checks import check
from antrean.voice.composer import LEAD, TAIL, Composer
from antrean.voice.espeak import Espeak, NoVoice
from antrean.voice.languages import LANGUAGES
from antrean.voice.packs import MANIFEST, RECORDED, PackError, load_pack
from antrean.voice.sound import LOUDNESS, RATE, SoundError, measure, read_wav, silence, wav
from tests.voice.test_sound import tone


@pytest.fixture
def copied(packs: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(packs / "id", tmp_path / "id"))


@pytest.fixture
def composer(packs: Path) -> Composer:
    found = Composer(packs)
    found.load()
    return found


def samples_of(sound: bytes, tmp_path: Path) -> array[int]:
    (tmp_path / "made.wav").write_bytes(sound)
    found, rate = read_wav(tmp_path / "made.wav")
    assert rate == RATE
    return found


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_generated_pack_has_every_clip_and_passes_its_own_check(packs: Path, language: str) -> None:
    pack = load_pack(packs / language)
    assert set(pack.clips) == set(LANGUAGES[language].vocabulary())
    assert check(packs / language) == []
    loudness = [measure(pack.samples(name, last)).loudness for name in pack.clips for last in (False, True)]
    assert max(loudness) - min(loudness) < 2
    assert min(loudness) == pytest.approx(LOUDNESS, abs=2)


def test_words_that_espeak_would_say_wrongly_are_said_rightly(espeak: Espeak) -> None:
    """In Indonesian the e of loket is open and the first of empat, enam, belas and sebelas is a schwa."""
    language = LANGUAGES["id"]
    espeak.say("", language.espeak, language.rate)
    as_ipa = espeak._library.espeak_TextToPhonemes
    as_ipa.restype = ctypes.c_char_p

    def ipa(text: str) -> str:
        said: bytes = as_ipa(ctypes.byref(ctypes.c_char_p(text.encode())), 1, 2)
        return said.decode().replace("ˈ", "").replace("ˌ", "")

    wanted = {"loket": "lokɛt", "empat": "əmpat", "enam": "ənam", "belas": "bəlas", "sebelas": "səbəlas"}
    assert {words: ipa(phonemes) for words, phonemes in language.pronounced.items()} == wanted
    others = {"nomor antrean": "nomɔr antrɛan", "silakan ke": "silakan kə", "tujuh": "tudʒuh", "sembilan": "səmbilan"}
    assert {words: ipa(words) for words in others} == others
    assert set(wanted) < set(language.vocabulary().values())


def test_the_voice_stays_up_within_a_number_and_comes_down_at_its_end(packs: Path) -> None:
    def pitch(samples: array[int]) -> float:
        """The tone of the last vowel, by the lag at which it is most like itself."""
        vowel = samples[-3600:-900]
        inner = len(vowel) - 320
        likeness = {lag: sum(map(mul, vowel[:inner], vowel[lag : lag + inner])) for lag in range(70, 320)}
        return RATE / max(likeness, key=likeness.__getitem__)

    pack = load_pack(packs / "id")
    for name in ("satu", "dua", "tiga", "lima"):
        assert pitch(pack.samples(name, last=False)) > pitch(pack.samples(name, last=True)) + 15


def test_a_call_is_as_long_as_its_clips_and_pauses_and_as_loud(composer: Composer, packs: Path, tmp_path: Path) -> None:
    pack = load_pack(packs / "id")
    for number, counter, numbers in (("A-012", "Loket 3", "digits"), ("B-2117", "Loket 12", "words")):
        said = sentences.call(LANGUAGES["id"], number, counter, numbers)
        found = samples_of(composer.sound("id", said), tmp_path)
        wanted = len(silence(LEAD)) + len(silence(TAIL))
        for one in said:
            clip = pack.samples(one.clip, one.last)
            start = wanted - len(silence(TAIL))
            assert found[start : start + len(clip)] == clip  # each clip whole, in its place
            wanted += len(clip) + len(silence(one.pause))
        assert len(found) == wanted
        measured = measure(found)
        assert 3 < measured.seconds < 9
        assert measured.loudness == pytest.approx(LOUDNESS, abs=2)
        assert (measured.clipped, measured.peak < -1) == (0, True)


def test_a_counter_with_an_uncommon_name_is_spoken_too(composer: Composer, tmp_path: Path) -> None:
    said = sentences.call(LANGUAGES["id"], "A-001", "Loket Prioritas")
    assert composer.can_say("id", said)
    plain = sentences.call(LANGUAGES["id"], "A-001", "Loket")
    assert len(composer.sound("id", said)) > len(composer.sound("id", plain)) + RATE
    assert measure(samples_of(composer.sound("id", said), tmp_path)).clipped == 0


def test_a_pack_is_made_at_first_need_and_only_once(tmp_path: Path) -> None:
    composer = Composer(tmp_path / "voice")
    composer.load()
    said = sentences.short(LANGUAGES["id"], "A-001", "Loket 1")
    key = composer.key("id", said)
    sound = composer.sound("id", said)
    manifest = tmp_path / "voice" / "id" / MANIFEST
    written = manifest.stat().st_mtime_ns
    again = Composer(tmp_path / "voice")
    again.load()
    assert (again.key("id", said), again.sound("id", said)) == (key, sound)
    assert manifest.stat().st_mtime_ns == written
    assert [folder.name for folder in (tmp_path / "voice").iterdir()] == ["id"]


def test_the_same_words_have_one_key_and_other_words_another(composer: Composer) -> None:
    language = LANGUAGES["id"]
    keys = [
        composer.key("id", sentences.call(language, number, counter, numbers))
        for number in ("A-001", "A-010")
        for counter in ("Loket 1", "Loket 2")
        for numbers in ("digits", "words")
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == composer.key("id", sentences.call(language, "A-001", "Loket 1"))


def test_an_office_without_room_on_its_disk_still_speaks(tmp_path: Path) -> None:
    (tmp_path / "voice").write_text("a file where the folder should be")
    composer = Composer(tmp_path / "voice")
    composer.load()
    sound = composer.sound("id", sentences.short(LANGUAGES["id"], "A-001", "Loket 1"))
    assert measure(samples_of(sound, tmp_path)).seconds > 1


def test_sundanese_is_silent_until_it_is_recorded(tmp_path: Path, espeak: Espeak) -> None:
    said = sentences.call(LANGUAGES["su"], "A-001", "Loket 1")
    composer = Composer(tmp_path / "voice")
    composer.load()
    assert not composer.can_say("su", said)
    with pytest.raises(NoVoice, match="record one"):
        build_from_espeak("su", tmp_path / "voice" / "su", espeak)
    for name in LANGUAGES["su"].vocabulary():
        (tmp_path / f"{name}.wav").write_bytes(wav(silence(200) + tone(0.3) + silence(300)))
    assert build_from_recordings("su", tmp_path / "voice" / "su", tmp_path, "Bu Euis") == []
    composer.load()
    assert composer.can_say("su", said)
    assert composer.packs["su"].speaker == "Bu Euis"
    assert measure(samples_of(composer.sound("su", said), tmp_path)).loudness == pytest.approx(LOUDNESS, abs=1)
    assert not composer.can_say("su", sentences.call(LANGUAGES["su"], "A-001", "Loket Prioritas"))


def test_recordings_are_cleaned_levelled_and_named_when_missing(tmp_path: Path) -> None:
    recordings = tmp_path / "raw"
    recordings.mkdir()
    (recordings / "nol.wav").write_bytes(wav(silence(900) + tone(0.3, 500) + silence(900)))
    (recordings / "nol.end.wav").write_bytes(wav(tone(0.4, 500)))
    (recordings / "satu.wav").write_bytes(wav(tone(0.3, 20000, rate=44100), 44100))
    (recordings / "prioritas.wav").write_bytes(wav(tone(0.5)))
    missing = build_from_recordings("id", tmp_path / "id", recordings, "Ani")
    assert set(missing) == set(LANGUAGES["id"].vocabulary()) - {"nol", "satu"}
    pack = load_pack(tmp_path / "id")
    assert pack.source == "recorded"
    assert set(pack.clips) == {"nol", "satu", "prioritas"}
    assert len(pack.samples("nol", last=True)) > len(pack.samples("nol", last=False))
    for name in pack.clips:
        measured = measure(pack.samples(name, last=False))
        assert measured.loudness == pytest.approx(LOUDNESS, abs=0.5)
        assert max(measured.before, measured.after) <= 30


def test_a_recorded_voice_is_never_replaced_by_the_generated_one(tmp_path: Path, espeak: Espeak) -> None:
    (tmp_path / "nol.wav").write_bytes(wav(tone(0.3)))
    build_from_recordings("id", tmp_path / "id", tmp_path, "Ani")
    before = (tmp_path / "id" / MANIFEST).read_bytes()
    with pytest.raises(PackError, match="move it away"):
        build_from_espeak("id", tmp_path / "id", espeak)
    assert (tmp_path / "id" / MANIFEST).read_bytes() == before
    (tmp_path / "id" / MANIFEST).write_text("{ damaged")
    with pytest.raises(PackError, match="move it away"):
        build_from_espeak("id", tmp_path / "id", espeak)
    assert (tmp_path / "id" / "nol.wav").exists()


def test_a_recorded_pack_with_a_hole_is_filled_by_the_generated_voice(packs: Path, tmp_path: Path) -> None:
    (tmp_path / "nol.wav").write_bytes(wav(tone(0.3)))
    build_from_recordings("id", tmp_path / "voice" / "id", tmp_path, "Ani")
    composer = Composer(tmp_path / "voice")
    composer.load()
    said = sentences.short(LANGUAGES["id"], "A-001", "Loket 1")
    assert composer.can_say("id", said)
    assert measure(samples_of(composer.sound("id", said), tmp_path)).seconds > 1.5


def test_what_is_wrong_with_a_clip_is_said_with_what_to_do(copied: Path) -> None:
    def write(name: str, samples: array[int]) -> None:
        (copied / f"{name}.wav").write_bytes(wav(samples))

    (copied / "satu.wav").unlink()
    write("dua", tone(0.4, 200))
    write("tiga", array("h", [max(-32767, min(32767, 4 * sample)) for sample in tone(0.4, 20000)]))
    write("lima", silence(400) + tone(0.4, 5200))
    write("enam", silence(300))
    write("tujuh", tone(4.0, 5200))
    write("letter_a", tone(0.02, 5200))
    said = {finding.clip: str(finding) for finding in check(copied)}
    assert set(said) == {"satu", "dua", "tiga", "lima", "enam", "tujuh", "letter_a"}
    assert "record it again" in said["satu"]
    assert "too soft" in said["dua"]
    assert "overdriven" in said["tiga"]
    assert "400 ms of silence before" in said["lima"]
    assert "is silent" in said["enam"]
    assert "4.0 s long" in said["tujuh"]
    assert "only 20 ms" in said["letter_a"]


def test_counters_of_the_office_belong_to_what_is_needed(packs: Path) -> None:
    assert [str(finding) for finding in check(packs / "id", more={"prioritas": "prioritas"})] == [
        "prioritas: is missing; record “prioritas”"
    ]


def test_recordings_are_checked_before_a_pack_is_made_of_them(tmp_path: Path) -> None:
    for name in LANGUAGES["su"].vocabulary():
        (tmp_path / f"{name}.wav").write_bytes(wav(silence(500) + tone(0.4) + silence(500)))
    assert check(tmp_path, "su") == []
    (tmp_path / "hiji.wav").unlink()
    (tmp_path / "dua.wav").write_bytes(b"RIFF")
    (tmp_path / "tilu.wav").write_bytes(wav(tone(0.4, 60)))
    clips = [finding.clip for finding in check(tmp_path, "su")]
    assert clips == ["hiji", "dua", "tilu"]
    with pytest.raises(PackError, match="say the language"):
        check(tmp_path)


@pytest.mark.parametrize(
    "manifest",
    [
        "not json",
        "[]",
        "{}",
        json.dumps({"format": 9, "rate": RATE}),
        json.dumps(
            {
                "format": 1, "rate": RATE, "language": "id", "speaker": "", "source": "recorded", "recipe": "",
                "clips": {"nol": {"words": "nol", "file": "../nol.wav"}},
            }
        ),
    ],
)  # fmt: skip
def test_a_folder_that_is_no_pack_is_refused_and_left_out(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "id").mkdir()
    (tmp_path / "id" / MANIFEST).write_text(manifest)
    with pytest.raises(PackError):
        load_pack(tmp_path / "id")
    composer = Composer(tmp_path)
    composer.load()
    assert composer.packs == {}


def test_a_voice_that_does_not_exist_is_refused(espeak: Espeak) -> None:
    with pytest.raises(NoVoice, match="no-such"):
        espeak.say("satu", "no-such", 140)


def test_a_clip_of_another_rate_is_refused(copied: Path) -> None:
    (copied / "nol.wav").write_bytes(wav(tone(0.3, rate=44100), 44100))
    with pytest.raises(SoundError, match="44100"):
        load_pack(copied).samples("nol", last=False)


def test_voices_used_at_the_same_time_keep_their_words_apart(espeak: Espeak) -> None:
    language = LANGUAGES["id"]
    words = list(language.vocabulary().values())
    # The voice's tone wavers from time to time, how long it speaks does not.
    alone = {word: len(espeak.say(word, language.espeak, language.rate)) for word in words}
    assert len(set(alone.values())) > 3

    def say(word: str) -> bool:
        return len(Espeak().say(word, language.espeak, language.rate)) == alone[word]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(say, words * 3)) == [True] * (3 * len(words))


def test_own_words_are_said_only_in_the_voice_that_says_the_rest(composer: Composer, copied: Path) -> None:
    assert composer.can_add("id", "di samping pintu masuk")
    assert not composer.can_add("su", "di gigireun lawang")  # no voice is made for it, and none was recorded
    manifest = json.loads((copied / MANIFEST).read_text(encoding="utf-8"))
    manifest["source"] = RECORDED
    (copied / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    recorded = Composer(copied.parent)
    recorded.load()
    assert not recorded.can_add("id", "di samping pintu masuk")
    assert recorded.can_add("id", "silakan ke")
