"""The address of a printer: its kind and parts, checked once against closed alphabets and then kept as parts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from antrean.printing.transport.adjustments import ADJUSTMENTS, AdjustmentError, adjusted
from antrean.queueing.errors import SENTENCES
from printer_profiles import Profile, load_profile

DEFAULT_PROFILES = {"virtual": "virtual-80"}
UNUSABLE = "unusable"
# The parts of each kind of address besides its options.
PARTS: Mapping[str, tuple[str, ...]] = {
    "tcp": ("host", "port"),
    "usblp": ("device",),
    "usb": ("vendor", "product"),
    "serial": ("device",),
    "cups": ("queue",),
    "virtual": ("folder",),
}
OWN_OPTIONS = {"usb": ("serial",), "serial": ("baud", "flow")}
FLOWS = ("rtscts", "dsrdtr", "xonxoff", "none")
SPEEDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
PORT = 9100
LONGEST = 200
LONGEST_SHOWN = 60

_WRITTEN = re.compile(r"(?P<kind>[A-Za-z]+)://(?P<place>[^?]*)(?:\?(?P<options>.*))?")
_HOST_AND_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>.*))?")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_NUMBER_LIKE = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_PATH = re.compile(r"(?:/[A-Za-z0-9._:@+=-]+)+")
_QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}")
_USB_ID = re.compile(r"[0-9A-Fa-f]{4}")
_PROFILE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_SERIAL_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class AddressError(ValueError):
    """A printer's address can't be used. `code` is stable and names the part; `values` fill its sentence."""

    def __init__(self, code: str, **values: str) -> None:
        self.code = code
        self.values = {name: shown(value) for name, value in values.items()}
        super().__init__(SENTENCES[code].format_map(self.values))


def shown(value: str) -> str:
    """Return a value for use in a sentence: shortened, and invisible characters as their Unicode numbers."""
    seen = "".join(sign if sign.isprintable() and not sign.isspace() else f"<U+{ord(sign):04X}>" for sign in value)
    return seen if len(seen) <= LONGEST_SHOWN else seen[: LONGEST_SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True)
class Address:
    """The address of one printer, as checked parts; made by `parse_address` and `address_from_data` only.

    An address of the kind `unusable` stands for one that was refused: it is never opened, and `why` is the code.
    """

    kind: str
    host: str = ""
    port: int = 0
    path: str = ""
    queue: str = ""
    vendor_id: int = 0
    product_id: int = 0
    options: tuple[tuple[str, str], ...] = ()
    why: str = ""

    @property
    def device_key(self) -> str:
        """The address without its options: two addresses with the same key are one printer."""
        match self.kind:
            case "usb":
                return f"{self._bare}/{self.option('serial')}"
            case _:
                return self._bare

    @property
    def text(self) -> str:
        """The address as people read and write it."""
        options = "&".join(f"{name}={value}" for name, value in self.options)
        return f"{self._bare}?{options}" if options else self._bare

    @property
    def profile_id(self) -> str:
        """The id of the printer's profile, empty when the address has none."""
        return self.option("profile")

    @property
    def serial(self) -> str:
        """The serial number of a USB printer, empty when the address has none."""
        return self.option("serial")

    @property
    def baud(self) -> int:
        """The speed of a serial line in baud, 0 when the address has none."""
        return int(self.option("baud") or 0)

    @property
    def flow(self) -> str:
        """The flow control of a serial line, empty when the address has none."""
        return self.option("flow")

    @property
    def adjustments(self) -> dict[str, str]:
        """The differences of this printer from its profile."""
        return {name: value for name, value in self.options if name in ADJUSTMENTS}

    def option(self, name: str) -> str:
        """Return the value of an option, empty when it is not there."""
        return dict(self.options).get(name, "")

    def profile(self, otherwise: str = "") -> Profile:
        """The printer's profile: the address's own, else the one given, else the plainest that can work.

        With what this one printer does differently (see adjustments). Refuses with ProfileError an unknown id.
        """
        found = load_profile(self.profile_id or otherwise or DEFAULT_PROFILES.get(self.kind, "generic-80"))
        return adjusted(found, self.adjustments)

    def as_data(self) -> dict[str, Any]:
        """Return the parts as JSON values, for storage and for the print agent."""
        parts: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "device": self.path,
            "folder": self.path,
            "queue": self.queue,
            "vendor": f"{self.vendor_id:04x}",
            "product": f"{self.product_id:04x}",
        }
        own = {name: parts[name] for name in PARTS.get(self.kind, ())}
        return {"kind": self.kind, **own, "options": dict(self.options)}

    @property
    def _bare(self) -> str:
        match self.kind:
            case "tcp":
                host = f"[{self.host}]" if ":" in self.host else self.host
                return f"tcp://{host}:{self.port}"
            case "usb":
                return f"usb://{self.vendor_id:04x}:{self.product_id:04x}"
            case "cups":
                return f"cups://{self.queue}"
            case _:
                return f"{self.kind}://{self.path}"


