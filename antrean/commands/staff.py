"""Commands that say who may sign in: staff add, staff remove, staff forget-app."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from antrean.access.identities import Identities
from antrean.access.staff import add_existing, add_staff, remove_staff
from antrean.commands.this_office import chosen, note_security, opened_office
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
@click.option("--existing", is_flag=True, help="It is somebody of another office, who keeps their password.")
def staff_add(name: str, role: str, password_stdin: bool, existing: bool) -> None:
    """Add someone, or give them a new role and password; their open sessions end, at other offices, too."""
    if existing:
        _add_existing(name, role)
        return
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
        if before.role != role:
            note_security(office, SecurityNoted(STAFF_CHANGED, person=member.name, role=role))
        _tell(member.name, PASSWORD_CHANGED, SESSIONS_ENDED)
    click.echo(f"{name}: {role}", err=True)


def _add_existing(name: str, role: str) -> None:
    office, settings = opened_office()
    member = add_existing(settings, name, role)
    office.execute(ChangePlan(what="staff"), actor=COMMAND)
    note_security(office, SecurityNoted(STAFF_ADDED, person=member.name, role=role))
    click.echo(f"{member.name}: {role}", err=True)


def _tell(name: str, *what: str) -> None:
    """Journal at each office of a person what was done to them, so that hubs end their sessions at each."""
    config = chosen()
    _office, settings = opened_office(config)
    for code in settings.offices_of(name):
        office, rows = opened_office(replace(config, office=code))
        role = next(one.role for one in rows.staff() if one.active and one.name == name)
        for one in what:
            note_security(office, SecurityNoted(one, person=name, role=role))


@staff.command("remove")
@click.argument("name")
def staff_remove(name: str) -> None:
    """Take someone off the office's list; their open sessions there end, and the counter where they sit is freed."""
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
    _office, settings = opened_office()
    member = next((one for one in settings.staff() if one.active and same_name(one.name, name)), None)
    if member is None:
        raise Unknown("staff_unknown")
    settings.factors.replace(member.name, OF_APP, [])
    _tell(member.name, SECOND_REMOVED)
    click.echo(f"{member.name}: only the password is asked for", err=True)
