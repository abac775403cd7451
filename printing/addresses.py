"""Where a printer hangs, written as one line: tcp://, usblp://, usb://, serial://, cups:// or virtual://."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from printer_profiles import Profile, load_profile
from printing.adjustments import ADJUSTMENTS, AdjustmentError, adjusted

log = logging.getLogger(__name__)
DEFAULT_PROFILES = {"virtual": "virtual-80"}
KEYS = {"tcp": {"profile"}, "virtual": {"profile"}, "usblp": {"profile"}, "cups": {"profile"}} | {
    "usb": {"profile", "serial"},
    "serial": {"profile", "baud", "flow"},
}
FLOWS = ("rtscts", "dsrdtr", "xonxoff", "none")


class AddressError(ValueError):
    """A printer's address cannot be understood; the message says which part."""

    code = "printer_address_invalid"


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed printer address; `text` is what was written, `profile_id` may be empty (not said)."""

    text: str
    kind: str
    profile_id: str = ""
    host: str = ""
    port: int = 0
    path: str = ""
    queue: str = ""
    vendor_id: int = 0
    product_id: int = 0
    serial: str = ""
    baud: int = 0
    flow: str = ""
    adjustments: tuple[tuple[str, str], ...] = field(default=())

    @property
    def place(self) -> str:
        """The address without its options: two addresses with one place are one printer."""
        match self.kind:
            case "tcp":
                host = f"[{self.host}]" if ":" in self.host else self.host
                return f"tcp://{host.lower()}:{self.port}"
            case "usb":
                return f"usb://{self.vendor_id:04x}:{self.product_id:04x}/{self.serial}"
            case "cups":
                return f"cups://{self.queue}"
            case _:
                return f"{self.kind}://{self.path}"

    def profile(self, otherwise: str = "") -> Profile:
        """The printer's profile: the address's own, else the one given, else the plainest that can work.

        With what this one printer does differently (see adjustments). Refuses with ProfileError an unknown id.
        """
        found = load_profile(self.profile_id or otherwise or DEFAULT_PROFILES.get(self.kind, "generic-80"))
        return adjusted(found, dict(self.adjustments))


def parse_address(text: str) -> Address:
    """The Address of a line as `tcp://192.168.1.50:9100?profile=epson-tm-t82iii`.

    Also `usblp:///dev/usb/lp0`, `serial:///dev/ttyUSB0?baud=115200&flow=rtscts`, `cups://queue`,
    `usb://04b8:0e28?serial=X`, `virtual:///folder`. What a printer does differently from its profile follows as
    options: `dots=384`, `cut=none`, `qr=raster`, `letters=plain`. Refuses with AddressError what it does not
    understand.
    """
    try:
        parts = urlsplit(text.strip())
    except ValueError as error:
        raise AddressError(f"printer address {text!r}: {error}") from None
    kind = parts.scheme
    if kind not in KEYS:
        raise AddressError(f"printer address {text!r}: it must begin with one of {', '.join(KEYS)} and ://")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for key in options:
        if key not in KEYS[kind] and key not in ADJUSTMENTS:
            raise AddressError(f"printer address {text!r}: unknown option {key!r}")
    different = {key: options[key] for key in ADJUSTMENTS if key in options}
    said = Address(text.strip(), kind, options.get("profile", ""), adjustments=tuple(different.items()))
    try:
        adjusted(Profile("check"), different)
        match kind:
            case "tcp":
                if not parts.hostname:
                    raise AddressError(f"printer address {text!r}: the host is missing")
                return replace(said, host=parts.hostname, port=parts.port or 9100)
            case "usb":
                vendor, _, product = parts.netloc.partition(":")
                return replace(
                    said,
                    vendor_id=int(vendor, 16),
                    product_id=int(product, 16),
                    serial=options.get("serial", ""),
                )
            case "cups":
                return replace(said, queue=_present(text, parts.netloc or parts.path.strip("/"), "queue"))
            case "serial":
                flow = options.get("flow", "")
                if flow and flow not in FLOWS:
                    raise AddressError(f"printer address {text!r}: flow must be one of {', '.join(FLOWS)}")
                path = _path(text, parts.netloc, parts.path)
                return replace(said, path=path, baud=int(options.get("baud", "0")), flow=flow)
            case _:
                return replace(said, path=_path(text, parts.netloc, parts.path))
    except AdjustmentError as error:
        raise AddressError(f"printer address {text!r}: {error}") from None
    except AddressError:
        raise
    except ValueError as error:
        raise AddressError(f"printer address {text!r}: {error}") from None


def rewritten(address: Address, profile_id: str, different: Mapping[str, str]) -> str:
    """The address as text with this profile and these adjustments; its other options stay."""
    place, _, query = address.text.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if profile_id:
        options["profile"] = profile_id
    options.update(different)
    return f"{place}?{urlencode(options, safe='/:')}" if options else place


def parse_printers(text: str) -> list[Address]:
    """The addresses in a line, the main printer first; one named twice counts once. Refuses with AddressError."""
    found: dict[str, Address] = {}
    for address in map(parse_address, text.split()):
        found.setdefault(address.place, address)
    return list(found.values())


def view_printers(view: dict[str, Any], virtual_folder: Path) -> list[Address]:
    """The printers a hub's view names; a virtual one in this folder where it names none or a wrong one."""
    said = view.get("printer") or {}
    try:
        addresses = parse_printers(f"{said.get('address') or ''} {said.get('fallback') or ''}")
    except AddressError as error:
        log.error("the hub's printer address is wrong: %s", error)
        addresses = []
    return addresses or [parse_address(f"virtual://{virtual_folder.resolve()}")]


def _path(text: str, netloc: str, path: str) -> str:
    if netloc:
        raise AddressError(f"printer address {text!r}: a path has three slashes, as in usblp:///dev/usb/lp0")
    return _present(text, unquote(path).rstrip("/"), "path")


def _present(text: str, value: str, what: str) -> str:
    if not value:
        raise AddressError(f"printer address {text!r}: the {what} is missing")
    return value
