"""Makes voice packs from espeak-ng or from a folder of recordings. A pack is written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from antrean.voice.espeak import PITCH, Espeak, NoVoice
from antrean.voice.languages import LANGUAGES, Language
from antrean.voice.packs import ESPEAK, MANIFEST, RECORDED, Clip, PackError, save_manifest
from antrean.voice.sound import Samples, level, read_wav, resample, trim, wav

RECIPE = 1  # raise it when clips change, so that packs on disk are made again
# A word that others follow is said with a comma behind it, the last one with a full stop: the voice then goes
# on in the middle of a number and comes down at the end of the sentence.
GOES_ON, ENDS = ",", "."


def recipe(language: Language) -> str:
    """Return the recipe that identifies the generated pack of a language before it is made."""
    said = [RECIPE, language.espeak, language.rate, PITCH, language.vocabulary(), dict(language.pronounced)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def speak(espeak: Espeak, language: Language, words: str, last: bool) -> Samples:
    """Return words as a clip; refuses (NoVoice) a language that espeak-ng does not speak."""
    if not language.espeak:
        raise NoVoice(f"espeak-ng has no voice for {language.code}: record one, see docs/voice.md")
    text = language.pronounced.get(words, words.replace("[[", " "))
    return level(trim(espeak.say(text + (ENDS if last else GOES_ON), language.espeak, language.rate)))


def build_from_espeak(code: str, folder: Path, espeak: Espeak) -> None:
    """Make the generated pack of a language in a folder. Replaces a generated pack, never a recorded one."""
    language = LANGUAGES[code]

    def fill(made: Path) -> None:
        clips = {}
        for name, words in language.vocabulary().items():
            clips[name] = Clip(words, f"{name}.wav", f"{name}.end.wav")
            for last, file in ((False, clips[name].file), (True, clips[name].end)):
                (made / file).write_bytes(wav(speak(espeak, language, words, last)))
        save_manifest(made, code, f"espeak-ng {language.espeak}", ESPEAK, recipe(language), clips)

    _refuse_recorded(folder)
    _put(folder, fill)


def build_from_recordings(code: str, folder: Path, recordings: Path, speaker: str) -> list[str]:
    """Make a pack from recordings named as `antrean voice script` says; return the clips that are missing.

    Each is mixed to mono, brought to the packs' rate, trimmed and levelled. Files beyond the vocabulary (names of
    counters) are taken in too. Refuses (PackError) a folder without any, (SoundError) a file that is no sound.
    """
    vocabulary = LANGUAGES[code].vocabulary()
    found = {file.name.removesuffix(".wav"): file for file in sorted(recordings.glob("*.wav"))}
    ends = {name.removesuffix(".end"): file for name, file in found.items() if name.endswith(".end")}
    plain = {name: file for name, file in found.items() if not name.endswith(".end")}
    if not plain:
        raise PackError(f"{recordings} holds no .wav files")

    def fill(made: Path) -> None:
        clips = {}
        for name, file in plain.items():
            end = f"{name}.end.wav" if name in ends else f"{name}.wav"
            clips[name] = Clip(vocabulary.get(name, name.replace("_", " ")), f"{name}.wav", end)
            (made / f"{name}.wav").write_bytes(wav(cleaned(file)))
            if name in ends:
                (made / end).write_bytes(wav(cleaned(ends[name])))
        save_manifest(made, code, speaker, RECORDED, "", clips)

    _put(folder, fill)
    return [name for name in vocabulary if name not in plain]


def cleaned(file: Path) -> Samples:
    """Return a recording as a clip: the packs' rate, no silence at the ends, the packs' loudness."""
    samples, rate = read_wav(file)
    return level(trim(resample(samples, rate)))


def _refuse_recorded(folder: Path) -> None:
    """Refuse to replace anything but a generated pack: what an office recorded can't be made again."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        source = json.loads((folder / MANIFEST).read_bytes())["source"]
    except (OSError, ValueError, KeyError, TypeError):
        source = None
    if source != ESPEAK:
        raise PackError(f"{folder} holds something else than a generated voice; move it away first")


def _put(folder: Path, fill: Callable[[Path], None]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fill(made)
        made.chmod(0o755)
        old = Path(f"{made}-old")
        if folder.exists():
            os.rename(folder, old)
        os.rename(made, folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(made, ignore_errors=True)
