"""Who is asking: staff and devices in memory, read again when they change; passwords and tokens are only hashes."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Any
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from antrean.access.identity import Identity
from antrean.queueing.errors import Forbidden, Invalid, Refused, Unknown
from antrean.storage.settings.names import checked_name, looks_like
from antrean.storage.settings.rows import DEVICE_KINDS, ROLES, Device, Settings, StaffMember

MIN_PASSWORD = 8
LOOK_SECONDS = 0.2  # between two looks at the database for unknown tokens
# The salt and the hash of nobody's password.
_NOBODYS = "c29tZXNhbHRzb21lc2FsdA$u3YYlmH2QKQxqMdrU4l2x4xUoAkS5cjd9kVBpgdO9Uo"
_COST = "$argon2id$v=19$m=65536,t=2,p=1$"

Aside = Callable[[Callable[[], list[StaffMember]]], list[StaffMember]]
Right = Callable[[str, str], bool]


def _nobodys(staff: Sequence[StaffMember]) -> str:
    """Return what an unknown name is checked against: it takes as long as the password of whoever works here."""
    cost = next(
        (found[0] for one in staff if (found := re.match(r"\$argon2id\$v=\d+\$[^$]+\$", one.password_hash))), ""
    )
    return (cost or _COST) + _NOBODYS


def _alike(one: str, other: str) -> bool:
    """Whether two names are the same, however their letters are put together; small and capital ones are alike."""
    return normalize("NFC", one).strip().lower() == normalize("NFC", other).strip().lower()


def token_hash(token: str) -> str:
    """Return what is stored of a device's token (256 random bits need no slow hash)."""
    return hashlib.sha256(token.encode()).hexdigest()


class Identities:
    """Staff and devices of one office. `load` reads the database; everything else but signing in looks at memory only.

    `aside` runs what blocks where it holds nobody up, `right` says whether a password is that of a hash; without them
    both are done here.
    """

    def __init__(self, settings: Settings, aside: Aside | None = None, right: Right | None = None) -> None:
        self._settings = settings
        self._hasher = PasswordHasher(time_cost=2, memory_cost=65536, parallelism=1)
        self._aside = aside or (lambda work: work())
        self._right = right or self._verified
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

    def still_valid(self, identity: Identity) -> bool:
        """Return whether an identity found earlier is valid: not revoked, with the same password and role."""
        if identity.device is not None:
            return any(device.id == identity.device.id for device in self._devices.values())
        if identity.staff is None:
            return False
        member = self.staff_member(identity.name, identity.staff.session)
        return member is not None and member.role == identity.role

    def staff_named(self, name: str) -> StaffMember | None:
        """Return who signs in under a name, as far as memory knows; small and capital letters are alike."""
        return next((member for member in self._staff.values() if _alike(member.name, name)), None)

    def check_password(self, name: str, password: str) -> StaffMember:
        """Return the member of staff, after some 100 ms. Refuses a wrong name and a wrong password alike."""
        staff = [member for member in self._aside(self._settings.staff) if member.active]
        member = next((one for one in staff if _alike(one.name, name)), None)
        right = self._right(member.password_hash if member is not None else _nobodys(staff), password)
        if member is None or not right:
            raise Forbidden("sign_in_failed")
        self._staff[member.name] = member
        return member

    def _verified(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (Argon2Error, InvalidHashError):
            return False

    def add_staff(self, name: str, role: str, password: str) -> StaffMember:
        """Add or replace a member of staff; refuses a short password, an unknown role and what is no name.

        Refuses (`name_alike`) a name that people could take for another one here, as whoever did what is told by it.
        """
        known = [one.name for one in self._settings.staff()]
        if (plain := normalize("NFC", name).strip()) not in known:
            name = checked_name(name)
            for other in known:
                if looks_like(other, name):
                    raise Refused("name_alike", name=other)
        else:
            name = plain
        if role not in ROLES:
            raise Invalid("value_invalid", field="role")
        if len(password) < MIN_PASSWORD:
            raise Invalid("password_too_short", length=MIN_PASSWORD)
        member = StaffMember(name, role, self._hasher.hash(password), secrets.token_urlsafe(16))
        self._settings.save_staff(member)
        return member

    def remove_staff(self, name: str) -> StaffMember:
        """Take someone off the list; their open sessions end. Refuses a name that nobody here has."""
        member = next((one for one in self._settings.staff() if one.active and _alike(one.name, name)), None)
        if member is None:
            raise Unknown("staff_unknown")
        gone = replace(member, active=False, session=secrets.token_urlsafe(16))
        self._settings.save_staff(gone)
        return gone

    def revoke(self, name: str, clock: Callable[[], datetime]) -> list[Device]:
        """Take the tokens of the devices with this name, or id, away for good. Refuses when there is none."""
        devices = [one for one in self._settings.devices() if not one.revoked]
        found = [one for one in devices if one.id == name] or [one for one in devices if _alike(one.name, name)]
        if not found:
            raise Unknown("device_unknown")
        for device in found:
            self._settings.revoke_device(device.id, clock())
        return found

    def pair(
        self, kind: str, name: str, clock: Callable[[], datetime], settings: Mapping[str, Any] | None = None
    ) -> tuple[Device, str]:
        """Add a device and return it with its token, which is shown once and never again. Refuses what is no name."""
        if kind not in DEVICE_KINDS:
            raise Invalid("value_invalid", field="kind")
        name = checked_name(name)
        token = secrets.token_urlsafe(32)
        device = Device(secrets.token_hex(6), kind, name, token_hash(token), settings=settings or {})
        self._settings.add_device(device, clock())
        return device, token

    def new_token(self, device: Device) -> str:
        """Return another token for a paired device; the one it had is no longer known."""
        token = secrets.token_urlsafe(32)
        self._settings.set_device_token(device.id, token_hash(token))
        return token


class FreshLook:
    """Reads staff and devices again for tokens that nobody knows: seldom, and for all together who ask meanwhile.

    Guesses by the thousand must not keep the database busy, and a device that was paired a moment ago must be known
    although others guess.
    """

    def __init__(
        self, load: Callable[[], None], sleep: Callable[[float], None], monotonic: Callable[[], float]
    ) -> None:
        self._load = load
        self._sleep = sleep
        self._monotonic = monotonic
        self._reading = Lock()
        self._begun = self._known = float("-inf")  # when the last look began, and the last that came to its end

    def wait(self) -> None:
        """Wait for a look that begins after this moment; raises what reading raises."""
        asked = self._monotonic()
        while self._known < asked:
            if not self._reading.acquire(blocking=False):
                self._sleep(LOOK_SECONDS / 2)
                continue
            try:
                if (now := self._monotonic()) - self._begun >= LOOK_SECONDS and self._known < asked:
                    self._begun = now
                    self._load()
                    self._known = now
                    return
            finally:
                self._reading.release()
            self._sleep(LOOK_SECONDS / 2)
