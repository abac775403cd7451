"""The printers that a setting, a list of parts or a hub's view names, the main printer first."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from antrean.printing.transport.address import Address, AddressError, address_from_data, parse_address, unusable

log = logging.getLogger(__name__)


def addresses_from_data(data: object) -> list[Address]:
    """Return the printers of a list of parts, the main printer first; refuses with AddressError."""
    if not isinstance(data, list | tuple):
        raise AddressError("address_unreadable")
    return once(map(address_from_data, data))


def parse_printers(text: str) -> list[Address]:
    """Return the addresses of a setting, with one space between them, the main printer first.

    One that is named twice counts once. Refuses with AddressError.
    """
    return once(parse_address(one) for one in text.split(" ") if one)


def in_folder(folder: Path) -> Address:
    """Return a virtual printer in a folder that this program chose itself, whatever its name."""
    return Address("virtual", path=str(folder.resolve()))


def view_printers(view: Mapping[str, Any], virtual_folder: Path) -> list[Address]:
    """Return the printers that a hub's view names; a virtual one in this folder where it names none.

    What the hub names is checked here once more; a printer that is refused is an unusable one, so that its slips wait
    and its page says why.
    """
    said = view.get("printer") or {}
    addresses = said.get("addresses")
    try:
        if addresses is None:  # a hub of an earlier release sends them as text
            found = parse_printers(f"{said.get('address') or ''} {said.get('fallback') or ''}")
        else:
            found = once(map(_or_unusable, addresses if isinstance(addresses, list) else [addresses]))
    except AddressError as error:
        log.error("the hub's printer address is wrong: %s", error)
        found = [unusable(error.code)]
    return found or [in_folder(virtual_folder)]


def _or_unusable(data: object) -> Address:
    try:
        return address_from_data(data)
    except AddressError as error:
        log.error("the hub's printer address is wrong: %s", error)
        return unusable(error.code)


def once(addresses: Iterable[Address]) -> list[Address]:
    """Return the addresses without those that name a printer named before."""
    found: dict[str, Address] = {}
    for address in addresses:
        found.setdefault(address.device_key, address)
    return list(found.values())
