"""Sounds are measured: what is trimmed, levelled or brought to another rate keeps what is said and never clips."""

from __future__ import annotations

import itertools
import math
import wave
from array import array
from pathlib import Path

import pytest

from antrean.voice.chime import SOFTER, chime
from antrean.voice.sound import (
    LOUDNESS,
    PEAK,
    RATE,
    SoundError,
    level,
    measure,
    read_wav,
    resample,
    silence,
    trim,
    wav,
)


def tone(seconds: float, loud: float = 8000, frequency: float = 440.0, rate: int = RATE) -> array[int]:
    count = int(seconds * rate)
    return array("h", [round(loud * math.sin(2 * math.pi * frequency * n / rate)) for n in range(count)])


def crossings(samples: array[int]) -> int:
    return sum(1 for one, two in itertools.pairwise(samples) if one < 0 <= two)


def test_silence_at_the_ends_is_cut_and_nothing_of_the_word() -> None:
    found = trim(silence(700) + tone(0.5) + silence(300))
    measured = measure(found)
    assert 0.5 <= measured.seconds <= 0.56
    assert (found[0], found[-1]) == (0, 0)
    assert max(measured.before, measured.after) <= 30


def test_soft_and_loud_recordings_come_out_equally_loud() -> None:
    levelled = [measure(level(tone(0.4, loud))).loudness for loud in (300, 3000, 30000)]
    assert levelled == pytest.approx([LOUDNESS] * 3, abs=0.2)


def test_levelling_stops_below_full_scale() -> None:
    clicks = silence(400)
    for n in range(0, len(clicks), 400):
        clicks[n] = 9000
    found = measure(level(clicks))
    assert found.peak == pytest.approx(PEAK, abs=0.01)
    assert found.clipped == 0
    assert level(silence(100)) == silence(100)


def test_overdriven_sound_is_recognised() -> None:
    assert measure(tone(0.3, 20000)).clipped == 0
    cut = array("h", [max(-32767, min(32767, 3 * sample)) for sample in tone(0.3, 20000)])
    assert measure(cut).clipped > 100


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_another_rate_keeps_length_pitch_and_loudness(rate: int) -> None:
    found = resample(tone(0.5, 8000, 440, rate), rate)
    assert len(found) == pytest.approx(RATE * 0.5, abs=2)
    assert crossings(found) == pytest.approx(220, abs=1)
    inner = measure(found[2000:-2000])
    assert inner.loudness == pytest.approx(measure(tone(0.5)).loudness, abs=0.1)


def test_what_the_packs_rate_can_not_hold_does_not_come_back_as_another_tone() -> None:
    found = resample(tone(0.3, 8000, 15000, 48000), 48000)
    assert measure(found[1000:-1000]).loudness < measure(tone(0.3)).loudness - 30


def test_a_file_written_is_the_file_read(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(wav(tone(0.1)))
    assert read_wav(file) == (tone(0.1), RATE)


def test_stereo_is_mixed_to_one_side(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "two.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(array("h", [1000, 3000] * 50).tobytes())
    assert read_wav(tmp_path / "two.wav") == (array("h", [2000] * 50), 44100)


@pytest.mark.parametrize(("name", "content"), [("text.wav", b"not a sound"), ("empty.wav", b"")])
def test_what_is_no_wav_file_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SoundError, match=name):
        read_wav(tmp_path / name)


def test_eight_bit_files_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "old.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(22050)
        file.writeframes(bytes(100))
    with pytest.raises(SoundError, match="16-bit"):
        read_wav(tmp_path / "old.wav")


def test_the_chime_is_soft_short_and_ends_in_silence() -> None:
    found = chime()
    measured = measure(found)
    assert 1.2 <= measured.seconds <= 2.0
    assert measured.loudness == pytest.approx(SOFTER, abs=0.2)
    assert measured.loudness < LOUDNESS
    assert measured.peak < -3
    assert measured.clipped == 0
    assert max(map(abs, found[-200:])) < 60
    assert max(map(abs, found[:20])) < 1500  # no click at the beginning
