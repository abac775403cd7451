"""Commands that say who may sign in: staff add, staff remove, staff forget-app."""

from __future__ import annotations

import sys

import click

from antrean.access.identities import Identities
from antrean.access.staff import add_staff, remove_staff
from antrean.commands.this_office import note_security, opened_office
from antrean.hub.leaving import free_counter_of
from antrean.queueing.commands import ChangePlan
from antrean.queueing.errors import Unknown
from antrean.queueing.events import SecurityNoted
from antrean.queueing.journal.entry import COMMAND
from antrean.queueing.names import same_name
from antrean.queueing.security.events import (
    COUNTER_LEFT,
    PASSWORD_CHANGED,
    SECOND_REMOVED,
    SESSIONS_ENDED,
    STAFF_ADDED,
    STAFF_CHANGED,
    STAFF_REMOVED,
)
from antrean.storage.factors import OF_APP
from antrean.storage.settings.staff import ROLES


@click.group()
def staff() -> None:
    """Who may sign in."""


@staff.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def staff_add(name: str, role: str, password_stdin: bool) -> None:
    """Add someone, or give them a new role and password; their open sessions end."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _ask_password()
    office, settings = opened_office()
    identities = Identities(settings)
    identities.load()
    before = identities.staff_named(name)
    member = add_staff(settings, name, role, password)
    office.execute(ChangePlan(what="staff"), actor=COMMAND)
    if before is None:
        note_security(office, SecurityNoted(STAFF_ADDED, person=member.name, role=role))
    else:
        changes = (STAFF_CHANGED, PASSWORD_CHANGED, SESSIONS_ENDED)
        for what in changes if before.role != role else changes[1:]:
            note_security(office, SecurityNoted(what, person=member.name, role=role))
    click.echo(f"{name}: {role}", err=True)


@staff.command("remove")
@click.argument("name")
def staff_remove(name: str) -> None:
    """Take someone off the list; their open sessions end, and the counter where they sit is freed."""
    office, settings = opened_office()
    gone = remove_staff(settings, name)
    office.execute(ChangePlan(what="staff"), actor=COMMAND)
    note_security(office, SecurityNoted(STAFF_REMOVED, person=gone.name, role=gone.role))
    note_security(office, SecurityNoted(SESSIONS_ENDED, person=gone.name, role=gone.role))
    if free_counter_of(office, gone.name, COMMAND):
        note_security(office, SecurityNoted(COUNTER_LEFT, person=gone.name))
    click.echo(f"{gone.name}: removed", err=True)


def _ask_password() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


@staff.command("forget-app")
@click.argument("name")
def staff_forget_app(name: str) -> None:
    """Ask someone for no codes of an authenticator app any more, when phone and recovery codes are lost."""
    office, settings = opened_office()
    member = next((one for one in settings.staff() if one.active and same_name(one.name, name)), None)
    if member is None:
        raise Unknown("staff_unknown")
    settings.factors.replace(member.name, OF_APP, [])
    note_security(office, SecurityNoted(SECOND_REMOVED, person=member.name, role=member.role))
    click.echo(f"{member.name}: only the password is asked for", err=True)
