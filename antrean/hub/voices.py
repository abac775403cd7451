"""Voices: the sounds of each call, made in another thread and kept for a while."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from antrean.hub.async_mode import AsyncMode
from antrean.hub.lane import Lane
from antrean.queueing.errors import Unknown
from antrean.queueing.plan.texts import chain
from antrean.voice import sentences
from antrean.voice.composer import Composer
from antrean.voice.espeak import NoVoice
from antrean.voice.languages import LANGUAGES
from antrean.voice.packs import RECORDED
from antrean.voice.reading import plates_spelled
from antrean.voice.sentences import Sentence
from antrean.voice.settings import SettingError, VoiceSettings, read_settings
from antrean.voice.sound import SoundError

log = logging.getLogger(__name__)
CHIME = "chime-1"  # another number when the chime sounds differently: browsers keep it for a year
MOST_BYTES = 4_000_000  # some fifteen sentences: a call is asked for within seconds, by every display
MOST_CALLS = 2000
CALLS, TEXTS = 0, 1  # ranks
PLACES = (60, 8)
EACH = 3
PATIENCE = 20.0

Keys = Mapping[str, Sequence[str]]


class Voices:
    """Gives each call the keys of its sounds without blocking, and the sound behind a key when it is asked for."""

    def __init__(self, folder: Path, mode: AsyncMode) -> None:
        self._composer = Composer(folder)
        self._mode = mode
        # espeak-ng and the composer have one thread at a time. Calls go before what a kiosk reads aloud.
        self.lane = Lane(mode, time.monotonic, PLACES, EACH, PATIENCE)
        self._keys: dict[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], Keys] = {}
        self._sentences: dict[str, tuple[str, Sentence]] = {}
        self._texts: dict[str, tuple[str, str, str]] = {}
        self._sounds: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()  # held for an instant

    def load(self) -> None:
        """Read the packs again; blocking."""
        self._composer.load()
        self._forget()

    def keys(
        self,
        number: str,
        counter: str,
        settings: VoiceSettings,
        languages: Sequence[str],
        way: Mapping[str, str] | None = None,
    ) -> Keys:
        """Return the sounds of a call, `call` in full and `short`, one for each language that has a voice.

        `way` are the words by language that tell where the counter is. The full call ends with them in the languages
        that have some, where the voice that says the call can say them too.
        """
        spoken = self._with_voice(settings.languages or tuple(languages[:1]))
        said = {code: words for code, words in (way or {}).items() if self._composer.can_add(code, words)}
        wanted = (number, counter, settings.numbers, spoken, tuple(said.get(code, "") for code in spoken))
        if wanted not in self._keys:
            if len(self._keys) >= MOST_CALLS:
                self._forget()
            self._keys[wanted] = {
                "call": self._named(sentences.call, *wanted[:4], said),
                "short": self._named(sentences.short, *wanted[:4], {}),
            }
        return self._keys[wanted]

    def announced_in(
        self, texts: Mapping[str, str], settings: VoiceSettings, languages: Sequence[str]
    ) -> tuple[str, ...]:
        """Return the languages in which an announcement is said: those of calls in which it has words, else its own.

        Empty when no voice can say it: it is then a chime, and the words are read.
        """
        said = tuple(code for code in texts if self.has_voice(code) and self.reads(texts[code], code))
        wanted = [code for code in self._with_voice(settings.languages or tuple(languages[:1])) if code in said]
        return tuple(wanted) or said[:1]

    def announcement_keys(self, texts: Mapping[str, str], settings: VoiceSettings, languages: Sequence[str]) -> Keys:
        """Return the sounds of an announcement, one for each language in which it is said. A rush shortens nothing."""
        keys = []
        for code in self.announced_in(texts, settings, languages):
            text = plates_spelled(texts[code])
            key = self._composer.text_key(code, text, settings.numbers)
            if len(self._texts) >= MOST_CALLS:
                self._texts.clear()
            self._texts[key] = (code, text, settings.numbers)
            keys.append(key)
        return {"call": tuple(keys), "short": tuple(keys)}

    def speaker(self, code: str) -> tuple[str, str]:
        """Return whether a language's voice is `recorded`, `generated` or `none`, and who speaks a recorded one."""
        pack = self._composer.packs.get(code)
        if pack is not None and pack.source == RECORDED:
            return "recorded", pack.speaker
        return ("generated", "") if code in LANGUAGES and LANGUAGES[code].espeak else ("none", "")

    def sound(self, key: str) -> bytes:
        """Return a sound as WAV; refuses one that no call had, and one that can't be made."""
        if key != CHIME and all(key not in known for known in (self._sentences, self._texts, self._sounds)):
            raise Unknown("not_found")
        return self._kept(key, CALLS, key, self._make, key)

    def read_aloud(self, text: str, language: str, asker: str, numbers: str = sentences.DIGITS) -> bytes:
        """Return any text as WAV, for visitors who use the kiosk by ear; refuses where nothing can be spoken.

        Tickets are named as calls name them, with `numbers` as digits or words.
        Refuses (Busy) when too many texts wait, or too many of one kiosk.
        """
        return self._kept(f"{language} {numbers} {text}", TEXTS, asker, self._read, text, language, numbers)

    def reads(self, text: str, language: str) -> bool:
        """Whether a text is read in a voice of its language, and not in another's."""
        return self._composer.reads(language, text)

    def _kept(self, key: str, rank: int, asker: str, make: Callable[..., bytes], *arguments: str) -> bytes:
        """Return a sound from memory or make it now, once for all concurrent requests."""
        found = self._sounds.get(key)
        if found is None:
            found = self.lane.run_once(key, lambda: self._mode.run_blocking(make, *arguments), rank, asker)
            with self._lock:
                self._sounds[key] = found
                while sum(map(len, self._sounds.values())) > MOST_BYTES and len(self._sounds) > 1:
                    self._sounds.popitem(last=False)
        return found

    def _read(self, text: str, language: str, numbers: str) -> bytes:
        try:
            return self._composer.read_aloud(language, text, numbers)
        except (NoVoice, SoundError, OSError) as error:
            log.warning("voice: a text can't be read aloud: %s", error)
            raise Unknown("not_found") from None

    def _named(
        self, make: Any, number: str, counter: str, numbers: str, spoken: Sequence[str], way: Mapping[str, str]
    ) -> tuple[str, ...]:
        keys = []
        for code in spoken:
            more = (way[code],) if code in way else ()
            sentence = make(LANGUAGES[code], number, counter, numbers, *more) if code in LANGUAGES else ()
            if not sentence or not self._composer.can_say(code, sentence):
                continue
            key = self._composer.key(code, sentence)
            self._sentences[key] = (code, sentence)
            keys.append(key)
        return tuple(keys)

    def _with_voice(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Return the languages in which calls are said: for each wanted one the first of its chain that has a voice."""
        found = (next((code for code in chain(one) if self.has_voice(code)), one) for one in wanted)
        return tuple(dict.fromkeys(found))

    def has_voice(self, code: str) -> bool:
        """Whether calls can be said in a language: it has a recorded voice, or one can be made."""
        return code in LANGUAGES and self.speaker(code)[0] != "none"

    def _forget(self) -> None:
        self._keys.clear()
        self._sentences.clear()
        self._texts.clear()

    def _make(self, key: str) -> bytes:
        if key == CHIME:
            return self._composer.chime()
        try:
            if key in self._texts:
                return self._composer.read_aloud(*self._texts[key], pace=1)
            code, sentence = self._sentences[key]
            return self._composer.sound(code, sentence)
        except (KeyError, NoVoice, SoundError, OSError) as error:
            log.warning("voice: a sentence can't be said: %s", error)
            raise Unknown("not_found") from None


def settings_of(office: Mapping[str, Any], device: Mapping[str, Any]) -> VoiceSettings:
    """Return how a display speaks; what can't be read is logged and left at its default."""
    try:
        return read_settings(office, device)
    except SettingError as error:
        log.warning("voice: %s", error)
    try:
        return read_settings(office)
    except SettingError:
        return VoiceSettings()
