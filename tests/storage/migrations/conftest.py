"""Here migrations run, also those of an empty database."""

from __future__ import annotations

import pytest

from antrean.storage.database.upgrade import upgrade_in


@pytest.fixture(autouse=True)
def _migrations_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antrean.storage.database.upgrade.upgrade_in", upgrade_in)
