"""How calls are spoken: the settings of the office and what a single display overrides, read from plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from antrean.voice.languages import LANGUAGES
from antrean.voice.sentences import DIGITS, WORDS

MOST_REPEATS = 3
DAY = 24 * 60
DEVICE_KEYS = ("volume", "mute", "repeat")


class SettingError(ValueError):
    """An invalid setting; `name` says which."""

    def __init__(self, name: str, value: object) -> None:
        self.name = name
        super().__init__(f"{name} can't be {value!r}")


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """`languages` in the order spoken, empty for the office's first; a call is said `repeat` times; `volume` 0 to 100.

    `mute` holds the spans without sound, in minutes since midnight of the office's zone; a span may pass midnight.
    """

    languages: tuple[str, ...] = ()
    numbers: str = DIGITS
    repeat: int = 2
    volume: int = 100
    mute: tuple[tuple[int, int], ...] = ()

    def stored(self) -> dict[str, Any]:
        """Return the plain values to store: only those that differ from the default."""
        plain = asdict(VoiceSettings())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}

    def to_display(self) -> dict[str, Any]:
        """Return the values that a display needs."""
        return {"volume": self.volume, "repeat": self.repeat, "mute": [list(span) for span in self.mute]}


def read_settings(office: Mapping[str, Any], device: Mapping[str, Any] | None = None) -> VoiceSettings:
    """Return the settings of an office, or of a display that overrides some. Refuses (SettingError) invalid values."""
    settings = _with(VoiceSettings(), office, tuple(asdict(VoiceSettings())))
    return _with(settings, device, DEVICE_KEYS) if device else settings


def read_span(text: str) -> tuple[int, int]:
    """Return `12:00-13:30` as minutes since midnight; refuses (SettingError) anything else."""
    try:
        start, end = (_minutes(part) for part in text.split("-"))
    except ValueError:
        raise SettingError("mute", text) from None
    if start == end:
        raise SettingError("mute", text)
    return start, end


def span_text(span: Sequence[int]) -> str:
    """Return a span as `12:00-13:30`."""
    return "-".join(f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in span)


def _minutes(part: str) -> int:
    hours, _, minutes = part.strip().replace(".", ":").partition(":")
    found = int(hours) * 60 + int(minutes or 0)
    if not (0 <= int(hours) <= 24 and 0 <= int(minutes or 0) < 60 and found <= DAY):
        raise ValueError(part)
    return found


def _with(settings: VoiceSettings, given: Mapping[str, Any], allowed: Sequence[str]) -> VoiceSettings:
    for name, value in given.items():
        if name not in allowed:
            raise SettingError(name, value)
        settings = replace(settings, **{name: _READ[name](name, value)})
    return settings


def _languages(name: str, value: Any) -> tuple[str, ...]:
    found = tuple(value) if isinstance(value, (list, tuple)) else ()
    if found != tuple(dict.fromkeys(found)) or any(code not in LANGUAGES for code in found) or len(found) != len(value):
        raise SettingError(name, value)
    return found


def _numbers(name: str, value: Any) -> str:
    if value not in (DIGITS, WORDS):
        raise SettingError(name, value)
    return str(value)


def _whole(least: int, most: int) -> Any:
    def read(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise SettingError(name, value)
        return value

    return read


def _mute(name: str, value: Any) -> tuple[tuple[int, int], ...]:
    try:
        spans = tuple((int(start), int(end)) for start, end in value)
    except (TypeError, ValueError):
        raise SettingError(name, value) from None
    if any(not (0 <= start < DAY and 0 <= end <= DAY and start != end) for start, end in spans):
        raise SettingError(name, value)
    return spans


_READ = {
    "languages": _languages,
    "numbers": _numbers,
    "repeat": _whole(1, MOST_REPEATS),
    "volume": _whole(0, 100),
    "mute": _mute,
}
