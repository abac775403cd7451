"""A voice pack: a folder of clips with a manifest `voice.json` that says who speaks, in which language, and what."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from antrean.voice.languages import LANGUAGES
from antrean.voice.sound import RATE, Samples, SoundError, read_wav

MANIFEST = "voice.json"
FORMAT = 1
ESPEAK, RECORDED = "espeak-ng", "recorded"


class PackError(Exception):
    """A folder that is not a voice pack; the message says why."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip: the words it says, its file, and the file to use at the end of a sentence (may be the same)."""

    words: str
    file: str
    end: str


@dataclass(frozen=True)
class Pack:
    """A pack as its manifest describes it. `fingerprint` changes with any clip; `recipe` is of generated packs."""

    folder: Path
    language: str
    speaker: str
    source: str
    recipe: str
    clips: Mapping[str, Clip]
    fingerprint: str

    def samples(self, name: str, last: bool) -> Samples:
        """Read a clip. Refuses (SoundError) one of another rate and (KeyError) one that the pack lacks."""
        clip = self.clips[name]
        found, rate = read_wav(self.folder / (clip.end if last else clip.file))
        if rate != RATE:
            raise SoundError(f"{clip.file} has {rate} samples a second instead of {RATE}")
        return found


def load_pack(folder: Path) -> Pack:
    """Return the pack of a folder. Refuses (PackError) a missing or invalid manifest."""
    try:
        raw = (folder / MANIFEST).read_bytes()
        said = json.loads(raw)
    except FileNotFoundError:
        raise PackError(f"{folder} has no {MANIFEST}") from None
    except (OSError, ValueError) as error:
        raise PackError(f"{folder / MANIFEST} can't be read: {error}") from None
    try:
        if said["format"] != FORMAT or said["rate"] != RATE:
            raise PackError(f"{folder / MANIFEST}: format {said['format']} with rate {said['rate']} is not known")
        if said["language"] not in LANGUAGES:
            raise PackError(f"{folder / MANIFEST}: language {said['language']!r} is not known")
        clips = {str(name): _clip(folder, clip) for name, clip in said["clips"].items()}
        return Pack(
            folder=folder,
            language=said["language"],
            speaker=str(said["speaker"]),
            source=str(said["source"]),
            recipe=str(said["recipe"]),
            clips=clips,
            fingerprint=hashlib.sha256(raw).hexdigest()[:16],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise PackError(f"{folder / MANIFEST}: {error!r} is missing or wrong") from None


def save_manifest(
    folder: Path, language: str, speaker: str, source: str, recipe: str, clips: Mapping[str, Clip]
) -> None:
    """Write the manifest of a folder that has its clips already, with the hash of each."""
    described = {
        name: {
            "words": clip.words,
            "file": clip.file,
            "end": clip.end,
            "sha256": hashlib.sha256((folder / clip.file).read_bytes() + (folder / clip.end).read_bytes()).hexdigest(),
        }
        for name, clip in clips.items()
    }
    manifest = {
        "format": FORMAT,
        "language": language,
        "speaker": speaker,
        "source": source,
        "recipe": recipe,
        "rate": RATE,
        "clips": described,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _clip(folder: Path, said: Mapping[str, Any]) -> Clip:
    clip = Clip(str(said["words"]), str(said["file"]), str(said.get("end") or said["file"]))
    for file in (clip.file, clip.end):
        if Path(file).name != file:
            raise PackError(f"{folder / MANIFEST}: {file!r} is not a file of this folder")
    return clip
