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
            count = RATE // 100 * (9 + index % 24)
            samples = array("h", [round(6000 * math.sin(n / (6 + index % 5))) for n in range(count)])
            (Path(recordings) / f"{name}.wav").write_bytes(wav(samples))
        build_from_recordings(language, folder, Path(recordings), "tones")
