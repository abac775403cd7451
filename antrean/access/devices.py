"""Devices: pairing, tokens and revocation. Only the hashes of tokens are kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from antrean.queueing.errors import Forbidden, Unknown
from antrean.queueing.names import checked_name, same_name
from antrean.storage.settings.devices import Device
from antrean.storage.settings.rows import Settings


def token_hash(token: str) -> str:
    """Return what is stored of a device's token. Its 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def pair_device(
    rows: Settings,
    kind: str,
    name: str,
    clock: Callable[[], datetime],
    settings: Mapping[str, Any] | None = None,
    numbered: bool = False,
) -> tuple[Device, str]:
    """Add a device and return it with its token, which can't be read again later; blocking.

    `kind` is the code of one of the product's kinds. Refuses a text that is no name, and (`device_name_taken`) the name
    of another device of this kind; `numbered`, the new one gets a number behind the name.
    """
    token = secrets.token_urlsafe(32)
    device = Device(secrets.token_hex(6), kind, checked_name(name), token_hash(token), settings=settings or {})
    return rows.add_device(device, clock(), numbered=numbered) or device, token


def pair_sample_screen(rows: Settings, kind: str, name: str, clock: Callable[[], datetime]) -> tuple[Device, str]:
    """Add a browser's screen with one tap and return it with its token; blocking. The second of a name has a number.

    Refuses (`not_allowed`) any office but the sample, also one that was the sample's when the tap was made.
    """
    token = secrets.token_urlsafe(32)
    device = Device(secrets.token_hex(6), kind, checked_name(name), token_hash(token))
    added = rows.add_device(device, clock(), sample_only=True, numbered=True)
    if added is None:
        raise Forbidden("not_allowed")
    return added, token


def pair_screen(rows: Settings, kind: str, name: str, hashed: str, clock: Callable[[], datetime]) -> Device:
    """Add a screen that holds the token with this hash already, and return it; blocking.

    Refuses what is no name, and (`device_name_taken`) the name of another device of this kind.
    """
    device = Device(secrets.token_hex(6), kind, checked_name(name), hashed)
    rows.add_device(device, clock())
    return device


def new_token(rows: Settings, device: Device) -> str:
    """Return a new token for a paired device, and forget the one that it had; blocking."""
    token = secrets.token_urlsafe(32)
    rows.set_device_token(device.id, token_hash(token))
    return token


def revoke_device(rows: Settings, name: str, clock: Callable[[], datetime]) -> list[Device]:
    """Revoke the device with this id, or all with this name, and return them; blocking.

    Refuses (`device_unknown`) when there is none.
    """
    devices = [one for one in rows.devices() if not one.revoked]
    found = [one for one in devices if one.id == name] or [one for one in devices if same_name(one.name, name)]
    if not found:
        raise Unknown("device_unknown")
    for device in found:
        rows.revoke_device(device.id, clock())
    return found
