"""The commands of an installation: serve, demo, pair, staff, print-agent, print-test, doctor, backup, restore …"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import click

import commands_care
import commands_queue
from app import open_office, utc_now
from commands_voice import prepare_voices, voice
from config import Config, SettingError, keep_secret, load_config
from queueing import rules_office
from queueing.errors import QueueError
from queueing.office import JournalError
from sample_office import OPERATORS, PASSWORD, SUPERVISOR, sample_plan
from storage.database import DatabaseAddressError, DatabaseError, in_a_line
from storage.settings import DEVICE_KINDS, ROLES
from web.identities import Identities


class Commands(click.Group):
    """Commands that say what went wrong in a sentence: whoever reads it is a supervisor, not a programmer."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what a setting, a rule, a disk or a database refuses ends it with exit code 1."""
        try:
            return super().invoke(ctx)
        except (SettingError, DatabaseAddressError, QueueError) as refusal:
            raise click.ClickException(str(refusal)) from None
        except (DatabaseError, JournalError, OSError) as error:
            raise click.ClickException(in_a_line(error)) from None


@click.group(cls=Commands)
def main() -> None:
    """Antrean: numbers, calls and displays for public counters."""


for command in (*commands_care.COMMANDS, *commands_queue.COMMANDS):
    main.add_command(command)
main.add_command(voice)


@main.command()
def serve() -> None:
    """Run the hub."""
    config = load_config()
    _office, settings = open_office(config)
    _set_up(settings.exists())
    here = Path(__file__).resolve().parent
    os.environ["ANTREAN_DATA"] = str(config.data.resolve())  # named from the folder that is left here
    os.chdir(here)
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    os.execv(gunicorn, [gunicorn, "--config", str(here / "gunicorn.conf.py"), "wsgi:build()"])


@main.command()
def demo() -> None:
    """Set up the sample office, with staff and a print agent, where there is no office yet."""
    config = load_config()
    office, settings = open_office(config)
    if not settings.exists():
        settings.create_office(sample_plan(config.office))
        identities = Identities(settings)
        for name in OPERATORS:
            identities.add_staff(name, "operator", PASSWORD)
        identities.add_staff(SUPERVISOR, "supervisor", PASSWORD)
        click.echo(f"Sample office set up: {sample_plan(config.office).name}", err=True)
    token_file = config.data / "print_agent.token"
    if not token_file.exists():
        _, token = Identities(settings).pair("print_agent", "Printer 1", utc_now, config.printer)
        keep_secret(token_file, token)
    prepare_voices(settings.load_plan())
    office.do(rules_office.change_plan, actor="command", what="demo")


@main.command()
def addresses() -> None:
    """Print where the screens are."""
    config = load_config()
    base = f"http://127.0.0.1:{config.port}"
    click.echo(f"\n  Antrean  {base}/\n")
    for path, what in (
        ("/kiosk/", "take a number"),
        ("/display/", "the waiting room"),
        ("/counter_panel/", f"operators; sample office: {', '.join(OPERATORS)}, password {PASSWORD}"),
        ("/admin/", f"printers, slips and settings; sample office: {SUPERVISOR}"),
        ("/print_agent/virtual", "slips of the virtual printer" if not config.printer else config.printer),
    ):
        click.echo(f"  {base}{path:<24} {what}")
    click.echo("")


@main.command()
@click.argument("kind", type=click.Choice(DEVICE_KINDS))
@click.argument("name")
def pair(kind: str, name: str) -> None:
    """Pair a device and print its token, alone, on standard output."""
    office, settings = open_office(load_config())
    _set_up(settings.exists())
    _, token = Identities(settings).pair(kind, name, utc_now)
    office.do(rules_office.change_plan, actor="command", what="devices")
    click.echo(token)


@main.group()
def staff() -> None:
    """Who may sign in."""


@staff.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def staff_add(name: str, role: str, password_stdin: bool) -> None:
    """Add someone, or give them a new role and password; their open sessions end."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _ask_password()
    office, settings = open_office(load_config())
    _set_up(settings.exists())
    Identities(settings).add_staff(name, role, password)
    office.do(rules_office.change_plan, actor="command", what="staff")
    click.echo(f"{name}: {role}", err=True)


@main.command("close-day")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="An earlier business day; without it, today.")
def close_day(day: object) -> None:
    """Resolve what is still open. May be run twice."""
    office, settings = open_office(load_config())
    _set_up(settings.exists())
    which: date | None = day.date() if day is not None else None  # type: ignore[attr-defined]
    before = office.look(lambda shown, _plan: shown.business_day)
    answer = office.do(rules_office.close_day, actor="command", business_day=which)
    click.echo(f"{which or before}: closed at line {answer.seq}", err=True)


@main.command("print-agent")
def print_agent() -> None:
    """Drive this machine's printer: take slips from the hub, print them, say how far each came."""
    import logging
    import signal
    import threading

    from printing.agent import run_agent

    config = load_config()
    logging.basicConfig(level=config.log_level.upper(), format="%(asctime)s %(name)s %(levelname)s %(message)s")
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
    )


def _print_token(config: Config) -> str:
    if config.print_token:
        return config.print_token
    file = config.data / "print_agent.token"
    if not file.exists():
        raise click.ClickException(f"no token: pair this print agent and put its token into {file}")
    return file.read_text(encoding="utf-8").strip()


def _set_up(exists: bool) -> None:
    if not exists:
        raise click.ClickException("there is no office yet: run `antrean demo` for the sample office")


def _ask_password() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
