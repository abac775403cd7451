"""A pytest plugin that writes what failed to a file, one JSON object a line, for `.ci/lanes.py` to read.

Before the end stands a line `{"took": file, "seconds": of all its tests, with what they set up and take down}` for each
file in which a test ran. The last line is `{"end": exit status, "ran": number of tests that passed}`; a record without
it was left by a run that was broken off.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

CRASHED = "???"  # pytest-xdist's word for the moment in which a worker process died


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--outcomes", metavar="FILE", help="write what failed to this file, for .ci/lanes.py")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--outcomes")
    if path and not hasattr(config, "workerinput"):  # a worker's reports reach the process that started it
        config.pluginmanager.register(Outcomes(Path(path)))


class Outcomes:
    """Appends to the file as it comes, so that a killed run leaves what it had found."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._passed = 0
        self._seconds: defaultdict[str, float] = defaultdict(float)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid.partition("::")[0]] += report.duration  # of one of its three stages
        if report.failed:
            key = "crashed" if report.when == CRASHED else "failed"
            self._write({key: report.nodeid, "text": report.longreprtext or str(report.longrepr)})
        elif report.passed and report.when == "call":
            self._passed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._write({"not_collected": report.nodeid, "text": report.longreprtext})

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        for file, seconds in self._seconds.items():
            self._write({"took": file, "seconds": round(seconds, 3)})
        self._write({"end": int(exitstatus), "ran": self._passed})

    def _write(self, line: dict[str, object]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
