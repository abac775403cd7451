"""Commands that look after an installation: print-test, doctor."""

from __future__ import annotations

from collections.abc import Iterator

import click

from antrean.config import load_config
from antrean.hub.start_error import StartError, start_error, with_newest_copy
from app import open_office, utc_now

MARKS = {"ok": "ok     ", "warning": "WARNING", "wrong": "WRONG  "}


@click.command("print-test")
@click.argument("printer")
def print_test(printer: str) -> None:
    """Print the test slip on PRINTER, such as tcp://192.168.1.50:9100 or 192.168.1.50, and say what was found."""
    from antrean.commands.printer_settings import allowed_here
    from antrean.printing.agent.print_test import print_test as test
    from antrean.printing.agent.printer_lock import PrinterOwned
    from antrean.printing.transport.address import AddressError, parse_address
    from printer_profiles import ProfileError

    try:
        address = parse_address(printer if "://" in printer else f"tcp://{printer}")
        # Whoever types here is at the machine itself, which is what allows a printer; no hub named it.
        report = test(address, allowed_here(load_config()).also([address]))
    except (AddressError, ProfileError) as error:
        raise click.ClickException(f"printer address {printer!r}: {error}") from None
    except PrinterOwned:
        raise click.ClickException("a print agent has this printer: test it from the page Printers") from None
    for line in report.lines():
        click.echo(line)
    raise SystemExit(0 if report.ok else 1)


@click.command()
def doctor() -> None:
    """Look at everything the office needs and say what is wrong and what to do. Exit code 1 when something is."""
    from antrean.commands.doctor import Finding, examine, look_at_folder
    from antrean.storage.database.engine import database_url, open_engine
    from antrean.storage.database.trust import damage
    from antrean.storage.database.waits import CARE
    from antrean.storage.journal.survey import survey

    config = load_config()

    def look() -> Iterator[Finding]:
        try:
            office, settings = open_office(config)
            engine = open_engine(database_url(config.database_url, config.data), CARE)
            lines = survey(engine, config.office)
            exists = settings.exists()
        except Exception as error:
            if (said := start_error(error)) is None:
                raise
            yield from look_at_folder(config)
            yield Finding("start", "wrong", said.sentence, with_newest_copy(said).advice)
            return
        found = damage(engine, config.data)
        yield from examine(config, office if exists else None, lines, found, utc_now(), settings.devices())

    wrong = False
    for finding in look():
        wrong |= finding.verdict == "wrong"
        click.echo(f"{MARKS[finding.verdict]} {finding.what}: {finding.said}")
        if finding.advice:
            advice = with_newest_copy(StartError(finding.said, finding.advice)).advice
            click.echo(f"        → {advice}")
    raise SystemExit(1 if wrong else 0)
