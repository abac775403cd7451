"""One generated pack of each language for all tests of the voice, made by the real espeak-ng."""

from __future__ import annotations

from pathlib import Path

import pytest

from antrean.voice.build import build_from_espeak
from antrean.voice.espeak import Espeak


@pytest.fixture(scope="session")
def espeak() -> Espeak:
    return Espeak()


@pytest.fixture(scope="session")
def packs(tmp_path_factory: pytest.TempPathFactory, espeak: Espeak) -> Path:
    """Give the folder that holds the packs `id` and `en`; tests only read it."""
    folder = tmp_path_factory.mktemp("voice")
    for language in ("id", "en"):
        build_from_espeak(language, folder / language, espeak)
    return folder
