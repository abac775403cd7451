"""Staff: who is added to those who may sign in, changed and removed."""

from __future__ import annotations

import secrets
from dataclasses import replace
from unicodedata import normalize

from antrean.access.passwords import Passwords
from antrean.queueing.errors import Invalid, Refused, Unknown
from antrean.queueing.names import checked_name, looks_like, same_name
from antrean.storage.factors import OF_APP, PIN
from antrean.storage.settings.rows import Settings
from antrean.storage.settings.staff import ROLES, StaffMember

ADMINISTRATOR = "administrator"


def add_staff(rows: Settings, name: str, role: str, password: str, passwords: Passwords | None = None) -> StaffMember:
    """Add a member of staff, or replace the one of this name; blocking.

    Refuses a text that is no name, an unknown role and a weak password; and (`name_alike`) a name that people could
    take for another one here, because the journal tells by names who did what, or (`name_elsewhere`) for one of another
    office, because people sign in by their name alone; and (`last_administrator`) another role for the last one.
    """
    names = [one.name for one in rows.staff()]
    if (plain := normalize("NFC", name).strip()) not in names:
        name = checked_name(name)
        for other in names:
            if looks_like(other, name):
                raise Refused("name_alike", name=other)
    else:
        name = plain
    refuse_elsewhere(rows, name)
    if role not in ROLES:
        raise Invalid("value_invalid", field="role")
    member = StaffMember(name, role, (passwords or Passwords()).hash(password, name), secrets.token_urlsafe(16))

    def change(known: list[StaffMember]) -> StaffMember:
        for before in (one for one in known if one.active and one.name == name):
            _leave_an_administrator(known, before, role)
        return member

    return rows.change_staff(change)


def refuse_elsewhere(rows: Settings, name: str) -> None:
    """Refuse (`name_elsewhere`) a name that people could take for one of another office of the database; blocking."""
    for other in rows.names_elsewhere():
        if same_name(other, name) or looks_like(other, name):
            raise Refused("name_elsewhere", name=other)


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


def add_without_password(rows: Settings, name: str, role: str, passwords: Passwords) -> StaffMember:
    """Add a member of staff who is given a one-time code: nobody knows the first password. Blocking, some 100 ms.

    Refuses as `add_staff` does, and (`name_taken`) the name of somebody who works here.
    """
    if any(one.active and same_name(one.name, name) for one in rows.staff()):
        raise Refused("name_taken", name=" ".join(name.split()))
    return add_staff(rows, name, role, secrets.token_urlsafe(32), passwords)


def set_role(rows: Settings, name: str, role: str) -> StaffMember:
    """Give a member of staff another role; blocking.

    Refuses (`staff_unknown`) an unknown name, an unknown role, and (`last_administrator`) to leave none.
    """
    if role not in ROLES:
        raise Invalid("value_invalid", field="role")

    def change(known: list[StaffMember]) -> StaffMember:
        member = _active(known, name)
        _leave_an_administrator(known, member, role)
        return replace(member, role=role)

    return rows.change_staff(change)


def remove_staff(rows: Settings, name: str) -> StaffMember:
    """Remove a member of staff, whose open sessions end; blocking.

    Refuses (`staff_unknown`) an unknown name, and (`last_administrator`) the last administrator.
    """

    def change(known: list[StaffMember]) -> StaffMember:
        member = _active(known, name)
        _leave_an_administrator(known, member, "")
        return replace(member, active=False, session=secrets.token_urlsafe(16))

    removed = rows.change_staff(change)
    rows.factors.replace(removed.name, (PIN, *OF_APP), [])  # of nobody who gets the name later
    return removed


def _active(known: list[StaffMember], name: str) -> StaffMember:
    member = next((one for one in known if one.active and same_name(one.name, name)), None)
    if member is None:
        raise Unknown("staff_unknown")
    return member


def _leave_an_administrator(known: list[StaffMember], member: StaffMember, role: str) -> None:
    """Refuse to take the role from the last administrator, without whom nobody could be given one in the browser."""
    others = any(one.active and one.role == ADMINISTRATOR and one.name != member.name for one in known)
    if member.role == ADMINISTRATOR != role and not others:
        raise Refused("last_administrator")
