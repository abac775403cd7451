"""espeak-ng by ctypes, from the package espeakng-loader: text to samples. Uses no sound card, network or process.

The library keeps its state in globals, so it is opened once in a process and one thread at a time is in it.
"""

from __future__ import annotations

import ctypes
from array import array
from functools import cache
from threading import Lock

from antrean.voice.sound import RATE, Samples

_SYNCHRONOUS, _DO_NOT_EXIT = 2, 0x8000
_UTF8, _PHONEMES = 1, 0x100
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3
PITCH = 55

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_turn = Lock()


class NoVoice(Exception):
    """espeak-ng is not installed, or does not have this voice."""


class Espeak:
    """The synthesiser. Opening the first one in a process takes some milliseconds and 8 MB."""

    def __init__(self) -> None:
        with _turn:
            self._library = _open()
        self._heard = bytearray()
        self._callback = _Callback(self._take)

    def say(self, text: str, voice: str, rate: int) -> Samples:
        """Return the samples of a text; `[[…]]` in it are phonemes. Refuses (NoVoice) a voice that espeak-ng lacks."""
        with _turn:
            self._library.espeak_SetSynthCallback(self._callback)
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise NoVoice(f"espeak-ng has no voice {voice}")
            self._library.espeak_SetParameter(_PARAMETER_RATE, rate, 0)
            self._library.espeak_SetParameter(_PARAMETER_PITCH, PITCH, 0)
            self._heard.clear()
            spoken = text.encode() + b"\0"
            self._library.espeak_Synth(spoken, len(spoken), 0, 1, 0, _UTF8 | _PHONEMES, None, None)
            return array("h", bytes(self._heard))

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if count > 0:
            self._heard += ctypes.string_at(samples, count * 2)
        return 0


@cache
def _open() -> ctypes.CDLL:
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path()
    except (ImportError, OSError, RuntimeError) as error:
        raise NoVoice(f"espeak-ng can't be loaded: {error}") from None
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _DO_NOT_EXIT)
    if rate != RATE:
        raise NoVoice(f"espeak-ng answers {rate} instead of {RATE} samples a second")
    return library
