"""Identities: the staff and the devices of an office in memory."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from antrean.access.devices import token_hash
from antrean.access.identity import COUNTER_STAFF, Identity
from antrean.access.passwords import Passwords, unused_hash
from antrean.access.sessions import Sessions
from antrean.queueing.errors import Forbidden
from antrean.queueing.names import same_name
from antrean.storage.sessions import StaffSession
from antrean.storage.settings.devices import Device
from antrean.storage.settings.rows import Settings
from antrean.storage.settings.staff import StaffMember


class Identities:
    """Staff, their sessions and the devices of one office. Only `load` and `check_password` read the database; all else
    asks memory.

    `run_blocking` runs what blocks where it delays no other request; without it `check_password` blocks. `clock` gives
    the time by which sessions last.
    """

    def __init__(
        self,
        settings: Settings,
        run_blocking: Callable[..., Any] | None = None,
        passwords: Passwords | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.passwords = passwords or Passwords()
        self._settings = settings
        self._run_blocking: Callable[..., Any] = run_blocking or (lambda work, *given: work(*given))
        self.sessions = Sessions(settings.sessions, clock, self._run_blocking)
        self._staff: dict[str, StaffMember] = {}
        self._invited: dict[str, StaffMember] = {}
        self._devices: dict[str, Device] = {}
        self._devices_by_id: dict[str, Device] = {}
        self._readings = count(1)
        self._newest = 0  # of the readings, the newest that memory holds

    def load(self) -> None:
        """Read staff, devices and sessions from the database; blocking. An older reading replaces no newer one."""
        number = next(self._readings)
        known = self._settings.staff()
        staff = {member.name: member for member in known if member.active}
        invited = {member.name: member for member in known if member.invited}
        devices = {device.token_hash: device for device in self._settings.devices() if not device.revoked}
        if number > self._newest:
            self._newest, self._staff, self._invited, self._devices = number, staff, invited, devices
            self._devices_by_id = {device.id: device for device in devices.values()}
        self.sessions.load()

    def device(self, token: str) -> Device | None:
        """Return the paired device that holds this token, or None."""
        return self._devices.get(token_hash(token)) if token else None

    def device_by_id(self, device: str) -> Device | None:
        """Return the paired device with this id, or None."""
        return self._devices_by_id.get(device)

    def staff(self) -> list[str]:
        """Return the names of those who may sign in, in the order of the alphabet."""
        return sorted(self._staff)

    def staff_at_counters(self) -> list[str]:
        """Return the names of those who may sit at a counter, in the order of the alphabet."""
        return [member.name for member in self.members() if member.role in COUNTER_STAFF]

    def members(self) -> list[StaffMember]:
        """Return those who may sign in, in the order of the alphabet."""
        return sorted(self._staff.values(), key=lambda member: member.name)

    def invited(self) -> list[StaffMember]:
        """Return those of other offices who are invited to work here, too, in the order of the alphabet."""
        return sorted(self._invited.values(), key=lambda member: member.name)

    def invitation(self, name: str) -> StaffMember | None:
        """Return the invitation that the person of this name may accept, or None."""
        found = self._invited.get(name)
        return found if found is not None and found.may_accept else None

    def sessions_of(self, member: StaffMember) -> list[StaffSession]:
        """Return the open sessions of a member of staff, the one used last first."""
        return [one for one in self.sessions.all(member.name) if self._with_member(one) is not None]

    def devices(self, kind: str = "") -> list[Device]:
        """Return the paired devices of a kind, of all kinds without one."""
        return [device for device in self._devices.values() if kind in ("", device.kind)]

    def signed_in(self, token: str) -> tuple[StaffSession, StaffMember] | None:
        """Return the session whose cookie says this, and its member of staff; None when that session has ended."""
        return self._with_member(self.sessions.of(token))

    def _with_member(self, session: StaffSession | None) -> tuple[StaffSession, StaffMember] | None:
        member = self._staff.get(session.staff) if session is not None else None
        if session is None or member is None or not secrets.compare_digest(member.session, session.mark):
            return None
        return session, member

    def still_valid(self, identity: Identity) -> bool:
        """Return whether an identity found earlier is valid: not revoked, signed in, with the same role."""
        if identity.device is not None:
            return self.device_by_id(identity.device.id) is not None
        if identity.staff is None:
            return False
        found = self._with_member(self.sessions.by_id(identity.session))
        return found is not None and (found[1].name, found[1].role) == (identity.name, identity.role)

    def staff_named(self, name: str) -> StaffMember | None:
        """Return the member of staff in memory who signs in under a name, or None."""
        return next((member for member in self._staff.values() if same_name(member.name, name)), None)

    def check_password(self, name: str, password: str) -> StaffMember:
        """Return the member of staff, after some 100 ms.

        Refuses (`sign_in_failed`) a wrong name and a wrong password alike, after the same time.
        """
        number, staff = self._staff_now()
        member = next((one for one in staff if same_name(one.name, name)), None)
        hashed = member.password_hash if member is not None else unused_hash(one.password_hash for one in staff)
        right = self.passwords.verify(hashed, password)
        # Whoever was removed, or got another password, while this one was checked does not come back by it.
        while right and member is not None and number <= self._newest:
            number, staff = self._staff_now()
            member = next((one for one in staff if (one.name, one.password_hash) == (member.name, hashed)), None)
        if member is None or not right:
            raise Forbidden("sign_in_failed")
        self._staff[member.name] = member
        return member

    def _staff_now(self) -> tuple[int, list[StaffMember]]:
        """Return who may sign in by the rows, and the number of this reading."""
        number = next(self._readings)
        return number, [member for member in self._run_blocking(self._settings.staff) if member.active]
