"""The office of this installation, as commands use it."""

from __future__ import annotations

import click

from antrean.config import Config, load_config
from antrean.queueing.commands import NoteSecurity
from antrean.queueing.events import SecurityNoted
from antrean.queueing.journal.entry import CONSOLE
from antrean.queueing.office import Office
from antrean.storage.settings.rows import Settings
from app import open_office


def opened_office(config: Config | None = None) -> tuple[Office, Settings]:
    """Return this installation's office and its settings. Refuses (ClickException) where no office has been set up."""
    office, settings = open_office(config if config is not None else load_config())
    if not settings.exists():
        raise click.ClickException("there is no office yet: run `antrean demo` for the sample office")
    return office, settings


def note_security(office: Office, noted: SecurityNoted) -> None:
    """Journal a change of devices or staff that somebody made at the machine itself."""
    office.execute(NoteSecurity(noted=noted), actor=CONSOLE)
