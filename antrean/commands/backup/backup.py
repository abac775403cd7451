"""Commands that make backups and list them: backup, backups."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa

from antrean.commands.this_office import chosen
from antrean.config import Config, backup_passphrase, second_place
from antrean.queueing.office import JournalError
from antrean.storage.backup.archive import BackupError, write_backup
from antrean.storage.backup.reader import open_backup
from antrean.storage.backup.rounds import BackupPlaces, Copy, Round, copies, make_round
from antrean.storage.backup.schedule import is_too_old
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.errors import DatabaseError, Unfit, in_a_line
from antrean.storage.database.waits import CARE
from antrean.storage.journal.survey import last_line
from antrean.storage.settings.plan import OfficeMissing
from antrean.storage.settings.rows import Settings
from app import open_office, utc_now


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def backup_command(file: Path | None) -> None:
    """Write everything into FILE while the hub goes on: journal, settings, keys, uploaded pictures.

    Without FILE it does what the hub does each hour: one more backup in the data folder and in the second place.
    """
    config = chosen(any_of_several=True)
    office, settings = open_office(config)
    engine = open_engine(database_url(config.database_url, config.data), CARE)
    if file is None:
        zone = settings.load_plan().zone if settings.exists() else "UTC"
        _say_round(_round(config, engine, office.clock(), zone))
        return
    try:
        rows = write_backup(engine, config.data, file, office.clock(), backup_passphrase(config))
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{file}: {rows['journal']} journal lines, {sum(rows.values())} rows", err=True)


def _round(config: Config, engine: sa.Engine, at: datetime, zone: str) -> Round:
    places = BackupPlaces(config.data, second_place(config))
    return make_round(engine, places, at, zone, backup_passphrase(config))


def _say_round(done: Round) -> None:
    if done.wrong:
        raise click.ClickException(done.wrong)
    click.echo(f"{done.made}: {done.rows} rows, read back whole", err=True)
    if done.second_wrong:
        raise click.ClickException(done.second_wrong)


@click.command("backups")
@click.option("--check", is_flag=True, help="Read each of them whole once more.")
def backups_command(check: bool) -> None:
    """List the automatic backups, newest first. Exit code 1 when more than two hours of service are in none.

    A database that is damaged or away keeps nobody from seeing what there is.
    """
    config = chosen(any_of_several=True)
    places = BackupPlaces(config.data, second_place(config))
    last, zone, now = _as_far_as_known(config)
    found = [(folder, copy) for folder in places.folders() for copy in copies(folder)]
    for folder, copy in sorted(found, key=lambda one: one[1].at, reverse=True):
        said = _checked(copy, config) if check else "encrypted" if copy.encrypted else ""
        age = f"{age_in_words(now - copy.at):>10}"
        click.echo(
            f"{copy.at.astimezone(zone):%Y-%m-%d %H:%M}  {age}  {copy.size / 1e6:8.1f} MB  {folder}  {said}".rstrip()
        )
    if places.second and not places.second_is_there():
        click.echo(f"WARNING {places.second} is not there: is the stick in its place?", err=True)
    newest = max((copy.at for _folder, copy in found), default=None)
    if is_too_old(newest, last):
        said = "there is no backup yet" if newest is None else "more than two hours of service are in no backup"
        raise click.ClickException(f"{said}: run antrean backup, and look whether the hub runs")


def _as_far_as_known(config: Config) -> tuple[datetime | None, ZoneInfo, datetime]:
    """Return when the newest line was written, the office's zone and the time; the database is only read."""
    engine = open_engine(database_url(config.database_url, config.data), make=False)
    try:
        plan = Settings(engine, config.office).load_plan()
        return last_line(engine, config.office), plan.tz, utc_now()
    except (DatabaseError, JournalError, OfficeMissing, Unfit) as error:
        click.echo(f"WARNING the database can't be read: {in_a_line(error)}", err=True)
        return None, ZoneInfo("UTC"), utc_now()


def _checked(copy: Copy, config: Config) -> str:
    try:
        with open_backup(copy.file, config.data, backup_passphrase(config)) as backup:
            backup.check()
    except BackupError as error:
        return f"BAD: {error}"
    return "whole, encrypted" if copy.encrypted else "whole"


def age_in_words(age: timedelta) -> str:
    """Return how long ago something was, such as `3 h 20 min` or `12 days`."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes < 48 * 60 else f"{minutes // 1440} days"
