"""A new hub beside what an earlier office left, and the backup of that office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SetClock
from tests.fakes.new_hub import NewHub
from tests.fakes.office_hub import QUICK
from tests.web.first_start.lost_office import backed_up


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash an administrator's password quickly; what a hash costs is seen where a hub is a process."""
    monkeypatch.setattr("antrean.web.first_start.views.Passwords", lambda: QUICK)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of an office that has given three numbers."""
    folder = tmp_path_factory.mktemp("earlier")
    return backed_up(folder, "office")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "new"


@pytest.fixture
def begun(folder: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], NewHub]]:
    monkeypatch.setattr("antrean.hub.first_start.making._give_a_voice", lambda folder, plan: None)
    hubs: list[NewHub] = []

    def begin(**settings: Any) -> NewHub:
        hubs.append(NewHub(folder, clock, **settings))
        return hubs[-1]

    yield begin
    for hub in hubs:
        hub.stop()
