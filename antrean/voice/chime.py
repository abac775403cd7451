"""Two soft bell notes before a call. They are computed, so that no file has to be recorded or can be missing."""

from __future__ import annotations

import math
from array import array

from antrean.voice.sound import RATE, Samples, level

NOTES = (659.26, 523.25)  # E5, C5: falling, which asks for attention and does not alarm
NOTE_SECONDS = 0.5
RING_SECONDS = 1.1
ATTACK_SECONDS = 0.012
# Partial, loudness, how much faster than the first it fades: closer to a wooden bell than to one of metal.
PARTIALS = ((1.0, 1.0, 1.0), (2.0, 0.28, 1.6), (3.01, 0.1, 2.4))
DECAY = 4.6
SOFTER = -22.0  # dBFS: below the voice, so that nobody is startled


def chime() -> Samples:
    """Return the chime, ending in silence."""
    length = int(RATE * (NOTE_SECONDS * (len(NOTES) - 1) + RING_SECONDS))
    sound = [0.0] * length
    for index, frequency in enumerate(NOTES):
        start = int(RATE * NOTE_SECONDS * index)
        for n in range(min(int(RATE * RING_SECONDS), length - start)):
            sound[start + n] += _bell(frequency, n / RATE)
    return level(array("h", (round(9000 * value) for value in sound)), SOFTER)


def _bell(frequency: float, t: float) -> float:
    attack = min(1.0, t / ATTACK_SECONDS)
    release = min(1.0, (RING_SECONDS - t) / 0.05)
    tone = sum(
        loud * math.exp(-DECAY * faster * t) * math.sin(2 * math.pi * frequency * partial * t)
        for partial, loud, faster in PARTIALS
    )
    return attack * release * tone
