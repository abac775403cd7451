"""The addresses of a print agent's printers, kept in parts in its settings and checked each time they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from antrean.printing.transport.address import Address, AddressError
from antrean.printing.transport.printer_list import addresses_from_data, parse_printers
from antrean.queueing.errors import Invalid
from antrean.storage.settings.devices import Device

PRINTERS = "printers"


def printers_of(device: Device) -> list[Address]:
    """Return the printers of an agent, the main one first; none where the agent's own machine is to say.

    Refuses with AddressError what is stored and is no address, wherever it came from.
    """
    stored = device.settings.get(PRINTERS)
    return parse_printers(device.address) if stored is None else addresses_from_data(stored)


def stored(printers: Sequence[Address]) -> dict[str, Any]:
    """Return printers as an agent's settings keep them."""
    return {PRINTERS: [printer.as_data() for printer in printers]}


def texts(device: Device) -> list[str]:
    """Return the addresses of an agent's printers as people read them; none of what can't be read."""
    try:
        return [printer.text for printer in printers_of(device)]
    except AddressError:
        return []


def fault(device: Device) -> AddressError | None:
    """Return why what is stored can't be used; None when it can."""
    try:
        printers_of(device)
    except AddressError as error:
        return error
    return None


def refusal(error: AddressError) -> Invalid:
    """Return the refusal of an address that can't be used, for pages and programs."""
    return Invalid(error.code, **error.values)


def told(device: Device | None) -> dict[str, Any]:
    """Return an agent's printers as sent to it. Agents of earlier releases read the text.

    What can't be read is told as such, so that the agent prints nowhere and says why.
    """
    if device is None:
        return {"address": "", "addresses": []}
    if fault(device) is not None:
        return {"address": "", "addresses": [{"kind": "unusable"}]}
    printers = printers_of(device)
    return {
        "address": " ".join(printer.text for printer in printers),
        "addresses": [printer.as_data() for printer in printers],
    }
