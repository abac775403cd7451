"""The commands about the tables that reports read."""

from __future__ import annotations

from datetime import datetime

import click

from antrean.commands.this_office import chosen
from antrean.reporting.half_hours import day_table
from antrean.reporting.tables import as_csv
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.waits import CARE
from antrean.storage.reports.catch_up import rebuild as rebuilt
from antrean.storage.reports.read import ReportReader
from antrean.storage.reports.tables import ReportTables, open_reports
from antrean.storage.settings.rows import Settings


@click.group("reports")
def reports() -> None:
    """See to the tables that reports read."""


@reports.command("rebuild")
def rebuild() -> None:
    """Make the tables anew from the journal. May be run twice, and beside a running hub.

    Days whose lines have left the journal stay as they are: nothing else knows them.
    """
    config = chosen()
    address = database_url(config.database_url, config.data)
    engine, own = open_engine(address, CARE, make=False), open_reports(address)
    try:
        days = rebuilt(engine, config.office, ReportTables(own, config.office))
    except (LookupError, TypeError, ValueError) as error:
        raise click.ClickException(f"the journal can't be folded: {type(error).__name__} {error}") from None
    finally:
        engine.dispose()
        own.dispose()
    click.echo(f"days: {len(days)}" + (f", from {days[0]} to {days[-1]}" if days else ""))


@reports.command("day")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--csv", "as_file", is_flag=True, help="As CSV, for programs: the heads are always the same.")
@click.option("--published", is_flag=True, help="Leave counts from 1 to 4 empty, and times of fewer than five.")
def day(day: datetime, as_file: bool, published: bool) -> None:
    """Print a DAY (YYYY-MM-DD) by service and half hour, as the tables have it. No name of anybody is in it.

    Beside a running hub today is a second behind. Refuses a day without visits.
    """
    config = chosen()
    address = database_url(config.database_url, config.data)
    engine, own = open_engine(address, CARE, make=False), open_reports(address)
    try:
        ReportTables(own, config.office).make()
        plan = Settings(engine, config.office).load_plan()
        visits = ReportReader(own, config.office).visits(day.date(), day.date())
    finally:
        engine.dispose()
        own.dispose()
    if not visits:
        raise click.ClickException(
            f"the tables have no visits on {day.date()}; antrean reports rebuild makes them anew"
        )
    table = day_table(visits, [one.code for one in plan.services], plan.tz, published)
    if as_file:
        click.echo(as_csv(table), nl=False)
        return
    texts = [["" if value is None else str(value) for value in row] for row in table.rows]
    wide = [max(map(len, column)) for column in zip(table.heads, *texts, strict=True)]
    for line in (table.heads, *texts):
        click.echo("  ".join(text.rjust(width) for text, width in zip(line, wide, strict=True)).rstrip())