def parse_address(text: str) -> Address:
    """Return the Address of a written one, such as `tcp://192.168.1.50:9100?profile=epson-tm-t82iii`.

    Also `usblp:///dev/usb/lp0`, `serial:///dev/ttyUSB0?baud=115200&flow=rtscts`, `cups://queue`,
    `usb://04b8:0e28?serial=X`, `virtual:///folder`. What a printer does differently from its profile follows as
    options: `dots=384`, `cut=none`, `qr=raster`, `letters=plain`. Refuses with AddressError everything else: two
    addresses in one, and each sign that no address has.
    """
    text = text.strip(" \t\r\n")
    if not text:
        raise AddressError("address_missing")
    for sign in text:
        if sign.isspace():
            raise AddressError("address_blank")
        if not "!" <= sign <= "~":
            raise AddressError("address_sign", sign=sign)
    if len(text) > LONGEST:
        raise AddressError("address_too_long", most=str(LONGEST))
    written = _WRITTEN.fullmatch(text)
    if written is None or (kind := written["kind"].lower()) not in PARTS:
        raise AddressError("address_kind", value=text)
    place = written["place"]
    data: dict[str, Any] = {"kind": kind, "options": _options(written["options"])}
    match kind:
        case "tcp":
            found = _HOST_AND_PORT.fullmatch(place)
            if found is None:
                raise AddressError("address_host", value=place)
            data |= {"host": found["host"], "port": _port(found["port"])}
        case "usb":
            vendor, _, product = place.partition(":")
            data |= {"vendor": vendor, "product": product}
        case _:
            data[PARTS[kind][0]] = place
    return address_from_data(data)


def address_from_data(data: object) -> Address:
    """Return the Address of its parts, as `as_data` gives them; refuses with AddressError what no address has."""
    return _short(_of_parts(data))


def _short(address: Address) -> Address:
    if len(address.text) > LONGEST:
        raise AddressError("address_too_long", most=str(LONGEST))
    return address


def _of_parts(data: object) -> Address:
    if not isinstance(data, Mapping) or not isinstance(data.get("kind"), str) or data["kind"] not in PARTS:
        raise AddressError("address_unreadable")
    kind: str = data["kind"]
    options = data.get("options", {})
    if {*data} - {"options"} != {"kind", *PARTS[kind]} or not isinstance(options, Mapping):
        raise AddressError("address_unreadable")
    checked = _checked_options(kind, options)
    match kind:
        case "tcp":
            port = data["port"]
            if isinstance(port, bool) or not isinstance(port, int) or not 0 < port <= 65535:
                raise AddressError("address_port", value=str(port))
            return Address(kind, host=_host(_text(data["host"])), port=port, options=checked)
        case "usb":
            vendor, product = (_text(data[name]) for name in PARTS[kind])
            if not (_USB_ID.fullmatch(vendor) and _USB_ID.fullmatch(product)):
                raise AddressError("address_usb", value=f"{vendor}:{product}")
            return Address(kind, vendor_id=int(vendor, 16), product_id=int(product, 16), options=checked)
        case "cups":
            queue = _text(data["queue"])
            if not _QUEUE.fullmatch(queue):
                raise AddressError("address_queue", value=queue)
            return Address(kind, queue=queue, options=checked)
        case _:
            path = _text(data[PARTS[kind][0]])
            parts = path.split("/")
            if not _PATH.fullmatch(path) or "." in parts or ".." in parts or len(path) > LONGEST:
                raise AddressError("address_folder" if kind == "virtual" else "address_device", value=path)
            return Address(kind, path=path, options=checked)


def rewritten(address: Address, profile_id: str, different: Mapping[str, str]) -> Address:
    """Return the address with this profile and these adjustments; its other options stay. Refuses (AddressError)."""
    options = dict(address.options)
    if profile_id:
        options["profile"] = profile_id
    options.update(different)
    return _short(replace(address, options=_checked_options(address.kind, options)))


def unusable(why: str) -> Address:
    """Return an Address in place of one that was refused with this code: it is never opened."""
    return Address(UNUSABLE, why=why)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise AddressError("address_unreadable")
    return value


def _port(written: str | None) -> int:
    if written is None:
        return PORT
    if not _PORT.fullmatch(written):
        raise AddressError("address_port", value=written)
    return int(written)


def _host(host: str) -> str:
    """Return a host in its one way of being written: a name in small letters, or an address in numbers."""
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        if ":" not in host:
            raise AddressError("address_host", value=host)
    if ":" in host:
        return _six(host)
    labels = host.split(".")
    if not host or len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise AddressError("address_host", value=host)
    if _NUMBER_LIKE.fullmatch(labels[-1]):
        # No name ends in a number; other notations of an IP address (127.1, 0x7f000001) are only used to deceive.
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise AddressError("address_host", value=host) from None
    return host.lower()


def _six(host: str) -> str:
    try:
        found = ipaddress.IPv6Address(host)
    except ValueError:
        raise AddressError("address_host", value=host) from None
    if found.scope_id is not None:
        raise AddressError("address_host", value=host)
    return str(found.ipv4_mapped or found)


def _options(written: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in (written or "").split("&") if written else ():
        name, equals, value = pair.partition("=")
        if not equals or name in found:
            raise AddressError("address_option", name=name)
        found[name] = value
    return found


def _checked_options(kind: str, options: Mapping[Any, Any]) -> tuple[tuple[str, str], ...]:
    """Return the options in the order given; refuses unknown ones and values that no printer has."""
    known = ("profile", *OWN_OPTIONS.get(kind, ()), *ADJUSTMENTS)
    for name, value in options.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise AddressError("address_unreadable")
        if name not in known:
            raise AddressError("address_option", name=name)
        if not _can_be(name, value):
            raise AddressError("address_option_value", name=name, value=value)
    return tuple(options.items())


def _can_be(name: str, value: str) -> bool:
    match name:
        case "profile":
            return _PROFILE.fullmatch(value) is not None
        case "serial":
            return _SERIAL_NUMBER.fullmatch(value) is not None
        case "baud":
            return value in map(str, SPEEDS)
        case "flow":
            return value in FLOWS
    try:
        adjusted(Profile("check"), {name: value})
    except AdjustmentError:
        return False
    return True
