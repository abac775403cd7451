"""The commands of an installation: serve, demo, pair, staff, print-agent, print-test, doctor, backup, restore …"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from antrean.hub.start.start_error import EXIT_CODE, start_error, with_newest_copy

# Command -> its module and name. A module is imported only when one of its commands is run, so that the print agent,
# which runs all day on a small machine, loads nothing of the hub.
COMMANDS = {
    "addresses": "antrean.commands.office:addresses",
    "backup": "antrean.commands.backup.backup:backup_command",
    "backups": "antrean.commands.backup.backup:backups_command",
    "close-day": "antrean.commands.day:close_day",
    "demo": "antrean.commands.office:demo",
    "doctor": "antrean.commands.doctor.doctor:doctor",
    "office": "antrean.commands.plan_file:office",
    "open-day": "antrean.commands.day:open_day",
    "pair": "antrean.commands.devices:pair",
    "print-agent": "antrean.commands.printing:print_agent",
    "print-test": "antrean.commands.printing:print_test",
    "rebuild": "antrean.commands.rebuild:rebuild",
    "replay": "antrean.commands.simulate:replay",
    "reports": "antrean.commands.reports:reports",
    "restore": "antrean.commands.backup.restore:restore_command",
    "revoke": "antrean.commands.devices:revoke",
    "serve": "antrean.commands.office:serve",
    "simulate": "antrean.commands.simulate:simulate",
    "staff": "antrean.commands.staff:staff",
    "stock": "antrean.commands.stock:stock",
    "voice": "antrean.commands.voice:voice",
}


OF_NO_OFFICE = ("addresses", "print-agent", "print-test")  # the print agent's token says whose slips it prints
OFFICE = "office"


def _note_office(ctx: click.Context, _parameter: click.Parameter, code: str | None) -> None:
    if code:
        ctx.meta["antrean.office"] = code


def _name_office(command: click.Command) -> None:
    """Give a command, or every one of a group, the option that says which office it is about."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            _name_office(one)
    elif all(parameter.name != OFFICE for parameter in command.params):
        words = "Which office it is about, by its code; needed where the database holds several."
        option = click.Option(
            [f"--{OFFICE}"], metavar="CODE", help=words, expose_value=False, is_eager=True, callback=_note_office
        )
        command.params.append(option)


class Commands(click.Group):
    """A group whose commands report errors in a sentence, because supervisors read it and not programmers."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), name)
        if cmd_name not in OF_NO_OFFICE:
            _name_office(found)
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. Exit code 3: something prevents the start; 1: a rule refuses the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if (said := _refused(error)) is not None:
                raise click.ClickException(said) from None
            if (start := start_error(error)) is None:
                raise
            click.echo(with_newest_copy(start).text(), err=True)
            raise click.exceptions.Exit(EXIT_CODE) from None


def _refused(error: Exception) -> str | None:
    """Return the sentence of a refusal; None for any other error."""
    from antrean.queueing.errors import QueueError

    return str(error) if isinstance(error, QueueError) else None


@click.group(cls=Commands)
def main() -> None:
    """Antrean: numbers, calls and displays for public counters."""
    os.umask(0o077)  # files in the data folder are for its own user only
    if sys.stdin is None:  # closed by the program that started this one: no person can be asked
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - as long as the program
