"""A name of staff belongs to one office of the database: whoever signs in is known by the name alone.

Of two people of one name in two offices, the one of the office that was set up later gets its code behind the name.
"""

import logging
import unicodedata
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

log = logging.getLogger("antrean.storage.migrations")
LONGEST_NAME = 60


def upgrade() -> None:
    people = _rows(
        "SELECT s.office, s.name FROM staff s "
        "LEFT JOIN plans p ON p.office = s.office AND p.revision = 1 "
        "WHERE s.active ORDER BY p.at, s.office, s.name"
    )
    taken: dict[str, str] = {}
    every = {_alike(one["name"]) for one in people}
    for one in people:
        office, name = one["office"], one["name"]
        if taken.setdefault(_alike(name), office) == office:
            continue
        new = _new_name(name, office, every)
        every.add(_alike(new))
        taken[_alike(new)] = office
        _rename(office, name, new)
    op.create_index(
        op.f("ix_staff_name"), "staff", ["name"], unique=True,
        sqlite_where=sa.text("active = 1"), postgresql_where=sa.text("active"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index(op.f("ix_staff_name"), table_name="staff")


def _rename(office: str, name: str, new: str) -> None:
    """Give somebody another name, also where it stands beside; what follows from the old one is of no use any more."""
    mine = {"office": office, "name": name}
    _run("DELETE FROM staff WHERE office = :office AND name = :new AND NOT active", office=office, new=new)
    _run("UPDATE staff SET name = :new WHERE office = :office AND name = :name", new=new, **mine)
    _run("UPDATE codes SET subject = :new WHERE office = :office AND subject = :name", new=new, **mine)
    _run("DELETE FROM sessions WHERE office = :office AND staff = :name", **mine)
    app = "office = :office AND staff = :name AND kind <> 'pin'"  # an app's secret is derived from the name as well
    had_app = bool(_rows(f"SELECT id FROM factors WHERE {app}", **mine))
    _run(f"DELETE FROM factors WHERE {app}", **mine)
    _run("UPDATE factors SET staff = :new WHERE office = :office AND staff = :name", new=new, **mine)
    lost = "; the authenticator app has to be set up again" if had_app else ""
    log.warning("two offices have a “%s”: the one of %s signs in as “%s” from now on%s", name, office, new, lost)


def _new_name(name: str, office: str, every: Iterable[str]) -> str:
    for number in range(1, 1000):
        end = f" ({office})" if number == 1 else f" ({office} {number})"
        new = name[: LONGEST_NAME - len(end)].rstrip() + end
        if _alike(new) not in every:
            return new
    raise ValueError(name)


def _alike(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def _rows(statement: str, **values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in op.get_bind().execute(sa.text(statement), values).mappings()]


def _run(statement: str, **values: object) -> None:
    op.get_bind().execute(sa.text(statement), values)
