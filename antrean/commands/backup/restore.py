"""The command that brings a backup back: restore."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from antrean.commands.this_office import chosen
from antrean.config import Config, backup_passphrase
from antrean.hub.agents.printer_addresses import fault
from antrean.printing.agent.state import printed_jobs
from antrean.storage.backup.archive import BackupError
from antrean.storage.backup.contents import numbers_in
from antrean.storage.backup.reader import Backup, open_backup, takes_passphrase
from antrean.storage.backup.restore import Lost, OnPaper, Restored, highest_from, printed_on, restore
from antrean.storage.backup.set_aside import bring_back, set_aside
from antrean.storage.clock_file import read_clock
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.running import hub_runs
from antrean.storage.database.waits import CARE
from antrean.storage.journal.heads import read_head
from antrean.storage.journal.lines import moment_of
from antrean.storage.private_files import private_folder
from antrean.storage.settings.rows import Settings
from app import utc_now


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--highest", default="", help="The highest number on paper of each series, such as B=311,A=120.")
@click.option("--replace", is_flag=True, help="Move a damaged database aside first. Nothing is deleted.")
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
    config = chosen()
    private_folder(config.data)
    passphrase = sys.stdin.readline().rstrip("\n") if passphrase_stdin else backup_passphrase(config)
    if not passphrase and sys.stdin.isatty() and takes_passphrase(file):
        passphrase = click.prompt("The backup's passphrase", hide_input=True)
    now = _time_of_restore(config.data)
    try:
        with open_backup(file, config.data, passphrase) as backup:
            backup.check()
            if not told and sys.stdin.isatty():
                told = _asked(backup, config.office, now)
            on_paper = OnPaper(config.office, told, printed_on(printed_jobs(config.data / "print_agent")))
            done = _restored(backup, config, on_paper, replace, now)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{done.rows['journal']} journal lines, {sum(done.rows.values())} rows restored", err=True)
    for lost in done.lost:
        _say_lost(lost, told if lost.office == config.office else {})
        if lost.since is not None and now < lost.since:
            click.echo(
                f"WARNING this machine's clock says {now:%Y-%m-%d %H:%M} UTC, which is before that. Today's numbers may"
                " be given again: set the clock, and restore once more with --replace.",
                err=True,
            )
    _say_unusable_printers(config)


def _say_unusable_printers(config: Config) -> None:
    """Name the print agents whose printers stand there as something that no address is; it is used by nobody."""
    settings = Settings(open_engine(database_url(config.database_url, config.data), CARE), config.office)
    for device in settings.devices():
        if device.kind == "print_agent" and not device.revoked and (error := fault(device)) is not None:
            click.echo(f"WARNING {device.name} prints nowhere until its printer is set up again: {error}", err=True)


def _time_of_restore(data: Path) -> datetime:
    """Return the time by this machine's clock, by what it was told to be wrong, or by the newest line that was told.

    A clock that stands before a line which this folder remembers would leave the day of that line without its
    safe numbers.
    """
    wall = utc_now()
    told = wall + read_clock(data).since()[0]
    head = read_head(data)
    known = moment_of(head.at) if head is not None else None
    return wall if known is None else min((at for at in (wall, told) if at >= known), default=known)


def _restored(backup: Backup, config: Config, on_paper: OnPaper, replace: bool, now: datetime) -> Restored:
    if hub_runs(config.data):
        raise BackupError(f"a hub works with {config.data} now: stop it first")
    engine = open_engine(database_url(config.database_url, config.data), CARE)
    if not replace or engine.dialect.name != "sqlite":
        done = restore(engine, config.data, backup, now, on_paper, replace)
        if done.aside:
            click.echo(f"The tables that were here lie whole in the schema {done.aside}", err=True)
        return done
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
    if lost.printed:
        click.echo(
            f"{lost.office}: printed in that time, as the print agent remembers: {', '.join(lost.printed)}", err=True
        )
    for series, first in lost.goes_on.items():
        why = "" if series in told else ", so that no number on paper is given again"
        click.echo(f"{lost.office}: series {series} goes on with {series}-{first:03d}{why}", err=True)
