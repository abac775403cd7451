"""The schema of a printer profile: one frozen dataclass per TOML table, every key with a default."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


class ProfileError(ValueError):
    """A profile is missing or invalid; the message names file and key."""


def one_of(*words: str) -> Any:
    """A field that takes one of the given words; the first is the default."""
    return field(default=words[0], metadata={"one_of": words})


def number(default: float, low: float, high: float) -> Any:
    """A numeric field with its allowed range (both ends included)."""
    return field(default=default, metadata={"range": (low, high)})


@dataclass(frozen=True, slots=True)
class Transport:
    """How the model is usually reached, and its limits; an installed printer's address is said elsewhere."""

    kind: str = one_of("tcp", "usblp", "usb", "serial", "cups", "virtual")
    host: str = ""
    port: int = number(9100, 1, 65535)
    device: str = ""
    vendor_id: int = number(0, 0, 0xFFFF)
    product_id: int = number(0, 0, 0xFFFF)
    serial: str = ""
    in_ep: int = number(0x82, 0, 0xFF)
    out_ep: int = number(0x01, 0, 0xFF)
    baud: int = number(9600, 1200, 921600)
    flow: str = one_of("rtscts", "dsrdtr", "xonxoff", "none")
    queue: str = ""
    connect_timeout_s: float = number(3.0, 0.05, 60)
    write_timeout_s: float = number(10.0, 0.05, 120)
    close_timeout_s: float = number(2.0, 0.05, 30)
    min_reopen_ms: int = number(200, 0, 5000)


@dataclass(frozen=True, slots=True)
class Media:
    """The paper and the print head: millimetres, dots, and characters per line in fonts A and B."""

    paper_mm: int = number(80, 20, 250)
    printable_dots: int = number(576, 64, 4000)
    dpi: int = number(203, 60, 600)
    vertical_dpi: int = number(0, 0, 600)
    columns_a: int = number(48, 8, 400)
    columns_b: int = number(64, 8, 400)
    line_dots: int = number(30, 4, 255)
    letter_dots: int = number(24, 5, 64)
    cutter_mm: int = number(12, 0, 200)
    roll_m: int = number(50, 1, 1000)


@dataclass(frozen=True, slots=True)
class Text:
    """How letters are sent: the code page by Python codec name, and its number after ESC t."""

    codepage: str = "CP437"
    codepage_number: int = number(0, 0, 255)
    cancel_kanji: bool = False
    non_ascii: str = one_of("raster", "base-letter", "codepage")
    smooth: bool = False
    max_size: int = number(8, 1, 8)


@dataclass(frozen=True, slots=True)
class Image:
    """How pictures are sent, in pieces of so many rows with a pause after each."""

    impl: str = one_of("bitImageRaster", "graphics", "bitImageColumn")
    fragment_rows: int = number(128, 8, 2400)
    fragment_pause_ms: int = number(0, 0, 5000)
    density: str = one_of("default", "low")
    logo: str = field(default="raster", metadata={"one_of": ("raster", "none"), "prefix": "nv:"})


@dataclass(frozen=True, slots=True)
class Qr:
    """How the QR code is drawn: by the printer (native), as a picture (raster), or not (none: the link is printed)."""

    mode: str = one_of("raster", "native", "none")
    module_dots: int = number(6, 1, 16)


@dataclass(frozen=True, slots=True)
class Cut:
    """How the slip is cut, how far the paper is fed before, and the bytes for a presenter after it."""

    mode: str = one_of("partial", "full", "none")
    command: str = one_of("gs_v_66", "gs_v_65", "gs_v_0", "gs_v_1", "esc_i", "esc_m")
    feed_lines_before: int = number(0, 0, 40)
    presenter: str = field(default="none", metadata={"hex": True})


@dataclass(frozen=True, slots=True)
class Status:
    """Which status requests the printer answers, how long it may take, and what no response means."""

    method: str = one_of("none", "dle_eot", "asb", "gs_r", "custom_full", "lpgetstatus")
    reply_timeout_s: float = number(1.5, 0.05, 30)
    near_end: bool = False
    disable_asb_on_open: bool = True
    completion: str = one_of("none", "process_id", "gs_r", "drain")
    completion_timeout_s: float = number(15.0, 0.05, 120)
    silence_means: str = one_of("unknown", "offline")


@dataclass(frozen=True, slots=True)
class Buzzer:
    """Which command makes the printer beep."""

    command: str = one_of("none", "esc_b", "pulse")


