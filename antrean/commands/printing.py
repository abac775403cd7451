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

log = logging.getLogger(__name__)
TOKEN_SECONDS = 1.0  # between two looks for the token


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
    token = _print_token(config, stop)
    if not token:
        return
    run_agent(
        config.hub_url or f"http://127.0.0.1:{config.port}",
        token,
        config.printer,
        data_folder=config.data / "print_agent",
        virtual_folder=config.data / "virtual_printer",
        stop=stop,
        allowed=allowed,
        token_again=lambda: config.print_token or sound_secret(config.data / TOKEN_FILE, TOKEN) or "",
    )


def _print_token(config: Config, stop: threading.Event) -> str:
    """Return the agent's token, once there is one; "" when the agent is stopped before.

    Who sets up an office in the browser has a hub and an agent that run already. The file comes with the office.
    Refuses (StartError) one that is damaged.
    """
    if config.print_token:
        return config.print_token
    file = config.data / TOKEN_FILE
    advice = f"on the hub: `antrean pair print_agent NAME`; put what it prints into {file}"
    told = False
    while (found := sound_secret(file, TOKEN)) is None:
        if file.exists():
            raise StartError(f"{file} is damaged", advice)
        if not told:
            log.warning("waiting for %s: it comes with the office. For a hub elsewhere, %s", file, advice)
            told = True
        if stop.wait(TOKEN_SECONDS):
            return ""
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
