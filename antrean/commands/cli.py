"""The commands of an installation: serve, demo, pair, staff, print-agent, print-test, doctor, backup, restore …"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from antrean.hub.start.start_error import EXIT_CODE, start_error, with_newest_copy

# Command -> where it is. A module is imported when one of its commands is asked for: the print agent, which runs all
# day on a small machine, loads nothing of the hub.
COMMANDS = {
    "addresses": "antrean.commands.office:addresses",
    "backup": "antrean.commands.backup:backup_command",
    "backups": "antrean.commands.backup:backups_command",
    "close-day": "antrean.commands.day:close_day",
    "demo": "antrean.commands.office:demo",
    "doctor": "antrean.commands.doctor:doctor",
    "open-day": "antrean.commands.day:open_day",
    "pair": "antrean.commands.devices:pair",
    "print-agent": "antrean.commands.printing:print_agent",
    "print-test": "antrean.commands.printing:print_test",
    "replay": "antrean.commands.simulate:replay",
    "restore": "antrean.commands.restore:restore_command",
    "revoke": "antrean.commands.devices:revoke",
    "serve": "antrean.commands.office:serve",
    "simulate": "antrean.commands.simulate:simulate",
    "staff": "antrean.commands.staff:staff",
    "voice": "antrean.commands.voice:voice",
}


class Commands(click.Group):
    """Commands that say what went wrong in a sentence: whoever reads it is a supervisor, not a programmer."""

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
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what keeps anything from starting ends it with exit code 3, what a rule refuses with 1."""
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
    """Return what to say of a refusal; None for anything else."""
    from antrean.queueing.errors import QueueError

    return str(error) if isinstance(error, QueueError) else None


@click.group(cls=Commands)
def main() -> None:
    """Antrean: numbers, calls and displays for public counters."""
    os.umask(0o077)  # what is written into the data folder is for its own user
    if sys.stdin is None:  # closed by whoever started this: nobody is there to be asked
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - as long as the program
