"""The commands about the tables that reports read."""

from __future__ import annotations

import click

from antrean.commands.this_office import chosen
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.waits import CARE
from antrean.storage.reports.catch_up import rebuild as rebuilt
from antrean.storage.reports.tables import ReportTables, open_reports


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
