"""Identity: the paired device or the member of staff behind a request, and the roles that permissions name."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.storage.settings.devices import Device
from antrean.storage.settings.staff import ROLES, StaffMember

Roles = frozenset[str]
ANYONE: Roles = frozenset({"anyone"})
FOLLOWERS: Roles = frozenset({"follower"})  # browsers that hold a ticket's link
STAFF: Roles = frozenset(ROLES)  # whoever signs in
COUNTER_STAFF: Roles = frozenset({"operator", "supervisor", "administrator"})
VIEWERS: Roles = frozenset({"supervisor", "administrator", "viewer"})  # who see the day from outside the counters
LEADERS: Roles = frozenset({"supervisor", "administrator"})
ADMINISTRATORS: Roles = frozenset({"administrator"})


@dataclass(frozen=True, slots=True)
class Identity:
    """A paired device or a signed-in member of staff. `role` is the device's kind or the role of the member.

    `session` is the id of the session of the member. `office` is the code of the office that the device belongs to, or
    for which the member signed in.
    """

    role: str
    name: str
    device: Device | None = None
    staff: StaffMember | None = None
    session: str = ""
    office: str = ""

    @property
    def actor(self) -> str:
        """The identity as the journal names it: by a device's id, as several devices may have one name."""
        return f"{self.role}:{self.device.id if self.device is not None else self.name}"
