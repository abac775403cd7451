"""Commands that set an office up and run it: serve, demo, addresses."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

import antrean.server
from antrean.access.devices import new_token, pair_device
from antrean.access.identity import FOLLOWERS
from antrean.access.staff import add_staff
from antrean.commands.printer_settings import checked_printers
from antrean.commands.sample_office import (
    ADMINISTRATOR,
    OPERATORS,
    PASSWORD,
    SUPERVISOR,
    SamplePasswords,
    code_of,
    sample_cases,
    sample_plan,
)
from antrean.commands.this_office import chosen, is_named, known_offices, opened_office
from antrean.commands.voice import prepare_voices
from antrean.config import Config, load_config
from antrean.hub.agents import printer_addresses
from antrean.hub.agents.own_agent import OWN_AGENT, pair_own_agent
from antrean.hub.first_start.making import awaits_office
from antrean.hub.start.secret_files import TOKEN, TOKEN_FILE, keep_secret, sound_secret
from antrean.hub.start.start_error import check_folder
from antrean.printing.transport.address import Address
from antrean.queueing.cases.codes import spaced
from antrean.queueing.commands import ChangePlan
from antrean.queueing.journal.entry import COMMAND
from antrean.queueing.office import JournalError
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.errors import DatabaseError
from antrean.storage.database.trust import examine_newest_day
from antrean.storage.settings.rows import Settings
from antrean.web.screens.part import ScreenPart, about
from app import open_office, own_screens, utc_now


@click.command()
def serve() -> None:
    """Run the hub: for the office named, else for all of the database. A hub without one shows how to set it up."""
    config, one = load_config(), chosen(any_of_several=True)
    check_folder(config.data)
    if not awaits_office(config):
        opened_office(one)
    os.environ["ANTREAN_DATA"] = str(config.data.resolve())
    if is_named():
        os.environ["ANTREAN_OFFICE"] = one.office
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
    config = chosen()
    printers = checked_printers(config)
    office, settings = open_office(config)
    # Examined before the hub does it, so that the person who runs `make run` reads what is wrong with the database.
    examine_newest_day(
        open_engine(database_url(config.database_url, config.data), make=False), config.office, config.data
    )
    if not settings.exists():
        settings.create_office(sample_plan(config.office))
        for name in OPERATORS:
            add_staff(settings, name, "operator", PASSWORD, SamplePasswords())
        add_staff(settings, SUPERVISOR, "supervisor", PASSWORD, SamplePasswords())
        add_staff(settings, ADMINISTRATOR, "administrator", PASSWORD, SamplePasswords())
        for cases in sample_cases(settings.load_plan().business_day(utc_now())):
            office.execute(cases, actor=COMMAND)
        click.echo(f"Sample office set up: {sample_plan(config.office).name}", err=True)
    elif settings.load_plan().demo:
        _complete_staff(settings)
    token_file = config.data / TOKEN_FILE
    if sound_secret(token_file, TOKEN) is None:
        torn = token_file.exists()
        keep_secret(token_file, lambda: _print_agents_token(settings, printers, torn), TOKEN)
    pair_own_agent(config.data, settings, config.printer, utc_now)  # where the sample ended and the hub was cut off
    prepare_voices(settings.load_plan())
    office.execute(ChangePlan(what="demo"), actor=COMMAND)


def _complete_staff(settings: Settings) -> None:
    """Give a sample office of an earlier release its administrator, who alone may say where printers hang."""
    known = settings.staff()
    if not any(one.role == "administrator" or one.name.lower() == ADMINISTRATOR.lower() for one in known):
        add_staff(settings, ADMINISTRATOR, "administrator", PASSWORD, SamplePasswords())


def _print_agents_token(rows: Settings, printers: Sequence[Address], torn: bool) -> str:
    """Return a token for this machine's print agent; where its file was torn, for the one that had it."""
    known = [one for one in rows.devices() if not one.revoked and one.kind == "print_agent" and one.name == OWN_AGENT]
    if torn and known:
        click.echo("The print agent's token was damaged and is made anew.", err=True)
        return new_token(rows, known[0])
    settings = printer_addresses.stored(printers)
    return pair_device(rows, "print_agent", OWN_AGENT, utc_now, settings, numbered=True)[1]


@click.command()
def addresses() -> None:
    """Print where the screens are."""
    config = load_config()
    base = f"http://127.0.0.1:{config.port}"
    click.echo(f"\n  Antrean  {base}/\n")
    if awaits_office(config):
        click.echo("  There is no office here yet: the hub prints a code, and this address asks for it.\n")
        return
    pages = {f"/{part.blueprint.name}/": about(part) for part in own_screens() if _has_an_address(part)}
    pages["/print_agent/virtual"] = config.printer or "Slips of the virtual printer."
    for path, what in pages.items():
        click.echo(f"  {base}{path:<24} {what}")
    if _is_sample(config):
        click.echo(_people_of_the_sample())


def _is_sample(config: Config) -> bool:
    """Whether one of the offices here is the sample office; nothing is made where there is no database."""
    engine = open_engine(database_url(config.database_url, config.data), make=False)
    every = (Settings(engine, code) for code in config.offices or known_offices(config))
    try:
        return any(settings.exists() and settings.load_plan().demo for settings in every)
    except (DatabaseError, JournalError):
        return False


def _people_of_the_sample() -> str:
    people = (("operator", ", ".join(OPERATORS)), ("supervisor", SUPERVISOR), ("administrator", ADMINISTRATOR))
    said = "; ".join(f"{role} {names}" for role, names in people)
    codes = f"{spaced(code_of('ready'))} (at first ready to collect), {spaced(code_of('checked'))} (not yet)"
    return f"\n  In the sample office: {said}; password {PASSWORD}\n  Codes of cases to try: {codes}\n"


def _has_an_address(part: ScreenPart) -> bool:
    """Whether people open it by its own address; phones open theirs by the code on a slip."""
    return part.PERMISSIONS.namespace != FOLLOWERS
