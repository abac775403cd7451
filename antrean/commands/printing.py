"""Commands of printing: print-agent, print-test. Nothing that only the hub needs is imported here."""

from __future__ import annotations

import logging
import signal
import threading

import click

from antrean.commands.printer_settings import allowed_here, checked_printers
from antrean.config import Config, load_config
from antrean.hub.start.secret_files import TOKEN, TOKEN_FILE, sound_secret
from antrean.hub.start.start_error import StartError
from antrean.lean_imports import MESSAGE_QUEUES, import_socket_library
from antrean.printing.agent.print_test import print_test as run_print_test
from antrean.printing.agent.printer_lock import PrinterOwned
from antrean.printing.transport.address import AddressError, parse_address
from printer_profiles import ProfileError


@click.command("print-agent")
def print_agent() -> None:
    """Drive this machine's printer: take slips from the hub, print them, say how far each came."""
    import_socket_library(MESSAGE_QUEUES)  # before the agent, which imports it: of 6 MiB
    from antrean.printing.agent.run import run_agent

    config = load_config()
    logging.basicConfig(level=config.log_level.upper(), format="%(asctime)s %(name)s %(levelname)s %(message)s")
    allowed = allowed_here(config)
    checked_printers(config)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    run_agent(
        config.hub_url or f"http://127.0.0.1:{config.port}",
        _print_token(config),
        config.printer,
        data_folder=config.data / "print_agent",
        virtual_folder=config.data / "virtual_printer",
        stop=stop,
        allowed=allowed,
        token_again=lambda: config.print_token or sound_secret(config.data / TOKEN_FILE, TOKEN) or "",
    )


def _print_token(config: Config) -> str:
    if config.print_token:
        return config.print_token
    file = config.data / TOKEN_FILE
    found = sound_secret(file, TOKEN)
    if found is None:
        wrong = f"{file} is damaged" if file.exists() else f"there is no token of this print agent in {file}"
        raise StartError(wrong, f"on the hub: `antrean pair print_agent NAME`; put what it prints into {file}")
    return found


@click.command("print-test")
@click.argument("printer")
def print_test(printer: str) -> None:
    """Print the test slip on PRINTER, such as tcp://192.168.1.50:9100 or 192.168.1.50, and say what was found."""
    try:
        address = parse_address(printer if "://" in printer else f"tcp://{printer}")
        # Typed at the machine itself, and not named by a hub: that is enough to allow the printer.
        report = run_print_test(address, allowed_here(load_config()).also([address]))
    except (AddressError, ProfileError) as error:
        raise click.ClickException(f"printer address {printer!r}: {error}") from None
    except PrinterOwned:
        raise click.ClickException("a print agent has this printer: test it from the page Printers") from None
    for line in report.lines():
        click.echo(line)
    raise SystemExit(0 if report.ok else 1)
