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

ADMINISTRATOR = "administrator"


def add_staff(rows: Settings, name: str, role: str, password: str, passwords: Passwords | None = None) -> StaffMember:
    """Add a member of staff, or replace the one of this name, whose sessions end, at other offices, too; blocking.

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


def set_password(
    rows: Settings, name: str, password: str, passwords: Passwords, only_here: bool = False
) -> StaffMember:
    """Give a person a new password, which ends their sessions at every office; blocking, and takes some 100 ms.

    Refuses (`staff_unknown`) an unknown name, a weak password, and with `only_here` (`works_elsewhere`) somebody who
    works at another office, too, also where they began there in this moment.
    """
    hashed = passwords.hash(password, name)

    def change(known: list[StaffMember]) -> StaffMember:
        member = next((one for one in known if one.active and one.name == name), None)
        if member is None:
            raise Unknown("staff_unknown")
        return replace(member, password_hash=hashed, session=secrets.token_urlsafe(16))

    return rows.change_staff(change, only_here)


def add_without_password(rows: Settings, name: str, role: str, passwords: Passwords) -> StaffMember:
    """Add a member of staff who is given a one-time code: nobody knows the first password. Blocking, some 100 ms.

    Refuses as `add_staff` does, and (`name_taken`) the name of somebody who works here.
    """
    if any(one.active and same_name(one.name, name) for one in rows.staff()):
        raise Refused("name_taken", name=" ".join(name.split()))
    return add_staff(rows, name, role, secrets.token_urlsafe(32), passwords)


def invite(rows: Settings, name: str, role: str) -> StaffMember:
    """Invite a person of another office to work here, too: nothing is so until they accept; blocking.

    Refuses (`nobody_elsewhere`) a name that nobody has there, (`name_taken`) that of somebody here, (`name_alike`) one
    that people could take for another one here, and an unknown role.
    """
    if role not in ROLES:
        raise Invalid("value_invalid", field="role")
    person = next((one for one in rows.names_elsewhere() if same_name(one, name)), name)
    for other in rows.staff():
        if other.name != person and looks_like(other.name, person):
            raise Refused(
                "name_taken" if other.active and same_name(other.name, person) else "name_alike", name=other.name
            )
    return rows.invite(person, role)


def accept(rows: Settings, name: str, mark: str) -> StaffMember:
    """Let an invited person work here, who showed the password of this `mark`; blocking.

    Refuses (`invitation_gone`) what was taken back, or holds for another password.
    """

    def change(known: list[StaffMember]) -> StaffMember:
        invited = _invited(known, name, mark)
        return replace(invited, active=True, invited=False, session=secrets.token_urlsafe(16))

    return rows.change_staff(change)


def decline(rows: Settings, name: str, mark: str) -> StaffMember:
    """Take an invitation away, which its person declines; blocking. Refuses as `accept` does."""

    def change(known: list[StaffMember]) -> StaffMember:
        return replace(_invited(known, name, mark), invited=False, session=secrets.token_urlsafe(16))

    return rows.change_staff(change)


def end_invitation(rows: Settings, name: str) -> StaffMember:
    """Take back an invitation, also one that holds no longer; blocking. Refuses (`invitation_gone`)."""

    def change(known: list[StaffMember]) -> StaffMember:
        invited = next((one for one in known if one.invited and same_name(one.name, name)), None)
        if invited is None:
            raise Refused("invitation_gone")
        return replace(invited, invited=False, session=secrets.token_urlsafe(16))

    return rows.change_staff(change)


def add_existing(rows: Settings, name: str, role: str) -> StaffMember:
    """Let a person of another office work here, too, with their own password, without asking them; blocking.

    For whoever stands at the machine, who has every office in hand. Refuses as `invite` does.
    """
    invited = invite(rows, name, role)
    return accept(rows, invited.name, invited.mark)


def refuse_works_elsewhere(rows: Settings, name: str) -> None:
    """Refuse (`works_elsewhere`) somebody who works in several offices: no one of them may take the person over."""
    if len(rows.offices_of(name)) > 1:
        raise Refused("works_elsewhere", name=name)


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
    """Remove a member of staff from this office, where their open sessions end; blocking.

    Whoever works nowhere else is forgotten as a person. Refuses (`staff_unknown`) an unknown name, and
    (`last_administrator`) the last administrator.
    """

    def change(known: list[StaffMember]) -> StaffMember:
        member = _active(known, name)
        _leave_an_administrator(known, member, "")
        return replace(member, active=False, session=secrets.token_urlsafe(16))

    return rows.change_staff(change)


def _invited(known: list[StaffMember], name: str, mark: str) -> StaffMember:
    """Return the invitation that somebody may answer who showed the password of this mark."""
    found = next((one for one in known if one.may_accept and (one.name, one.mark) == (name, mark)), None)
    if found is None:
        raise Refused("invitation_gone")
    return found


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
