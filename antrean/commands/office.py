"""Commands that set an office up and keep it going: serve, demo, pair, revoke, staff, close-day, open-day."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

import antrean.server
from antrean.access.devices import new_token, pair_device, revoke_device
from antrean.access.identities import Identities
from antrean.access.staff import add_staff, remove_staff
from antrean.commands.printer_settings import checked_printers
from antrean.commands.sample_office import ADMINISTRATOR, OPERATORS, PASSWORD, SUPERVISOR, sample_plan
from antrean.commands.voice import prepare_voices
from antrean.config import Config, load_config
from antrean.hub import printer_addresses
from antrean.hub.secret_files import TOKEN, TOKEN_FILE, keep_secret, sound_secret
from antrean.printing.transport.address import Address
from antrean.queueing.commands import ChangePlan, CloseDay, NoteSecurity, OpenDay
from antrean.queueing.day import ServiceDay
from antrean.queueing.events import SecurityNoted
from antrean.queueing.journal.entry import COMMAND, CONSOLE
from antrean.queueing.office import Office
from antrean.queueing.security.events import (
    DEVICE_PAIRED,
    DEVICE_REVOKED,
    PASSWORD_CHANGED,
    SESSIONS_ENDED,
    STAFF_ADDED,
    STAFF_CHANGED,
    STAFF_REMOVED,
)
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.trust import examine_newest_day
from antrean.storage.database.waits import CARE
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import DEVICE_KINDS, ROLES, Settings
from app import open_office, utc_now


@click.command()
def serve() -> None:
    """Run the hub."""
    config = load_config()
    _office, settings = open_office(config)
    _set_up(settings.exists())
    os.environ["ANTREAN_DATA"] = str(config.data.resolve())
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    os.execv(
        gunicorn,
        [
            gunicorn,
            "--config",
            str(Path(antrean.server.__file__).parent / "gunicorn.conf.py"),
            "antrean.server.wsgi:build()",
        ],
    )


@click.command()
def demo() -> None:
    """Set up the sample office, with staff and a print agent, where there is no office yet."""
    config = load_config()
    printers = checked_printers(config)
    office, settings = open_office(config)
    # Before the hub would: whoever types `make run` reads what is wrong, not that a line could not be written.
    examine_newest_day(
        open_engine(database_url(config.database_url, config.data), make=False), config.office, config.data
    )
    if not settings.exists():
        settings.create_office(sample_plan(config.office))
        for name in OPERATORS:
            add_staff(settings, name, "operator", PASSWORD)
        add_staff(settings, SUPERVISOR, "supervisor", PASSWORD)
        add_staff(settings, ADMINISTRATOR, "administrator", PASSWORD)
        click.echo(f"Sample office set up: {sample_plan(config.office).name}", err=True)
    elif settings.load_plan().demo:
        _complete_staff(settings)
    token_file = config.data / TOKEN_FILE
    if sound_secret(token_file, TOKEN) is None:
        torn = token_file.exists()
        keep_secret(token_file, lambda: _print_agents_token(settings, printers, torn), TOKEN)
    prepare_voices(settings.load_plan())
    office.execute(ChangePlan(what="demo"), actor=COMMAND)


def _complete_staff(settings: Settings) -> None:
    """Give a sample office of an earlier release its administrator, who alone may say where printers hang."""
    known = settings.staff()
    if not any(one.role == "administrator" or one.name.lower() == ADMINISTRATOR.lower() for one in known):
        add_staff(settings, ADMINISTRATOR, "administrator", PASSWORD)


def _print_agents_token(rows: Settings, printers: Sequence[Address], torn: bool) -> str:
    """Return a token for this machine's print agent; where its file was torn, for the one that had it."""
    known = [one for one in rows.devices() if not one.revoked and one.kind == "print_agent" and one.name == "Printer 1"]
    if torn and known:
        click.echo("The print agent's token was damaged and is made anew.", err=True)
        return new_token(rows, known[0])
    settings = printer_addresses.stored(printers)
    return pair_device(rows, "print_agent", "Printer 1", utc_now, settings)[1]


@click.command()
def addresses() -> None:
    """Print where the screens are."""
    config = load_config()
    base = f"http://127.0.0.1:{config.port}"
    click.echo(f"\n  Antrean  {base}/\n")
    for path, what in (
        ("/kiosk/", "take a number"),
        ("/display/", "the waiting room"),
        ("/counter_panel/", f"operators; sample office: {', '.join(OPERATORS)}, password {PASSWORD}"),
        ("/admin/", f"slips and settings; sample office: {SUPERVISOR}; printers too: {ADMINISTRATOR}"),
        ("/print_agent/virtual", "slips of the virtual printer" if not config.printer else config.printer),
    ):
        click.echo(f"  {base}{path:<24} {what}")
    click.echo("")


