"""The command that looks whether an installation is in order: doctor."""

from __future__ import annotations

from collections.abc import Iterator

import click

from antrean.commands.doctor.checks import Check, examine, look_at_folder
from antrean.commands.this_office import chosen
from antrean.hub.start.start_error import StartError, start_error, with_newest_copy
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.trust import damage
from antrean.storage.database.waits import CARE
from antrean.storage.journal.survey import survey
from app import open_office, utc_now

MARKS = {"ok": "ok     ", "warning": "WARNING", "wrong": "WRONG  "}


@click.command()
def doctor() -> None:
    """Look at everything the office needs and say what is wrong and what to do. Exit code 1 when something is."""
    config = chosen()

    def look() -> Iterator[Check]:
        try:
            office, settings = open_office(config)
            engine = open_engine(database_url(config.database_url, config.data), CARE)
            lines = survey(engine, config.office)
            exists = settings.exists()
        except Exception as error:
            if (said := start_error(error)) is None:
                raise
            yield from look_at_folder(config)
            yield Check("start", "wrong", said.sentence, with_newest_copy(said).advice)
            return
        found = damage(engine, config.data)
        yield from examine(config, office if exists else None, lines, found, utc_now(), settings.devices())

    wrong = False
    for result in look():
        wrong |= result.verdict == "wrong"
        click.echo(f"{MARKS[result.verdict]} {result.what}: {result.said}")
        if result.advice:
            advice = with_newest_copy(StartError(result.said, result.advice)).advice
            click.echo(f"        → {advice}")
    raise SystemExit(1 if wrong else 0)
