"""The office that a command is about."""

from __future__ import annotations

from dataclasses import replace

import click

from antrean.config import Config, load_config
from antrean.queueing.commands import NoteSecurity
from antrean.queueing.events import SecurityNoted
from antrean.queueing.journal.entry import CONSOLE
from antrean.queueing.office import Office
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.settings.offices import FIRST_OFFICE, offices_in
from antrean.storage.settings.rows import Settings
from app import open_office

NAMED = "antrean.office"  # in a command's context: what --office said
NONE_YET = "there is no office yet: run `antrean demo` for the sample office"


def is_named() -> bool:
    """Whether --office says which office the command is about."""
    return bool(_named())


def _named() -> str:
    context = click.get_current_context(silent=True)
    return str(context.meta.get(NAMED, "")) if context is not None else ""


def chosen(any_of_several: bool = False) -> Config:
    """Return the settings of this installation, `office` being the one that the command is about.

    That is the one of --office or of ANTREAN_OFFICE, else the only one of the database. Refuses (ClickException) to
    choose between several, unless `any_of_several` will do because the command is about the whole database.
    """
    config, named = load_config(), _named()
    found = [named] if named else list(config.offices) or known_offices(config)
    if len(found) > 1 and not any_of_several:
        raise click.ClickException(f"there are several offices: name one with --office ({', '.join(found)})")
    return replace(config, office=found[0] if found else FIRST_OFFICE)


def known_offices(config: Config) -> list[str]:
    """Return the codes of the offices of this installation's database."""
    return offices_in(open_engine(database_url(config.database_url, config.data), make=False))


def opened_office(config: Config | None = None) -> tuple[Office, Settings]:
    """Return the office and its settings. Refuses (ClickException) an office that has not been set up."""
    config = config if config is not None else chosen()
    office, settings = open_office(config)
    if not settings.exists():
        others = known_offices(config)
        unknown = f"there is no office {config.office} here, but {', '.join(others)}"
        raise click.ClickException(unknown if others else NONE_YET)
    return office, settings


def note_security(office: Office, noted: SecurityNoted) -> None:
    """Journal a change of devices or staff that somebody made at the machine itself."""
    office.execute(NoteSecurity(noted=noted), actor=CONSOLE)
