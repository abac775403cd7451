"""Commands that close a business day and open it again: close-day, open-day."""

from __future__ import annotations

from datetime import date

import click

from antrean.commands.this_office import chosen, opened_office
from antrean.config import Config
from antrean.queueing.commands import CloseDay, OpenDay
from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.entry import COMMAND
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.waits import CARE
from antrean.storage.journal.sql_journal import SqlJournal


@click.command("close-day")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="An earlier business day; without it, today.")
def close_day(day: object) -> None:
    """Close today, or resolve what an earlier day left open: no more numbers are given. May be run twice."""
    config = chosen()
    office, _settings = opened_office(config)
    which: date | None = day.date() if day is not None else None  # type: ignore[attr-defined]
    before = office.business_day()
    if which is None and not office.read(lambda shown, _plan: shown.tickets or shown.counters):
        _check_ended(config, before)
    result = office.execute(CloseDay(business_day=which), actor=COMMAND)
    click.echo(f"{which or before}: closed at line {result.seq}", err=True)


@click.command("open-day")
def open_day() -> None:
    """Take back the close of today: whoever it sent away has the place again. May be run twice."""
    office, _settings = opened_office()
    expired = office.read(lambda day, _plan: len(day.expired) if day.closed else None)
    if expired is None:
        click.echo("today is open", err=True)
        return
    result = office.execute(OpenDay(), actor=COMMAND)
    gone = office.read(lambda day, _plan: len(day.expired))  # they came for a service that has left the plan
    click.echo(f"open again at line {result.seq}: {expired - gone} numbers have their places back", err=True)


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
