"""Making the sample office one's own: what its new owner says, checked, as the office's command."""

from __future__ import annotations

import secrets

from antrean.access.passwords import Passwords
from antrean.access.staff import refuse_elsewhere
from antrean.queueing.commands import MakeMine
from antrean.queueing.errors import Invalid
from antrean.queueing.names import checked_name
from antrean.storage.settings.rows import Settings


def make_mine(
    rows: Settings,
    office_name: str,
    again: str,
    time_zone: str,
    administrator: str,
    password: str,
    passwords: Passwords,
) -> MakeMine:
    """Return the command; blocking, and takes some 100 ms.

    `rows` are the sample's settings. `again` is the office's new name typed once more. Refuses (`office_name_differs`)
    another one, what is no name, (`name_elsewhere`) a name of somebody at another office of the database, and a weak
    password. The office itself refuses a time zone that is none.
    """
    name = " ".join(office_name.split())
    if name != " ".join(again.split()):
        raise Invalid("office_name_differs")
    person = checked_name(administrator)
    refuse_elsewhere(rows, person)
    return MakeMine(
        office_name=checked_name(name),
        time_zone=time_zone,
        administrator=person,
        password_hash=passwords.hash(password, person),
        session=secrets.token_urlsafe(16),
    )
