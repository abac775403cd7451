"""The rows of people who sign in, and of what they are in an office."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from antrean.queueing.errors import Refused, Unknown
from antrean.queueing.names import looks_like, same_name
from antrean.storage.database import schema
from antrean.storage.settings.digests import changing, check, renew, take
from antrean.storage.settings.office_tables import OfficeTables

ROLES = ("operator", "supervisor", "administrator", "viewer")
PEOPLE, STAFF, FACTORS, CODES = schema.people, schema.staff, schema.factors, schema.codes


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person in one office. Password and `mark`, which changes with it, are the person's and the same everywhere.

    `session` changes when all of their sessions at this office are to end. `active`: may sign in here. `invited`: works
    elsewhere and has not said yet whether here, too; `session` is then the `mark` for which that holds.
    """

    name: str
    role: str
    password_hash: str
    session: str
    active: bool = True
    mark: str = ""
    invited: bool = False

    @property
    def may_accept(self) -> bool:
        """Whether this is an invitation that holds: the person's password is that of then."""
        return self.invited and bool(self.mark) and self.session == self.mark


class StaffRows(OfficeTables):
    """Reads and writes an office's staff."""

    def staff(self) -> list[StaffMember]:
        """Return everyone who can or could sign in, or is invited, by name."""
        with self._reading() as connection:
            return self._members(connection)

    def names_elsewhere(self) -> list[str]:
        """Return the names of those who can sign in at other offices of the database and not here."""
        here = sa.select(STAFF.c.name).where(STAFF.c.office == self.office, STAFF.c.active)
        others = sa.select(PEOPLE.c.name).where(PEOPLE.c.name.not_in(here))
        with self._reading() as connection:
            return list(connection.scalars(others.order_by(PEOPLE.c.name)))

    def offices_of(self, name: str) -> list[str]:
        """Return the codes of the offices where the person of this name works."""
        with self._reading() as connection:
            return _offices_of(connection, name)

    def save_staff(self, member: StaffMember) -> None:
        """Add a member of staff, or replace the one of that name."""
        self.change_staff(lambda known: member)

    def change_staff(self, change: Callable[[list[StaffMember]], StaffMember], only_here: bool = False) -> StaffMember:
        """Add or replace the member that `change` makes of all who are known; no other change comes between.

        Another password ends the person's sessions at every office. Whoever leaves the last office is no person any
        more. Refuses (`name_elsewhere`) somebody new under the name of a person who works elsewhere, and with
        `only_here` (`works_elsewhere`) to change somebody who works elsewhere, too.
        """
        with changing(self._engine, self.office, PEOPLE, STAFF) as connection:
            known = self._members(connection)
            member = change(known)
            here = any(one.active and one.name == member.name for one in known)
            if only_here and any(office != self.office for office in _offices_of(connection, member.name)):
                raise Refused("works_elsewhere", name=member.name)
            member = self._insert_staff(connection, member, here)
            if here and not member.active:
                self._forget_person(connection, member.name)
        return member

    def invite(self, name: str, role: str) -> StaffMember:
        """Write that a person who works elsewhere may work here, too, once they accept.

        Refuses (`nobody_elsewhere`) a name that nobody has, and (`name_taken`) that of somebody who works here.
        """
        with changing(self._engine, self.office, PEOPLE, STAFF) as connection:
            people = connection.execute(sa.select(PEOPLE.c.name, PEOPLE.c.mark))
            found = next((one for one in people if same_name(one.name, name)), None)
            if found is None:
                raise Unknown("nobody_elsewhere")
            if any(one.active and one.name == found.name for one in self._members(connection)):
                raise Refused("name_taken", name=found.name)
            member = StaffMember(found.name, role, "", found.mark, active=False, mark=found.mark, invited=True)
            self._write(connection, member)
        return member

    def _members(self, connection: sa.Connection) -> list[StaffMember]:
        rows = self._all(connection, STAFF, STAFF.c.name)
        people = connection.execute(sa.select(PEOPLE)).all()
        check(connection, self.office, PEOPLE, people)
        return list(_joined(rows, people))

    def _insert_staff(self, connection: sa.Connection, member: StaffMember, here: bool = False) -> StaffMember:
        """Write a member of staff with the person behind them; `here` says that they may sign in already."""
        if member.active:
            member = self._write_person(connection, member, here)
        self._write(connection, member)
        return member

    def _write(self, connection: sa.Connection, member: StaffMember) -> None:
        """Write what a person is here, instead of what they were."""
        row = {"office": self.office, "name": member.name, "role": member.role, "session": member.session}
        connection.execute(sa.delete(STAFF).where(STAFF.c.office == self.office, STAFF.c.name == member.name))
        connection.execute(sa.insert(STAFF), {**row, "active": member.active, "invited": member.invited})

    def _write_person(self, connection: sa.Connection, member: StaffMember, here: bool) -> StaffMember:
        """Write password and mark of somebody who may sign in here; returns them with the person's mark."""
        mine = PEOPLE.c.name == member.name
        person = connection.execute(sa.select(PEOPLE).where(mine)).first()
        if person is None:
            self._refuse_alike(connection, member.name)
            mark = member.mark or member.session
            row = {"name": member.name, "password_hash": member.password_hash, "mark": mark}
            connection.execute(sa.insert(PEOPLE), row)
            return replace(member, mark=mark)
        if not here and member.mark != person.mark:
            raise Refused("name_elsewhere", name=member.name)
        if not here:  # whoever gave them a code may have taken their place
            _forget_codes(connection, member.name)
            return replace(member, password_hash=person.password_hash, mark=person.mark)
        if person.password_hash == member.password_hash:
            return replace(member, mark=person.mark)
        connection.execute(
            sa.update(PEOPLE).where(mine).values(password_hash=member.password_hash, mark=member.session)
        )
        for office in _offices_of(connection, member.name):
            if office != self.office:
                take(connection, office, STAFF)
                theirs = (STAFF.c.office == office, STAFF.c.name == member.name)
                connection.execute(sa.update(STAFF).where(*theirs).values(session=secrets.token_urlsafe(16)))
                renew(connection, office, STAFF)
        return replace(member, mark=member.session)

    def _refuse_alike(self, connection: sa.Connection, name: str) -> None:
        """Refuse a new person (`name_alike`, `name_elsewhere`) whom people could take for another, also one just added.

        People are taken by this transaction, so nobody else comes between.
        """
        for other in connection.scalars(sa.select(PEOPLE.c.name).order_by(PEOPLE.c.name)).all():
            if same_name(other, name) or looks_like(other, name):
                here = self.office in _offices_of(connection, other)
                raise Refused("name_alike" if here else "name_elsewhere", name=other)

    def _forget_person(self, connection: sa.Connection, name: str) -> None:
        """Forget what is known of somebody who left their last office: it is of nobody who gets the name later."""
        if not _offices_of(connection, name):
            connection.execute(sa.delete(PEOPLE).where(PEOPLE.c.name == name))
            connection.execute(sa.delete(FACTORS).where(FACTORS.c.staff == name))
            _forget_codes(connection, name)


def _forget_codes(connection: sa.Connection, name: str) -> None:
    """Make every code with which somebody of this name sets a password good no longer."""
    connection.execute(sa.delete(CODES).where(CODES.c.purpose == "password", CODES.c.subject == name))


def _offices_of(connection: sa.Connection, name: str) -> list[str]:
    found = sa.select(STAFF.c.office).where(STAFF.c.name == name, STAFF.c.active)
    return list(connection.scalars(found.order_by(STAFF.c.office)))


def _joined(
    rows: Sequence[sa.Row[tuple[object, ...]]], people: Sequence[sa.Row[tuple[object, ...]]]
) -> list[StaffMember]:
    """Return the members that rows of both tables make."""
    by_name = {one.name: one for one in people}
    found = []
    for row in rows:
        person = by_name.get(row.name) if row.active or row.invited else None
        hashed = person.password_hash if person is not None and row.active else ""
        mark = person.mark if person is not None else ""
        found.append(StaffMember(row.name, row.role, hashed, row.session, row.active, mark, row.invited))
    return found
