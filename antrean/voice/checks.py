"""Checks whether a voice is good enough for a waiting room: measures every clip and says what to record again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from antrean.voice.languages import LANGUAGES
from antrean.voice.packs import MANIFEST, PackError, load_pack
from antrean.voice.sound import LOUDNESS, RATE, Measures, Samples, SoundError, measure, read_wav, resample, trim

SHORTEST, LONGEST_WORD, LONGEST_PHRASE, EACH_WORD = 0.08, 1.6, 3.5, 0.8  # seconds
LOUDNESS_MAY_DIFFER = 3.0  # dB
HIGHEST_PEAK = -0.5  # dBFS
MOST_SILENCE = 80  # milliseconds at an end of a clip
TOO_SOFT = -45.0  # dBFS: levelling such a recording brings its noise up with it
CLIPPED_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of one clip, and what to do about it."""

    clip: str
    problem: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.clip}: {self.problem}" + (f"; {self.advice}" if self.advice else "")


def check(folder: Path, language: str | None = None, more: Mapping[str, str] | None = None) -> list[Finding]:
    """Return what is wrong with a pack, or with a folder of recordings when it has no manifest.

    `more` are clips needed besides the language's vocabulary: name and words of the office's counters. Refuses
    (PackError) a folder that is neither, and recordings of which no language was said.
    """
    if (folder / MANIFEST).exists():
        return _pack(folder, more or {})
    if language is None:
        raise PackError(f"{folder} has no {MANIFEST}: say the language of these recordings")
    return _recordings(folder, language, more or {})


def _pack(folder: Path, more: Mapping[str, str]) -> list[Finding]:
    pack = load_pack(folder)
    findings = _missing({**LANGUAGES[pack.language].vocabulary(), **more}, pack.clips)
    for name, clip in pack.clips.items():
        for last, file in ((False, clip.file), (True, clip.end)):
            if last and file == clip.file:
                continue
            try:
                findings += _clip(file.removesuffix(".wav"), clip.words, measure(pack.samples(name, last)))
            except (SoundError, OSError) as error:
                findings.append(Finding(name, f"can't be read ({error})", "record it again"))
    return findings


def _recordings(folder: Path, language: str, more: Mapping[str, str]) -> list[Finding]:
    vocabulary = {**LANGUAGES[language].vocabulary(), **more}
    files = {file.name.removesuffix(".wav"): file for file in sorted(folder.glob("*.wav"))}
    findings = _missing(vocabulary, files)
    for name, file in files.items():
        try:
            samples, rate = read_wav(file)
        except (SoundError, OSError) as error:
            findings.append(Finding(name, f"can't be read ({error})", "record it again"))
            continue
        findings += _recording(name, vocabulary.get(name.removesuffix(".end"), name), samples, rate)
    return findings


def _recording(name: str, words: str, samples: Samples, rate: int) -> list[Finding]:
    findings = []
    raw = measure(samples)
    if raw.clipped >= CLIPPED_SAMPLES:
        findings.append(Finding(name, "is overdriven", "record it again, further from the microphone"))
    if raw.peak <= -90:
        return [*findings, Finding(name, "is silent", "record it again")]
    if raw.loudness < TOO_SOFT:
        findings.append(Finding(name, f"is very soft ({raw.loudness:.0f} dBFS)", "record it again, closer"))
    return findings + _length(name, words, len(trim(resample(samples, rate))) / RATE)


def _clip(name: str, words: str, found: Measures) -> list[Finding]:
    if found.peak <= -90:
        return [Finding(name, "is silent", "record it again")]
    findings = _length(name, words, found.seconds)
    if abs(found.loudness - LOUDNESS) > LOUDNESS_MAY_DIFFER:
        how = "soft" if found.loudness < LOUDNESS else "loud"
        findings.append(
            Finding(name, f"is too {how} ({found.loudness:.1f} instead of {LOUDNESS:.0f} dBFS)", "build the pack again")
        )
    if found.peak > HIGHEST_PEAK or found.clipped >= CLIPPED_SAMPLES:
        findings.append(Finding(name, f"is overdriven (peak {found.peak:.1f} dBFS)", "record it again, further away"))
    if max(found.before, found.after) > MOST_SILENCE:
        where = "before" if found.before > found.after else "after"
        findings.append(
            Finding(
                name, f"has {max(found.before, found.after)} ms of silence {where} the word", "build the pack again"
            )
        )
    return findings


def _length(name: str, words: str, seconds: float) -> list[Finding]:
    longest = max(LONGEST_PHRASE, EACH_WORD * len(words.split())) if " " in words else LONGEST_WORD
    if seconds < SHORTEST:
        return [Finding(name, f"is only {seconds * 1000:.0f} ms long", f"record it again, the whole of “{words}”")]
    if seconds > longest:
        advice = f"record only “{words}”, in a quiet room: noise around the word is taken for speech"
        return [Finding(name, f"is {seconds:.1f} s long", advice)]
    return []


def _missing(wanted: Mapping[str, str], there: Iterable[str]) -> list[Finding]:
    found = set(there)
    return [Finding(name, "is missing", f"record “{words}”") for name, words in wanted.items() if name not in found]
