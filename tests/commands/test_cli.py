"""The command line: every command is found under its name, and none loads what only others need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from antrean.commands.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_found_and_explains_itself(name: str) -> None:
    found = main.get_command(click.Context(main), name)
    assert found is not None
    assert found.name == name
    told = CliRunner().invoke(main, [name, "--help"])
    assert told.exit_code == 0
    assert told.output.startswith("Usage: ")


def test_an_unknown_command_is_named() -> None:
    told = CliRunner().invoke(main, ["prnt-test"])
    assert told.exit_code == 2
    assert "No such command 'prnt-test'" in told.output


def test_the_print_agent_loads_nothing_of_the_hub(tmp_path: Path) -> None:
    """It runs all day beside the hub, or on a small machine of its own: 33 MiB that nobody would use."""
    started = """
import sys
from antrean.commands import cli, printing
from antrean.hub.start.start_error import StartError
try:
    printing.print_agent.callback()
except StartError as error:
    assert "is damaged" in str(error)
print(*sys.modules)
"""
    (tmp_path / "print_agent.token").write_text("torn")  # without any it waits for one
    told = subprocess.run(
        [sys.executable, "-c", started],
        cwd=ROOT, env={**os.environ, "ANTREAN_DATA": str(tmp_path)}, capture_output=True, text=True, timeout=300,
        check=True,
    )  # fmt: skip
    loaded = set(told.stdout.split())
    assert loaded >= {"antrean.printing.agent.agent", "socketio", "requests"}
    assert not loaded & {"flask", "sqlalchemy", "alembic", "psycopg", "argon2", "app", "antrean.web", "antrean.storage"}
    assert not loaded & {"redis", "redis.client"}
    of_the_queue = {name for name in loaded if name.startswith("antrean.queueing.")}
    assert of_the_queue <= {
        "antrean.queueing.errors",
        "antrean.queueing.slips",
        "antrean.queueing.slips.printers",
    }  # sentences and names, no day
