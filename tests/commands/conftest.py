"""An office made once, a copy of it for each test, and a backup of that."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from antrean.commands.cli import main
from tests.commands.kept_office import Run, database_in
from tests.commands.test_care import a_day


@pytest.fixture(scope="module")
def office_of_this_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder with an office, made once."""
    folder = tmp_path_factory.mktemp("office") / "data"
    folder.mkdir()
    a_day(database_in(folder))
    return folder


@pytest.fixture
def data(office_of_this_module: Path, tmp_path: Path) -> Path:
    """Give a data folder of the test's own, with an office."""
    folder = tmp_path / "data"
    shutil.copytree(office_of_this_module, folder)
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Give what runs a command in the data folder, or in another place."""

    def command(*words: str, typed: str = "", **more: str) -> Result:
        environ = {"ANTREAN_DATA": str(tmp_path / "data"), "DATABASE_URL": "", **more}
        return CliRunner().invoke(main, words, input=typed, env=environ)

    return command


@pytest.fixture
def file(run: Run, data: Path, tmp_path: Path) -> Path:
    """Give a backup of the office."""
    assert data.is_dir()
    file = tmp_path / "b.zip"
    assert run("backup", str(file)).exit_code == 0
    return file


@pytest.fixture
def careless() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)
