"""A small recorded voice for tests: a short tone for each word, each word's of another length."""

from __future__ import annotations

import math
import tempfile
from array import array
from pathlib import Path

from antrean.voice.build import build_from_recordings
from antrean.voice.languages import LANGUAGES
from antrean.voice.sound import RATE, wav


def tone_pack(folder: Path, language: str) -> None:
    """Record the pack of a language in a folder."""
    with tempfile.TemporaryDirectory() as recordings:
        for index, name in enumerate(LANGUAGES[language].vocabulary()):
            sound = tone(RATE // 100 * (9 + index % 24), 6 + index % 5)
            (Path(recordings) / f"{name}.wav").write_bytes(sound)
        build_from_recordings(language, folder, Path(recordings), "tones")


def tone(samples: int, length: int = 7) -> bytes:
    """Return a tone as a WAV file of so many samples; a longer wave is deeper."""
    return wav(array("h", [round(6000 * math.sin(n / length)) for n in range(samples)]))
