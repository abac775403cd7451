"""An installation that can't work: whatever is asked of it, a supervisor reads what is wrong and what to do."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner

from antrean.commands.cli import main


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PORT": "abc"}, "port can't be 'abc'"),
        ({"PORT": "70000"}, "port can't be '70000'"),
        ({"ANTREAN_ASYNC_MODE": "evenlet"}, "async_mode can't be 'evenlet'"),
        ({"ANTREAN_MAX_FOLLOWERS": "-1"}, "max_followers can't be '-1'"),
        ({"ANTREAN_RETENTION_DAYS": "59"}, "retention_days can't be '59'"),
        ({"DATABASE_URL": "mysql://office"}, "DATABASE_URL must begin with postgresql:// or sqlite:///"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must begin with postgresql:// or sqlite:///"),
        ({"DATABASE_URL": "postgresql://postgres@127.0.0.1:1/x"}, "the database does not answer: connection"),
        ({"DATABASE_URL": "sqlite:////dev/null/antrean"}, "unable to open database file"),
        ({"ANTREAN_DATA": "/dev/null/data"}, "/dev/null is not a folder"),
    ],
    ids=lambda value: str(value)[:50],
)
@pytest.mark.parametrize("command", ["demo", "pair kiosk Front", "close-day", "open-day", "backup {new}", "serve"])
def test_every_command_says_in_a_line_what_is_wrong_with_the_installation(
    tmp_path: Path, command: str, environ: dict[str, str], said: str
) -> None:
    words = command.format(new=tmp_path / "b.zip").split()
    told = CliRunner().invoke(main, words, env={"ANTREAN_DATA": str(tmp_path), "DATABASE_URL": "", **environ})
    assert (told.exit_code, told.output.count("\n")) == (3, 2), told.output
    assert told.output.startswith("Error: ")
    assert said in told.output
    assert "\n  → " in told.output


@pytest.mark.parametrize("written", ["port =", "prot = 1", 'port = "x"'])
def test_a_settings_file_that_can_not_be_read_is_named(tmp_path: Path, written: str) -> None:
    (tmp_path / "antrean.toml").write_text(written)
    told = CliRunner().invoke(main, ["doctor"], env={"ANTREAN_DATA": str(tmp_path)})
    assert (told.exit_code, told.output.count("\n")) == (3, 2)
    assert f"Error: {tmp_path}/antrean.toml: " in told.output


def test_the_doctor_names_a_folder_of_pictures_or_voices_that_can_not_be_used(tmp_path: Path) -> None:
    (tmp_path / "media").touch()
    told = CliRunner().invoke(main, ["doctor"], env={"ANTREAN_DATA": str(tmp_path), "DATABASE_URL": ""})
    assert f"WARNING media: {tmp_path}/media can't be used" in told.output
    assert "voice:" not in told.output


def test_the_doctor_still_looks_at_what_it_can_when_nothing_can_be_started(tmp_path: Path) -> None:
    (tmp_path / "antrean.sqlite3").mkdir()
    told = CliRunner().invoke(main, ["doctor"], env={"ANTREAN_DATA": str(tmp_path), "DATABASE_URL": ""})
    assert told.exit_code == 1
    assert "data folder:" in told.output
    assert "disk: a durable write takes" in told.output
    assert f"WRONG   start: {tmp_path}/antrean.sqlite3 is a folder" in told.output
    assert "→ move it away" in told.output


class Held(BaseHTTPRequestHandler):
    """A hub that gives no numbers, for a reason that `told` says."""

    told: ClassVar[dict[str, object]] = {}

    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()
        self.wfile.write(json.dumps({"status": "unavailable", "printers": {}, **self.told}).encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("holds", "journal", "said"),
    [
        ({"storage_unavailable": "disk_full"}, "storage_unavailable", "storage_unavailable (disk_full)"),
        ({}, "clock_wrong", "clock_wrong"),
    ],
)
def test_the_doctor_says_why_the_hub_gives_no_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holds: dict[str, str], journal: str, said: str
) -> None:
    monkeypatch.setattr(Held, "told", {"holds": holds, "journal": journal})
    environ = {"ANTREAN_DATA": str(tmp_path), "DATABASE_URL": ""}
    assert CliRunner().invoke(main, ["demo"], env=environ).exit_code == 0
    with HTTPServer(("127.0.0.1", 0), Held) as hub:
        answering = threading.Thread(target=hub.handle_request)
        answering.start()
        told = CliRunner().invoke(main, ["doctor"], env={**environ, "PORT": str(hub.server_port)})
        answering.join()
    assert f"WRONG   hub: it gives no numbers: {said}\n" in told.output
