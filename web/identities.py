"""Who is asking: staff and devices in memory, read again when they change; passwords and tokens are only hashes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from queueing.errors import Forbidden, Invalid
from storage.settings import DEVICE_KINDS, ROLES, Device, Settings, StaffMember

MIN_PASSWORD = 8
# Checked when the name is unknown, so that a wrong name takes as long as a wrong password.
_DUMMY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$u3YYlmH2QKQxqMdrU4l2x4xUoAkS5cjd9kVBpgdO9Uo"


def token_hash(token: str) -> str:
    """Return what is stored of a device's token (256 random bits need no slow hash)."""
    return hashlib.sha256(token.encode()).hexdigest()


class Identities:
    """Staff and devices of one office. `load` reads the database; everything else looks at memory only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hasher = PasswordHasher()
        self._staff: dict[str, StaffMember] = {}
        self._devices: dict[str, Device] = {}

    def load(self) -> None:
        """Read staff and devices again; blocking."""
        self._staff = {member.name: member for member in self._settings.staff() if member.active}
        self._devices = {device.token_hash: device for device in self._settings.devices() if not device.revoked}

    def device(self, token: str) -> Device | None:
        """Return the paired device that holds this token, or None."""
        return self._devices.get(token_hash(token)) if token else None

    def devices(self) -> list[Device]:
        """Return all paired devices."""
        return list(self._devices.values())

    def staff_member(self, name: str, session: str) -> StaffMember | None:
        """Return the member of staff a session cookie speaks of, or None when it has ended."""
        member = self._staff.get(name)
        return member if member is not None and secrets.compare_digest(member.session, session) else None

    def staff_named(self, name: str) -> StaffMember | None:
        """Return who signs in under a name, as far as memory knows; small and capital letters are alike."""
        wanted = name.strip().lower()
        return next((member for member in self._staff.values() if member.name.lower() == wanted), None)

    def check_password(self, name: str, password: str) -> StaffMember:
        """Return the member of staff; blocking for some 50 ms. Refuses a wrong name and a wrong password alike."""
        member = next((m for m in self._settings.staff() if m.active and m.name.lower() == name.strip().lower()), None)
        try:
            self._hasher.verify(member.password_hash if member is not None else _DUMMY, password)
        except (Argon2Error, InvalidHashError):
            raise Forbidden("sign_in_failed") from None
        if member is None:
            raise Forbidden("sign_in_failed")
        self._staff[member.name] = member
        return member

    def add_staff(self, name: str, role: str, password: str) -> StaffMember:
        """Add or replace a member of staff; refuses a short password, an unknown role and an empty or long name.

        Small and capital letters make no other name, as they make none for signing in.
        """
        name = name.strip()
        name = next((m.name for m in self._settings.staff() if m.name.lower() == name.lower()), name)
        if not 0 < len(name) <= 60:
            raise Invalid("value_invalid", field="name")
        if role not in ROLES:
            raise Invalid("value_invalid", field="role")
        if len(password) < MIN_PASSWORD:
            raise Invalid("password_too_short", length=MIN_PASSWORD)
        member = StaffMember(name, role, self._hasher.hash(password), secrets.token_urlsafe(16))
        self._settings.save_staff(member)
        return member

    def pair(self, kind: str, name: str, clock: Callable[[], datetime], address: str = "") -> tuple[Device, str]:
        """Add a device and return it with its token, which is shown once and never again."""
        if kind not in DEVICE_KINDS:
            raise Invalid("value_invalid", field="kind")
        if not 0 < len(name.strip()) <= 60:
            raise Invalid("value_invalid", field="name")
        token = secrets.token_urlsafe(32)
        device = Device(secrets.token_hex(6), kind, name.strip(), token_hash(token), address=address)
        self._settings.add_device(device, clock())
        return device, token
