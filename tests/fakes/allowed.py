"""What a machine allows in tests, by its own rules."""

from __future__ import annotations

from pathlib import Path

from antrean.printing.transport.address import Address, parse_address
from antrean.printing.transport.allowed import Allowed


def allowed_below(folder: Path) -> Allowed:
    """The rules of a machine whose printers are at ports of any number, at devices named tiket0 and in folders here."""
    devices = tuple(f"{folder}{'/*' * depth}/tiket0" for depth in range(4))
    return Allowed(ports=(range(1, 65536),), devices=devices, folder=folder)


def named_here(*printers: str | Address) -> Allowed:
    """The rules of a machine whose own settings name these printers."""
    return Allowed().also(parse_address(one) if isinstance(one, str) else one for one in printers)
