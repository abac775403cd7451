"""Sounds as 16-bit mono samples: reading and writing WAV, measuring, trimming, levelling, changing the rate."""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import mul
from pathlib import Path
from typing import TypeAlias

RATE = 22050  # samples a second in every pack: what espeak-ng gives, and clear for speech
FULL = 32767
FRAME = RATE // 100  # 10 ms
LOUDNESS = -19.0  # dBFS, the mean of the frames in which something is said
PEAK = -1.5  # dBFS, the loudest sample
QUIET = -42.0  # dBFS below the loudest frame: silence before and after the words
KEPT = 2  # quiet frames left at each end, so that soft beginnings are not cut
FADE = RATE // 250  # 4 ms at each end, so that no clip begins or ends with a click
TAPS = 16  # neighbours on each side that a new sample is made of

Samples: TypeAlias = "array[int]"  # of type "h"


class SoundError(Exception):
    """A file that is not a readable sound; the message says why."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Length in seconds, dBFS of the spoken frames and of the loudest sample, silence at the ends in ms."""

    seconds: float
    loudness: float
    peak: float
    before: int
    after: int
    clipped: int


def silence(milliseconds: int) -> Samples:
    """Return silence of this length."""
    return array("h", bytes(2 * (RATE * milliseconds // 1000)))


def read_wav(path: Path) -> tuple[Samples, int]:
    """Return a file's samples, mixed to mono, and its rate. Refuses (SoundError) all but 16-bit PCM WAV."""
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, rate, count = file.getparams()[:4]
            data = file.readframes(count)
    except (wave.Error, EOFError) as error:
        raise SoundError(f"{path.name} is not a WAV file: {error}") from None
    if width != 2 or rate < 8000:
        raise SoundError(f"{path.name}: record it as 16-bit PCM WAV of 16,000 samples a second or more")
    samples = array("h", data[: len(data) // (2 * channels) * 2 * channels])
    if sys.byteorder == "big":
        samples.byteswap()
    if channels > 1:
        samples = array("h", (sum(samples[i : i + channels]) // channels for i in range(0, len(samples), channels)))
    return samples, rate


def wav(samples: Samples, rate: int = RATE) -> bytes:
    """Return the samples as a WAV file."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return held.getvalue()


def measure(samples: Samples) -> Measures:
    """Measure a sound at the rate of packs. Loudness and peak of silence are -99."""
    frames = _frames(samples)
    first, last = _spoken(frames)
    loud = [square for square in frames if square >= _floor(frames)]
    peak = max(max(samples), -min(samples)) if samples else 0
    return Measures(
        seconds=len(samples) / RATE,
        loudness=_decibels(math.sqrt(sum(loud) / len(loud))) if loud and max(frames) > 0 else -99.0,
        peak=_decibels(peak),
        before=first * 10,
        after=max(len(frames) - 1 - last, 0) * 10,
        clipped=sum(1 for one, two in pairwise(samples) if one == two and abs(one) >= FULL - 1) if peak > 32000 else 0,
    )


def trim(samples: Samples) -> Samples:
    """Cut the silence before and after the words, and fade both ends."""
    frames = _frames(samples)
    first, last = _spoken(frames)
    cut = samples[max(first - KEPT, 0) * FRAME : (last + 1 + KEPT) * FRAME]
    for i in range(min(FADE, len(cut) // 2)):
        cut[i] = cut[i] * i // FADE
        cut[-1 - i] = cut[-1 - i] * i // FADE
    return cut


def level(samples: Samples, loudness: float = LOUDNESS) -> Samples:
    """Bring the words to the loudness of packs, or less where the loudest sample would pass the peak."""
    found = measure(samples)
    if found.peak <= -90:
        return samples
    gain = 10 ** (min(loudness - found.loudness, PEAK - found.peak) / 20)
    return array("h", [int(sample * gain) for sample in samples])


def resample(samples: Sequence[int], rate: int, to: int = RATE) -> Samples:
    """Return the sound at another rate, by windowed sinc with the band limited to the lower of the two."""
    if rate == to:
        return array("h", samples)
    common = math.gcd(rate, to)
    up, down = to // common, rate // common
    band = min(1.0, to / rate)
    reach = math.ceil(TAPS / band)
    phases = [_taps(phase / up, band, reach) for phase in range(up)]
    padded = array("h", bytes(2 * reach)) + array("h", samples) + array("h", bytes(2 * (reach + 1)))
    made = array("h")
    for n in range(len(samples) * up // down):
        start, phase = divmod(n * down, up)
        value = sum(map(mul, padded[start + 1 : start + 1 + 2 * reach], phases[phase]))
        made.append(max(-FULL, min(FULL, round(value))))
    return made


def _taps(offset: float, band: float, reach: int) -> list[float]:
    taps = []
    for i in range(-reach + 1, reach + 1):
        x = i - offset
        sinc = band if x == 0 else math.sin(math.pi * x * band) / (math.pi * x)
        taps.append(sinc * 0.5 * (1 + math.cos(math.pi * x / (reach + 1))))
    total = sum(taps)
    return [tap / total for tap in taps]


def _frames(samples: Samples) -> list[float]:
    """Return the mean square of each 10 ms."""
    whole = [samples[i : i + FRAME] for i in range(0, len(samples), FRAME)]
    return [sum(map(mul, frame, frame)) / len(frame) for frame in whole]


def _floor(frames: Sequence[float]) -> float:
    return max(frames, default=0.0) * 10 ** (QUIET / 10)


def _spoken(frames: Sequence[float]) -> tuple[int, int]:
    """Return the first and the last frame in which something is heard."""
    floor = _floor(frames)
    heard = [i for i, square in enumerate(frames) if square >= floor and square > 0]
    return (heard[0], heard[-1]) if heard else (0, len(frames) - 1)


def _decibels(value: float) -> float:
    return 20 * math.log10(value / FULL) if value > 0 else -99.0
