"""The command that brings a backup back: restore."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from antrean.commands.this_office import chosen, is_named
from antrean.config import backup_passphrase
from antrean.hub.restoring import bring_in, on_paper, time_of_restore, unusable_printers
from antrean.queueing.tickets.numbers import written
from antrean.storage.backup.archive import BackupError
from antrean.storage.backup.contents import numbers_in, offices_of
from antrean.storage.backup.reader import Backup, open_backup, takes_passphrase
from antrean.storage.backup.restore import Lost, highest_from
from antrean.storage.private_files import private_folder
from app import utc_now


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--highest",
    multiple=True,
    help="The highest number on paper of each series, such as B=311,A=120; of several offices once for each, such as "
    "kuningan:B=311,A=120.",
)
@click.option("--replace", is_flag=True, help="Move a damaged database aside first. Nothing is deleted.")
@click.option(
    "--passphrase-stdin", is_flag=True, help="Read the passphrase of an encrypted backup from standard input."
)
def restore_command(file: Path, highest: tuple[str, ...], replace: bool, passphrase_stdin: bool) -> None:
    """Bring FILE back into an empty installation, on SQLite or PostgreSQL, whichever it was written on.

    Numbers that were given after the backup are on paper. On a terminal it asks for the highest of each series of each
    office; otherwise every series goes on from the next full thousand, so that no number is given twice.
    """
    try:
        said = [highest_from(one) for one in highest]
    except ValueError as error:
        raise click.ClickException(f"--highest: {error} is no series and number, such as B=311") from None
    config = chosen(any_of_several=True)
    private_folder(config.data)
    passphrase = sys.stdin.readline().rstrip("\n") if passphrase_stdin else backup_passphrase(config)
    if not passphrase and sys.stdin.isatty() and takes_passphrase(file):
        passphrase = click.prompt("The backup's passphrase", hide_input=True)
    now = time_of_restore(config.data, utc_now())
    try:
        with open_backup(file, config.data, passphrase) as backup:
            backup.check()
            offices = offices_of(backup)
            told = _of_offices(said, offices, config.office if is_named() else "")
            if not told and sys.stdin.isatty():
                told = {office: _asked(backup, office, now, len(offices) > 1) for office in offices}
            done, away = bring_in(config, backup, on_paper(config, offices, told), now, replace)
    except BackupError as error:
        raise click.ClickException("\n".join([str(error), *getattr(error, "__notes__", ())])) from None
    if away is not None:
        click.echo(f"The database that was here lies whole in {away}", err=True)
    if done.aside:
        click.echo(f"The tables that were here lie whole in the schema {done.aside}", err=True)
    click.echo(f"{done.rows['journal']} journal lines, {sum(done.rows.values())} rows restored", err=True)
    for lost in done.lost:
        _say_lost(lost, told.get(lost.office, {}))
        if lost.since is not None and now < lost.since:
            click.echo(
                f"WARNING this machine's clock says {now:%Y-%m-%d %H:%M} UTC, which is before that. Today's numbers may"
                " be given again: set the clock, and restore once more with --replace.",
                err=True,
            )
    for name, wrong in unusable_printers(config, offices):
        click.echo(f"WARNING {name} prints nowhere until its printer is set up again: {wrong}", err=True)
    if done.recovery:
        click.echo(
            f"WARNING recovery codes that were used after the backup are good again, of {', '.join(done.recovery)}: who"
            " used one removes the authenticator app on the own account and sets it up again, which gives new ones.",
            err=True,
        )


def _of_offices(
    said: Iterable[tuple[str, dict[str, int]]], offices: Sequence[str], named: str
) -> dict[str, dict[str, int]]:
    """Return the highest numbers by office; where none was named and there is only one, they are of that one."""
    told: dict[str, dict[str, int]] = {}
    for code, numbers in said:
        office = code or named or (offices[0] if len(offices) == 1 else "")
        if office not in offices:
            of = f"the backup has no office {office}" if office else "say of which office, such as CODE:B=311"
            raise click.ClickException(f"--highest: {of}; there are {', '.join(offices)}")
        told[office] = {**told.get(office, {}), **numbers}
    return told


def _asked(backup: Backup, office: str, now: datetime, several: bool) -> dict[str, int]:
    """Ask for the highest number of each series that is on a slip of an office today."""
    known = numbers_in(backup, office)
    if known is None:
        return {}
    zone = ZoneInfo(known.zone)
    click.echo(
        f"It is {now.astimezone(zone):%Y-%m-%d %H:%M %Z}. If this is wrong, press Ctrl-C and set the clock first."
    )
    where = f" of {office}" if several else ""
    click.echo(f"Look at the slips in the waiting room{where}: what is the highest number of each series today?")
    click.echo("Enter alone if nobody knows; the series then goes on from a full thousand.")
    told = {}
    for series, last in known.last.items():
        while said := click.prompt(f"  {series}", default="", show_default=False).strip():
            number = said.upper().removeprefix(series).lstrip("-= ")
            if number.isdecimal() and len(number) <= 5:
                told[series] = int(number)
                break
            click.echo(f"  a number such as {written(series, last + 1, known.digits)}")
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
    for series, first in lost.next_numbers().items():
        why = "" if series in told else ", so that no number on paper is given again"
        click.echo(f"{lost.office}: series {series} goes on with {first}{why}", err=True)
