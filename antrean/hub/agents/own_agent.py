"""The print agent of the hub's own machine: paired at a touch, and again after the sample office has ended."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from antrean.access.devices import token_hash
from antrean.hub.agents import printer_addresses
from antrean.hub.start.secret_files import TOKEN, TOKEN_FILE, alone, keep_secret, sound_secret
from antrean.printing.transport.printer_list import parse_printers
from antrean.queueing.errors import Refused
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
    with alone(data):
        known = sound_secret(data / TOKEN_FILE, TOKEN)
        if known is None or any(device.kind == PRINT_AGENT for device in rows.devices()):
            return None
        return None if rows.is_device_elsewhere(token_hash(known)) else _paired(data, rows, printer, clock)


def begin_own_agent(data: Path, rows: Settings, printer: str, clock: Callable[[], datetime]) -> Device | None:
    """Give this machine's agent a token and pair it, also where it had none; returns its device.

    None where an agent is paired already, also one that somebody else paired in this moment. Refuses
    (`agent_elsewhere`) where another office of the database has this machine's agent: a machine has one. An agent that
    runs waits for the token or asks for it again, so nobody has to start anything.
    """
    with alone(data):
        if any(device.kind == PRINT_AGENT and not device.revoked for device in rows.devices()):
            return None
        known = sound_secret(data / TOKEN_FILE, TOKEN)
        if known is not None and rows.is_device_elsewhere(token_hash(known)):
            raise Refused("agent_elsewhere")
        return _paired(data, rows, printer, clock)


def _paired(data: Path, rows: Settings, printer: str, clock: Callable[[], datetime]) -> Device | None:
    """Write a new token and its device; None where a hub on another machine was first."""
    token = secrets.token_urlsafe(32)
    with new_private_file(data / TOKEN_FILE, replace=True) as out:
        out.write(token.encode())
    return rows.add_device(_device(token, printer), clock(), only_one=True)


def first_own_agent(data: Path, printer: str) -> Device:
    """Return a device for this machine's agent, with the token that its file holds, which is made where it is missing.

    It is paired once somebody adds it to an office.
    """
    return _device(keep_secret(data / TOKEN_FILE, lambda: secrets.token_urlsafe(32), TOKEN), printer)


def _device(token: str, printer: str) -> Device:
    named = printer_addresses.stored(parse_printers(printer))
    return Device(secrets.token_hex(6), PRINT_AGENT, OWN_AGENT, token_hash(token), settings=named)
