"""Staff: who is added to those who may sign in, changed and removed."""

from __future__ import annotations

import secrets
from dataclasses import replace
from unicodedata import normalize

from antrean.access.passwords import Passwords
from antrean.queueing.errors import Invalid, Refused, Unknown
from antrean.queueing.names import checked_name, looks_like, same_name
from antrean.storage.settings.rows import Settings
from antrean.storage.settings.staff import ROLES, StaffMember


def add_staff(rows: Settings, name: str, role: str, password: str, passwords: Passwords | None = None) -> StaffMember:
    """Add a member of staff, or replace the one of this name; blocking.

    Refuses a text that is no name, an unknown role and a weak password; and (`name_alike`) a name that people could
    take for another one here, because the journal tells by names who did what.
    """
    known = [one.name for one in rows.staff()]
    if (plain := normalize("NFC", name).strip()) not in known:
        name = checked_name(name)
        for other in known:
            if looks_like(other, name):
                raise Refused("name_alike", name=other)
    else:
        name = plain
    if role not in ROLES:
        raise Invalid("value_invalid", field="role")
    member = StaffMember(name, role, (passwords or Passwords()).hash(password, name), secrets.token_urlsafe(16))
    rows.save_staff(member)
    return member


def set_password(rows: Settings, name: str, password: str, passwords: Passwords) -> StaffMember:
    """Give a member of staff a new password, which ends their sessions; blocking, and takes some 100 ms.

    Refuses (`staff_unknown`) an unknown name, and a weak password.
    """
    hashed = passwords.hash(password, name)
    member = next((one for one in rows.staff() if one.active and one.name == name), None)
    if member is None:
        raise Unknown("staff_unknown")
    changed = replace(member, password_hash=hashed, session=secrets.token_urlsafe(16))
    rows.save_staff(changed)
    return changed


def remove_staff(rows: Settings, name: str) -> StaffMember:
    """Remove a member of staff, whose open sessions end; blocking. Refuses (`staff_unknown`) an unknown name."""
    member = next((one for one in rows.staff() if one.active and same_name(one.name, name)), None)
    if member is None:
        raise Unknown("staff_unknown")
    removed = replace(member, active=False, session=secrets.token_urlsafe(16))
    rows.save_staff(removed)
    return removed
