"""Secrets of an installation: whole or not at all, made anew when a power cut tore them, and nobody else's to read."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from antrean.access.devices import token_hash
from antrean.commands.cli import main
from antrean.config import ROOT, Config
from antrean.hub.start.secret_files import KEY, TOKEN, exposed, keep_secret, secret_key
from tests.fakes.hub_process import free_port


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def run(data: Path, *words: str) -> str:
    environ = {"ANTREAN_DATA": str(data), "DATABASE_URL": "", "PORT": str(free_port())}
    told = CliRunner().invoke(main, words, env=environ)
    assert told.exit_code in (0, 1), told.output
    return told.output


def test_a_key_is_made_once_for_its_own_user_alone(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "new")
    key = secret_key(config)
    assert KEY.fullmatch(key)
    assert secret_key(config) == key == (tmp_path / "new" / "secret_key").read_text()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("torn", [b"", b"\0" * 64, b"ab12", b"x" * 64, b"\xff\xfe", b"0" * 65])
def test_a_torn_key_is_made_anew_with_a_sentence(tmp_path: Path, torn: bytes, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "secret_key").write_bytes(torn)
    key = secret_key(Config(data=tmp_path))
    assert KEY.fullmatch(key)
    assert secret_key(Config(data=tmp_path)) == key
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        f"{tmp_path}/secret_key was damaged and is made anew: everybody who was signed in signs in again, "
        "authenticator apps have to be set up anew, "
        "and the links on today's slips lead nowhere"
    ]


def test_a_torn_key_is_taken_from_the_newest_backup_where_it_is_whole_there(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    assert secret_key(Config(data=tmp_path), lambda: "ab" * 32) == "ab" * 32
    (tmp_path / "secret_key").touch()
    assert secret_key(Config(data=tmp_path), lambda: "cd" * 32) == "ab" * 32  # whole again: no backup is asked


def test_a_backup_whose_key_is_torn_too_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    assert KEY.fullmatch(secret_key(Config(data=tmp_path), lambda: ""))


def test_processes_that_make_a_secret_at_once_all_have_the_same(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    made = "from antrean.config import Config; from antrean.hub.start.secret_files import secret_key;"
    made += "from pathlib import Path;"
    made += "import sys; print(secret_key(Config(data=Path(sys.argv[1]))))"
    several = [
        subprocess.Popen(
            [sys.executable, "-c", made, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for _ in range(4)
    ]
    keys = {process.communicate(timeout=300)[0].decode().strip() for process in several}
    assert keys == {(tmp_path / "secret_key").read_text()}


def test_a_planted_link_is_never_written_through(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("theirs")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret_key").symlink_to(tmp_path / "victim")
    key = secret_key(Config(data=tmp_path / "data"))
    assert (tmp_path / "victim").read_text() == "theirs"
    assert (tmp_path / "data" / "secret_key").read_text() == key


def test_what_can_not_be_written_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "print_agent.token").write_text("torn")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep_secret(tmp_path / "print_agent.token", lambda: "t" * 43, TOKEN)
    assert (tmp_path / "print_agent.token").read_text() == "torn"
    assert [path.name for path in tmp_path.iterdir()] == ["print_agent.token"]


def test_a_torn_token_of_the_print_agent_is_made_anew_for_the_same_printer(tmp_path: Path) -> None:
    from app import open_office

    run(tmp_path, "demo")
    token = tmp_path / "print_agent.token"
    first = token.read_text()
    run(tmp_path, "demo")
    assert token.read_text() == first
    token.write_text("")
    assert "damaged and is made anew" in run(tmp_path, "demo")
    second = token.read_text()
    _office, settings = open_office(Config(data=tmp_path))
    agents = [device for device in settings.devices() if device.kind == "print_agent"]
    assert [(agent.name, agent.token_hash) for agent in agents] == [("Printer 1", token_hash(second))]
    assert second != first


@pytest.mark.parametrize("token", ["", "half"])
def test_a_print_agent_without_a_whole_token_says_what_to_do(tmp_path: Path, token: str) -> None:
    (tmp_path / "print_agent.token").write_text(token)
    told = CliRunner().invoke(main, ["print-agent"], env={"ANTREAN_DATA": str(tmp_path)})
    assert (told.exit_code, told.output.count("\n")) == (3, 2)
    assert "antrean pair print_agent NAME" in told.output


def test_everything_a_command_writes_is_for_its_own_user_whatever_the_umask(tmp_path: Path) -> None:
    os.umask(0)
    run(tmp_path / "data", "demo")
    assert exposed(tmp_path / "data") == []
    open_to_others = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert open_to_others == []


def test_files_of_an_older_release_are_taken_from_others_and_the_doctor_names_what_is_left(tmp_path: Path) -> None:
    run(tmp_path, "demo")
    for name in ("antrean.sqlite3", "print_agent.token"):
        (tmp_path / name).chmod(0o644)
    (tmp_path / "antrean.toml").write_text("")
    (tmp_path / "antrean.toml").chmod(0o644)
    tmp_path.chmod(0o755)
    told = run(tmp_path, "doctor")
    assert (tmp_path / "antrean.sqlite3").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "print_agent.token").stat().st_mode & 0o777 == 0o600
    assert f"WARNING private files: others on this machine may read {tmp_path}, {tmp_path}/antrean.toml" in told
    assert f"chmod go= {tmp_path} {tmp_path}/antrean.toml" in told
