"""The fast lane is fast because nothing is started in it, and a test that starts something there fails."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading

import pytest

from tests.conftest import pytest_configure
from tests.fakes.nothing_started import Started, nothing_started


def serve() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))


def connect() -> None:
    with socket.socket() as client:
        client.connect(("127.0.0.1", 9))


def run() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)


@pytest.mark.parametrize("start", [serve, connect, run])
def test_whatever_is_started_in_the_fast_lane_is_refused(start: object) -> None:
    assert callable(start)
    with nothing_started(), pytest.raises(Started):
        start()


def test_threads_of_a_test_are_watched_as_well() -> None:
    found: list[BaseException] = []

    def work() -> None:
        try:
            serve()
        except Started as error:
            found.append(error)

    with nothing_started():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert found


def test_outside_of_it_everything_may_be_started() -> None:
    serve()
    run()


def test_every_test_file_is_in_a_lane_and_the_fast_one_is_part_of_all() -> None:
    """`make test` and `make test-long` are told apart by one marker only, so nothing can be in neither."""
    told = subprocess.run(
        ["make", "--dry-run", "test-fast", "test", "test-long"], capture_output=True, text=True, check=True,
        env={**os.environ, "MAKEFLAGS": ""},
    ).stdout  # fmt: skip
    runs = [line.partition("-m pytest")[2] for line in told.splitlines() if "-m pytest" in line and " -n " in line]
    chosen = [line.split(" -m ")[1].split(" -n ")[0] for line in runs]
    assert chosen == ['"not long and not slow and not postgresql"', '"not long"', "long"]
    assert all(path.startswith("tests/") for path in runs[0].partition(" -n 2 ")[2].partition(";")[0].split())
    assert ["tests/" in run for run in runs] == [True, False, False]


def test_a_test_never_sees_the_settings_of_this_machines_own_office(
    monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    """`make` sets some of them, and a folder or database of theirs would be shared by all runs."""
    told = ("ANTREAN_DATA", "DATABASE_URL", "PORT", "ANTREAN_PRINTER", "ANTREAN_MESSAGE_QUEUE")
    for name in told:
        monkeypatch.setenv(name, "/nowhere")
    pytest_configure(pytestconfig)
    assert [name for name in told if name in os.environ] == []
