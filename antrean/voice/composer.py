"""Puts the clips of a sentence together into one sound. Reads files and may run espeak-ng: never call it on a loop.

The packs of an office are the folders `<data>/voice/<language>`. A language that espeak-ng speaks gets its pack made at
first need. One thread at a time may be in here; whoever calls takes turns.
"""

from __future__ import annotations

import hashlib
import logging
from array import array
from collections.abc import Mapping
from pathlib import Path

from antrean.voice.build import build_from_espeak, recipe, speak
from antrean.voice.chime import chime
from antrean.voice.espeak import Espeak
from antrean.voice.languages import LANGUAGES, Language, clip_of
from antrean.voice.packs import ESPEAK, Clip, Pack, PackError, load_pack
from antrean.voice.reading import phrases
from antrean.voice.sentences import DIGITS, Sentence
from antrean.voice.sound import Samples, silence, wav

log = logging.getLogger(__name__)
FORMAT = 1  # raise it when the sound of the same sentence changes
BORROWED = LANGUAGES["id"]  # reads aloud in languages that have no voice
BRISK = 1.15  # a screen is read at the pace of talking: a call has to be understood across a hall
LEAD, TAIL = 40, 120  # milliseconds of silence around a sentence, since sound cards cut off beginnings


class Composer:
    """The voices of one office. `load` reads the manifests; looking at them afterwards reads nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packs: dict[str, Pack] = {}
        self._clips: dict[tuple[str, str, bool], Samples] = {}
        self._given_up: set[str] = set()
        self._espeak: Espeak | None = None

    @property
    def packs(self) -> Mapping[str, Pack]:
        """The loaded packs by language."""
        return self._packs

    def load(self) -> None:
        """Read the manifests again. A pack that can't be read is left out and logged."""
        packs: dict[str, Pack] = {}
        for code, language in LANGUAGES.items():
            if not (self._folder / code).is_dir():
                continue
            try:
                pack = load_pack(self._folder / code)
            except PackError as error:
                log.warning("voice: %s", error)
                continue
            if pack.language != code:
                log.warning("voice: %s speaks %s", pack.folder, pack.language)
            elif pack.source != ESPEAK or pack.recipe == recipe(language):
                packs[code] = pack
        self._packs, self._clips = packs, {}

    def prepare(self, code: str) -> bool:
        """Make the pack of a language if it is missing and can be made. Returns whether it was made."""
        if code in self._packs or code in self._given_up or not LANGUAGES[code].espeak:
            return False
        try:
            build_from_espeak(code, self._folder / code, self._synthesiser())
        except (PackError, OSError) as error:
            # Words are then spoken one by one as they are needed: slower, but no call stays unspoken.
            log.warning("voice: no %s pack is made: %s", code, error)
            self._given_up.add(code)
            return False
        self.load()
        return True

    def can_say(self, code: str, sentence: Sentence) -> bool:
        """Whether every word of the sentence has a clip or can be made."""
        language, pack = LANGUAGES.get(code), self._packs.get(code)
        if language is None:
            return False
        return bool(language.espeak) or (pack is not None and all(said.clip in pack.clips for said in sentence))

    def can_add(self, code: str, words: str) -> bool:
        """Whether words of the office's own are said in the voice of the other clips, and not in a second one."""
        recorded = self._recorded(code)
        return clip_of(words) in recorded if recorded else code in LANGUAGES and bool(LANGUAGES[code].espeak)

    def key(self, code: str, sentence: Sentence) -> str:
        """Return the key of the sound of this sentence. It changes with the voice."""
        pack = self._packs.get(code)
        voice = pack.fingerprint if pack is not None and pack.source != ESPEAK else recipe(LANGUAGES[code])
        said = [(one.clip, one.words, one.pause, one.last) for one in sentence]
        return hashlib.sha256(repr((FORMAT, code, voice, said)).encode()).hexdigest()[:20]

    def text_key(self, code: str, text: str, numbers: str) -> str:
        """Return the key of the sound of any text. It changes with the voice."""
        pack = self._packs.get(code)
        voice = pack.fingerprint if pack is not None and pack.source != ESPEAK else recipe(LANGUAGES[code])
        return hashlib.sha256(repr((FORMAT, code, voice, numbers, text)).encode()).hexdigest()[:20]

    def sound(self, code: str, sentence: Sentence) -> bytes:
        """Return the sentence as a WAV file; refuses (KeyError) a word that is neither recorded nor can be made."""
        self.prepare(code)
        parts = array("h", silence(LEAD))
        for said in sentence:
            parts.extend(self._clip(LANGUAGES[code], said.clip, said.words, said.last))
            parts.extend(silence(said.pause))
        parts.extend(silence(TAIL))
        return wav(parts)

    def read_aloud(self, code: str, text: str, numbers: str, pace: float = BRISK) -> bytes:
        """Return any text as a WAV file: what the office recorded as it is, the rest as espeak-ng reads it.

        `pace` 1 is that of calls.

        A language that espeak-ng does not have is read in Indonesian, whose letters sound alike in Sundanese. Refuses
        (NoVoice) where espeak-ng is not installed.
        """
        language = LANGUAGES.get(code, BORROWED)
        voice = language if language.espeak else BORROWED
        parts = array("h", silence(LEAD))
        for phrase in phrases(language, text, numbers, self._recorded(language.code)):
            if isinstance(phrase, str):
                parts.extend(self._synthesiser().say(phrase.replace("[[", " "), voice.espeak, round(voice.rate * pace)))
                continue
            for said in phrase:
                parts.extend(self._clip(language, said.clip, said.words, said.last))
                parts.extend(silence(said.pause))
        return wav(parts)

    def reads(self, code: str, text: str) -> bool:
        """Whether all of a text is read in a voice of its language."""
        language = LANGUAGES.get(code)
        if language is None:
            return False
        said = phrases(language, text, DIGITS, self._recorded(code))
        return bool(language.espeak) or not any(isinstance(phrase, str) for phrase in said)

    def _recorded(self, code: str) -> Mapping[str, Clip]:
        pack = self._packs.get(code)
        return pack.clips if pack is not None and pack.source != ESPEAK else {}

    def chime(self) -> bytes:
        """Return the chime as a WAV file."""
        return wav(chime())

    def _clip(self, language: Language, name: str, words: str, last: bool) -> Samples:
        pack = self._packs.get(language.code)
        key = (language.code, name, last)
        if key not in self._clips:
            if pack is not None and name in pack.clips:
                self._clips[key] = pack.samples(name, last)
            elif language.espeak:
                self._clips[key] = speak(self._synthesiser(), language, words, last)
            else:
                raise KeyError(name)
        return self._clips[key]

    def _synthesiser(self) -> Espeak:
        if self._espeak is None:
            self._espeak = Espeak()
        return self._espeak
