"""The print agent of this machine, paired again after the sample office with all its devices has ended."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from antrean.access.devices import token_hash
from antrean.hub.agents import printer_addresses
from antrean.hub.start.secret_files import TOKEN, TOKEN_FILE, sound_secret
from antrean.printing.transport.printer_list import parse_printers
from antrean.storage.private_files import new_private_file
from antrean.storage.settings.devices import PRINT_AGENT, Device
from antrean.storage.settings.rows import Settings

OWN_AGENT = "Printer 1"


def pair_own_agent(data: Path, rows: Settings, printer: str, clock: Callable[[], datetime]) -> Device | None:
    """Give this machine's agent a token that nobody had before; returns its device, None where there is nothing to do.

    `printer` is the machine's own, as its settings name it. Nothing is done where this machine has no agent, or the
    office knows one: whoever revoked it meant it. A machine has one agent, so `data` is the folder of the machine and
    not of the office, and nothing is done where another office of the database has the agent. The file is written
    first, so that who is interrupted does it again at the next start.
    """
    file = data / TOKEN_FILE
    known = sound_secret(file, TOKEN)
    if known is None or any(device.kind == PRINT_AGENT for device in rows.devices()):
        return None
    if rows.is_device_elsewhere(token_hash(known)):
        return None
    token = secrets.token_urlsafe(32)
    with new_private_file(file, replace=True) as out:
        out.write(token.encode())
    named = printer_addresses.stored(parse_printers(printer))
    device = Device(secrets.token_hex(6), PRINT_AGENT, OWN_AGENT, token_hash(token), settings=named)
    rows.add_device(device, clock())
    return device
