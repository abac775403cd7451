"""When what services need was down stays known when the lines of its day leave the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from antrean.queueing.commands import BeginOutage, EndOutage
from antrean.queueing.keeping import day_figures
from antrean.queueing.plan.model import Need
from antrean.storage.database.engine import database_url
from antrean.storage.settings.rows import Settings
from tests.storage.journal.old_office import OldOffice


@pytest.fixture
def old(tmp_path: Path) -> OldOffice:
    found = OldOffice(database_url("", tmp_path))
    needs = (Need("server", {"id": "Server"}), Need("printer", {"id": "Pencetak"}))
    services = tuple(replace(one, needs=("server", "printer")) for one in found.plan.services)
    found.plan = replace(found.plan, needs=needs, services=services)
    return found


def fail(old: OldOffice) -> None:
    """Let both fail, and one of them come back before the day is closed."""
    old.office.execute(BeginOutage(need="server"))
    old.office.execute(BeginOutage(need="printer"))
    old.clock.forward(minutes=40)
    old.office.execute(EndOutage(need="server"))


def test_outages_are_the_same_after_their_lines_left(old: OldOffice) -> None:
    first = old.today()
    fail(old)
    old.work(50)
    fail(old)
    settings = Settings(old.engine, old.name)
    told = settings.outages_by_day(first, old.today())
    assert list(told) == [first, old.today()]
    server, printer = told[first]
    assert (server.need, server.names, server.services, server.minutes) == (
        "server", {"id": "Server"}, ("card", "family", "birth"), 40
    )  # fmt: skip
    assert printer.need == "printer"
    old.seal()
    assert settings.outages_by_day(first, old.today()) == told  # sealed, and still there
    old.remove()
    old.let_go()
    assert first not in old.days()
    assert settings.outages_by_day(first, old.today()) == told
    assert list(settings.outages_by_day(first, first + timedelta(days=1))) == [first]


def test_a_seal_of_an_earlier_release_that_keeps_no_outages_hides_none_whose_lines_are_there(
    old: OldOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = old.today()
    fail(old)
    old.work(50)
    settings = Settings(old.engine, old.name)
    told = settings.outages_by_day(first, old.today())
    with monkeypatch.context() as earlier:
        earlier.setattr(day_figures, "outages_as_data", lambda outages: [])
        old.seal()
    assert settings.outages_by_day(first, old.today()) == told
