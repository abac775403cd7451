"""Commands that keep what an office knows: backup, restore."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from app import open_office, utc_now
from config import Config, backup_passphrase, load_config
from storage.backup import BackupError, write_backup
from storage.backup_contents import numbers_in
from storage.backup_reader import Backup, open_backup
from storage.database import database_url, open_engine
from storage.private_files import private_folder
from storage.restore import Lost, OnPaper, Restored, highest_from, restore
from storage.set_aside import bring_back, set_aside
from storage.waits import CARE


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup_command(file: Path) -> None:
    """Write everything into FILE while the hub goes on: journal, settings, keys, uploaded pictures."""
    config = load_config()
    open_office(config)
    engine = open_engine(database_url(config.database_url, config.data), CARE)
    try:
        rows = write_backup(engine, config.data, file, utc_now(), backup_passphrase(config))
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{file}: {rows['journal']} journal lines, {sum(rows.values())} rows", err=True)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--highest", default="", help="The highest number on paper of each series, such as B=311,A=120.")
@click.option("--replace", is_flag=True, help="Move a damaged database (SQLite) aside first. Nothing is deleted.")
@click.option(
    "--passphrase-stdin", is_flag=True, help="Read the passphrase of an encrypted backup from standard input."
)
def restore_command(file: Path, highest: str, replace: bool, passphrase_stdin: bool) -> None:
    """Bring FILE back into an empty installation, on SQLite or PostgreSQL, whichever it was written on.

    Numbers that were given after the backup are on paper. On a terminal it asks for the highest of each series;
    otherwise every series goes on from the next full thousand, so that no number is given twice.
    """
    try:
        told = highest_from(highest)
    except ValueError as error:
        raise click.ClickException(f"--highest: {error} is no series and number, such as B=311") from None
    config = load_config()
    private_folder(config.data)
    passphrase = sys.stdin.readline().rstrip("\n") if passphrase_stdin else backup_passphrase(config)
    now = utc_now()
    try:
        with open_backup(file, config.data, passphrase) as backup:
            backup.check()
            if not told and sys.stdin.isatty():
                told = _asked(backup, config.office, now)
            done = _restored(backup, config, OnPaper(config.office, told), replace, now)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{done.rows['journal']} journal lines, {sum(done.rows.values())} rows restored", err=True)
    for lost in done.lost:
        _say_lost(lost, told if lost.office == config.office else {})


def _restored(backup: Backup, config: Config, on_paper: OnPaper, replace: bool, now: datetime) -> Restored:
    engine = open_engine(database_url(config.database_url, config.data), CARE)
    if not replace or engine.dialect.name != "sqlite":
        return restore(engine, config.data, backup, now, on_paper)
    database = Path(str(engine.url.database))
    away = set_aside(database, config.data, now)
    if away is not None:
        click.echo(f"The database that was here lies whole in {away}", err=True)
    try:
        return restore(engine, config.data, backup, now, on_paper)
    except BaseException:
        if away is not None:
            bring_back(away, database, config.data)
            click.echo("It was brought back.", err=True)
        raise


def _asked(backup: Backup, office: str, now: datetime) -> dict[str, int]:
    """Ask for the highest number of each series that is on a slip today."""
    known = numbers_in(backup, office)
    if known is None:
        return {}
    zone = ZoneInfo(known.zone)
    click.echo(
        f"It is {now.astimezone(zone):%Y-%m-%d %H:%M %Z}. If this is wrong, press Ctrl-C and set the clock first."
    )
    click.echo("Look at the slips in the waiting room: what is the highest number of each series today?")
    click.echo("Enter alone if nobody knows; the series then goes on from a full thousand.")
    told = {}
    for series, last in known.last.items():
        while said := click.prompt(f"  {series}", default="", show_default=False).strip():
            number = said.upper().removeprefix(series).lstrip("-= ")
            if number.isdecimal() and len(number) <= 5:
                told[series] = int(number)
                break
            click.echo(f"  a number such as {series}-{last + 1:03d}")
    return told


def _say_lost(lost: Lost, told: dict[str, int]) -> None:
    zone = ZoneInfo(lost.zone)
    until = lost.until.astimezone(zone)
    if lost.since is not None:
        since = lost.since.astimezone(zone)
        span = timedelta(minutes=max(0, (until - since) // timedelta(minutes=1)))
        click.echo(
            f"{lost.office}: lost is what happened from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M %Z}"
            f" ({str(span).removesuffix(':00')} h)",
            err=True,
        )
    for series, first in lost.goes_on.items():
        why = "" if series in told else ", so that no number on paper is given again"
        click.echo(f"{lost.office}: series {series} goes on with {series}-{first:03d}{why}", err=True)