@click.command()
@click.argument("kind", type=click.Choice(DEVICE_KINDS))
@click.argument("name")
def pair(kind: str, name: str) -> None:
    """Pair a device and print its token, alone, on standard output."""
    office, settings = open_office(load_config())
    _set_up(settings.exists())
    device, token = pair_device(settings, kind, name, utc_now)
    office.execute(ChangePlan(what="devices"), actor=COMMAND)
    _note(office, DEVICE_PAIRED, device=device.name, device_kind=kind)
    click.echo(token)


@click.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Take a device's token away for good, by its name or id: it is cut off at once."""
    office, settings = open_office(load_config())
    _set_up(settings.exists())
    revoked = revoke_device(settings, name, utc_now)
    office.execute(ChangePlan(what="devices"), actor=COMMAND)
    for device in revoked:
        _note(office, DEVICE_REVOKED, device=device.name, device_kind=device.kind)
        click.echo(f"{device.name}: {device.kind} revoked", err=True)


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
    office, settings = open_office(load_config())
    _set_up(settings.exists())
    identities = Identities(settings)
    identities.load()
    before = identities.staff_named(name)
    member = add_staff(settings, name, role, password)
    office.execute(ChangePlan(what="staff"), actor=COMMAND)
    if before is None:
        _note(office, STAFF_ADDED, person=member.name, role=role)
    else:
        changes = (STAFF_CHANGED, PASSWORD_CHANGED, SESSIONS_ENDED)
        for what in changes if before.role != role else changes[1:]:
            _note(office, what, person=member.name, role=role)
    click.echo(f"{name}: {role}", err=True)


@staff.command("remove")
@click.argument("name")
def staff_remove(name: str) -> None:
    """Take someone off the list; their open sessions end."""
    office, settings = open_office(load_config())
    _set_up(settings.exists())
    gone = remove_staff(settings, name)
    office.execute(ChangePlan(what="staff"), actor=COMMAND)
    _note(office, STAFF_REMOVED, person=gone.name, role=gone.role)
    _note(office, SESSIONS_ENDED, person=gone.name, role=gone.role)
    click.echo(f"{gone.name}: removed", err=True)


@click.command("close-day")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="An earlier business day; without it, today.")
def close_day(day: object) -> None:
    """Close today, or resolve what an earlier day left open: no more numbers are given. May be run twice."""
    config = load_config()
    office, settings = open_office(config)
    _set_up(settings.exists())
    which: date | None = day.date() if day is not None else None  # type: ignore[attr-defined]
    before = office.business_day()
    if which is None and not office.read(lambda shown, _plan: shown.tickets or shown.counters):
        _check_ended(config, before)
    answer = office.execute(CloseDay(business_day=which), actor=COMMAND)
    click.echo(f"{which or before}: closed at line {answer.seq}", err=True)


@click.command("open-day")
def open_day() -> None:
    """Take back the close of today: whoever it sent away has the place again. May be run twice."""
    office, settings = open_office(load_config())
    _set_up(settings.exists())
    expired = office.read(lambda day, _plan: len(day.expired) if day.closed else None)
    if expired is None:
        click.echo("today is open", err=True)
        return
    answer = office.execute(OpenDay(), actor=COMMAND)
    click.echo(f"open again at line {answer.seq}: {expired} numbers have their places back", err=True)


def _note(office: Office, what: str, **of: str) -> None:
    office.execute(NoteSecurity(noted=SecurityNoted(what, **of)), actor=CONSOLE)


def _check_ended(config: Config, today: date) -> None:
    """Refuse where an earlier day is still going on: the machine's clock may be ahead, and today really tomorrow."""
    journal = SqlJournal(open_engine(database_url(config.database_url, config.data), CARE), config.office)
    try:
        newest = journal.newest_day(before=today)
        if newest is None or journal.ends_closed(newest):
            return
        day = ServiceDay.fold(newest, journal.read(day=newest))
    finally:
        journal.close()
    if day.tickets or day.counters:
        raise click.ClickException(
            f"{newest} has not been closed. If this machine's clock is right, close it with --day {newest} first."
        )


def _set_up(exists: bool) -> None:
    if not exists:
        raise click.ClickException("there is no office yet: run `antrean demo` for the sample office")


def _ask_password() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
