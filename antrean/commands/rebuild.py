"""The command that makes anew what is kept beside the journal: rebuild."""

from __future__ import annotations

import click

from antrean.commands.this_office import chosen
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.running import hub_runs
from antrean.storage.database.waits import CARE
from antrean.storage.journal.lasting import WRONG
from antrean.storage.journal.lasting import rebuild as rebuilt


@click.command("rebuild")
def rebuild() -> None:
    """Make anew from the journal what is kept beside it: the stock. May be run twice.

    A hub that runs goes on with what it read at its start, and would keep that again: end all of them before.
    """
    config = chosen()
    if hub_runs(config.data):
        raise click.ClickException("a hub runs, and would keep again what it read at its start: end it first")
    engine = open_engine(database_url(config.database_url, config.data), CARE)
    try:
        standing = rebuilt(engine, config.office)
    except WRONG as error:
        raise click.ClickException(f"the journal can't be folded: {type(error).__name__} {error}") from None
    finally:
        engine.dispose()
    for code, item in sorted(standing.stock.items.items()):
        click.echo(f"{code}: {item.on_hand}")
    click.echo(f"kept as it stands after line {standing.seq}", err=True)
