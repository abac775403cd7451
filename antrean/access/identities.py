"""Identities: the staff and the devices of an office in memory."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from antrean.access.devices import token_hash
from antrean.access.identity import Identity
from antrean.access.passwords import Passwords, unused_hash
from antrean.queueing.errors import Forbidden
from antrean.storage.settings.devices import Device
from antrean.storage.settings.names import same_name
from antrean.storage.settings.rows import Settings
from antrean.storage.settings.staff import StaffMember

RunBlocking = Callable[[Callable[[], list[StaffMember]]], list[StaffMember]]


class Identities:
    """Staff and devices of one office. Only `load` and `check_password` read the database; all else asks memory.

    `run_blocking` runs what blocks where it delays no other request; without it `check_password` blocks.
    """

    def __init__(
        self, settings: Settings, run_blocking: RunBlocking | None = None, passwords: Passwords | None = None
    ) -> None:
        self.passwords = passwords or Passwords()
        self._settings = settings
        self._run_blocking = run_blocking or (lambda work: work())
        self._staff: dict[str, StaffMember] = {}
        self._devices: dict[str, Device] = {}

    def load(self) -> None:
        """Read staff and devices from the database; blocking."""
        self._staff = {member.name: member for member in self._settings.staff() if member.active}
        self._devices = {device.token_hash: device for device in self._settings.devices() if not device.revoked}

    def device(self, token: str) -> Device | None:
        """Return the paired device that holds this token, or None."""
        return self._devices.get(token_hash(token)) if token else None

    def device_by_id(self, device: str) -> Device | None:
        """Return the paired device with this id, or None."""
        return next((one for one in self._devices.values() if one.id == device), None)

    def staff(self) -> list[str]:
        """Return the names of those who may sign in, in the order of the alphabet."""
        return sorted(self._staff)

    def devices(self, kind: str = "") -> list[Device]:
        """Return the paired devices of a kind, of all kinds without one."""
        return [device for device in self._devices.values() if kind in ("", device.kind)]

    def staff_member(self, name: str, session: str) -> StaffMember | None:
        """Return the member of staff whom a session cookie names, or None when that session has ended."""
        member = self._staff.get(name)
        return member if member is not None and secrets.compare_digest(member.session, session) else None

    def still_valid(self, identity: Identity) -> bool:
        """Return whether an identity found earlier is valid: not revoked, with the same password and role."""
        if identity.device is not None:
            return self.device_by_id(identity.device.id) is not None
        if identity.staff is None:
            return False
        member = self.staff_member(identity.name, identity.staff.session)
        return member is not None and member.role == identity.role

    def staff_named(self, name: str) -> StaffMember | None:
        """Return the member of staff in memory who signs in under a name, or None."""
        return next((member for member in self._staff.values() if same_name(member.name, name)), None)

    def check_password(self, name: str, password: str) -> StaffMember:
        """Return the member of staff, after some 100 ms.

        Refuses (`sign_in_failed`) a wrong name and a wrong password alike, after the same time.
        """
        staff = [member for member in self._run_blocking(self._settings.staff) if member.active]
        member = next((one for one in staff if same_name(one.name, name)), None)
        hashed = member.password_hash if member is not None else unused_hash(one.password_hash for one in staff)
        right = self.passwords.verify(hashed, password)
        if member is None or not right:
            raise Forbidden("sign_in_failed")
        self._staff[member.name] = member
        return member
