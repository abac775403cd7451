"""The command that makes the sample office one's own."""

from __future__ import annotations

import sys

import click

from antrean.access.ownership import make_mine as owned
from antrean.access.passwords import Passwords
from antrean.commands.this_office import chosen, opened_office
from antrean.hub.agents.own_agent import pair_own_agent
from antrean.queueing.errors import Refused
from antrean.queueing.journal.entry import COMMAND


@click.command("make-mine")
@click.option("--name", prompt="Name of your office", help="The new name of the office.")
@click.option("--time-zone", default="Asia/Jakarta", prompt="Time zone", help="Such as Asia/Makassar.")
@click.option("--administrator", prompt="Your name, to sign in with", help="The first person who may sign in.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@click.option("--confirm", default="", help="The new name of the office once more; asked for without it.")
def make_mine(name: str, time_zone: str, administrator: str, password_stdin: bool, confirm: str) -> None:
    """Make the sample office your own: its people, devices, sessions and numbers end for good.

    Only the administrator who is named here signs in afterwards. A running hub follows at once.
    """
    config = chosen()
    office, settings = opened_office(config)
    if not settings.load_plan().demo:
        raise Refused("office_not_sample")
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = str(click.prompt("Your new password", hide_input=True, confirmation_prompt=True, err=True))
    again = confirm or str(click.prompt("Type the name of your office once more, to confirm", err=True))
    office.execute(owned(settings, name, again, time_zone, administrator, password, Passwords()), actor=COMMAND)
    pair_own_agent(config.data, settings, config.printer, office.clock)
    click.echo(f"{name} is yours. Only {administrator} signs in; pair kiosks and displays anew.", err=True)