@dataclass(frozen=True, slots=True)
class Drawer:
    """Whether a cash drawer may be opened; Antrean never does, but a shared printer may have one."""

    enabled: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """One printer model; `verified` says how far: manual read, on a bench, on a site, or not at all."""

    id: str
    schema: int = number(1, 1, 1)
    name: str = ""
    escpos_profile: str = ""
    verified: str = one_of("unverified", "manual", "bench", "site")
    notes: str = ""
    identifies_as: tuple[str, ...] = ()
    usb_ids: tuple[str, ...] = ()
    transport: Transport = field(default_factory=Transport)
    media: Media = field(default_factory=Media)
    text: Text = field(default_factory=Text)
    image: Image = field(default_factory=Image)
    qr: Qr = field(default_factory=Qr)
    cut: Cut = field(default_factory=Cut)
    status: Status = field(default_factory=Status)
    buzzer: Buzzer = field(default_factory=Buzzer)
    drawer: Drawer = field(default_factory=Drawer)

    @property
    def vertical_dpi(self) -> int:
        """Dots per inch along the paper; impact printers differ from their across value."""
        return self.media.vertical_dpi or self.media.dpi


TABLES: Mapping[str, type] = {
    "transport": Transport,
    "media": Media,
    "text": Text,
    "image": Image,
    "qr": Qr,
    "cut": Cut,
    "status": Status,
    "buzzer": Buzzer,
    "drawer": Drawer,
}


def read_profile(data: Mapping[str, Any], where: str) -> Profile:
    """A Profile from parsed TOML. Refuses a wrong key with ProfileError naming `where` and the key."""
    if "id" not in data:
        raise ProfileError(f"{where}: id is missing")
    top = {key: value for key, value in data.items() if key not in TABLES}
    tables: dict[str, Any] = {}
    for key, value in data.items():
        if key in TABLES:
            if not isinstance(value, dict):
                raise ProfileError(f"{where}: {key} must be a table")
            tables[key] = TABLES[key](**_checked(TABLES[key], value, where, f"{key}."))
    profile = Profile(**_checked(Profile, top, where, ""), **tables)
    _check_together(profile, where)
    return profile


def _checked(table: type, values: Mapping[str, Any], where: str, prefix: str) -> dict[str, Any]:
    known = {f.name: f for f in fields(table)}
    kept = {}
    for key, value in values.items():
        if key not in known:
            raise ProfileError(f"{where}: unknown key {prefix}{key}")
        kept[key] = _value(str(known[key].type), known[key].metadata, value, f"{where}: {prefix}{key}")
    return kept


def _value(kind: str, rules: Mapping[str, Any], value: Any, where: str) -> Any:
    if kind.startswith("tuple"):
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise ProfileError(f"{where} must be a list of strings")
        return tuple(value)
    wanted: dict[str, tuple[type, ...]] = {
        "str": (str,),
        "int": (int,),
        "float": (int, float),
        "bool": (bool,),
    }
    if not isinstance(value, wanted[kind]) or (isinstance(value, bool) and kind != "bool"):
        raise ProfileError(f"{where} must be {kind}, not {value!r}")
    words = rules.get("one_of")
    if words and value not in words and not _prefixed(rules, value):
        raise ProfileError(f"{where} must be one of {', '.join(words)}, not {value!r}")
    if "range" in rules and not rules["range"][0] <= value <= rules["range"][1]:
        low, high = rules["range"]
        raise ProfileError(f"{where} must lie between {low} and {high}, not {value!r}")
    if rules.get("hex") and value != "none":
        try:
            bytes.fromhex(str(value))
        except ValueError:
            raise ProfileError(f"{where} must be none or bytes in hex, not {value!r}") from None
    return float(str(value)) if kind == "float" else value


def _prefixed(rules: Mapping[str, Any], value: Any) -> bool:
    prefix = str(rules.get("prefix", ""))
    return bool(prefix) and value.startswith(prefix) and value[len(prefix) :].isdigit()


def codec(codepage: str) -> str:
    """The Python codec of a code page name as printer manuals write it (CP858, WPC1252)."""
    return codecs.lookup(codepage.lower().replace("wpc", "cp")).name


def _check_together(profile: Profile, where: str) -> None:
    try:
        codec(profile.text.codepage)
    except LookupError:
        raise ProfileError(f"{where}: text.codepage {profile.text.codepage!r} is not known") from None
    if profile.media.columns_a > profile.media.printable_dots // 4:
        raise ProfileError(f"{where}: media.columns_a does not fit into media.printable_dots")
