"""Operators are told of what runs short before a service stops: of what the services of their own counter use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from antrean.queueing.commands import CountStock
from antrean.queueing.plan.model import StockItem, StockUse
from tests.conftest import SetClock, small_plan
from tests.counter_panel.english import Panel
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def panel(tmp_path: Path, clock: SetClock) -> Iterator[Panel]:
    """An office in English, where a card uses a blank and a ribbon."""
    stock = (StockItem("blank", {"en": "Blank cards"}, {"en": "sheets"}, 5), StockItem("ribbon", {"en": "Ribbon"}))
    here = small_plan(languages=("en", "id"), stock=stock)
    card = replace(here.services[0], uses=(StockUse("blank"), StockUse("ribbon")))
    hub = OfficeHub(tmp_path, replace(here, services=(card, *here.services[1:])), clock)
    yield Panel(hub, clock)
    hub.stop()


def test_a_counter_says_what_runs_short_and_whom_to_tell(panel: Panel) -> None:
    few = "Few left: Blank cards, {} that nobody was promised. Tell your supervisor."
    panel.execute(CountStock(item="blank", count=5))
    assert "Blank cards" not in panel.says()["lamps"]
    panel.hub.issue("card")
    assert few.format("4 sheets") in panel.says()["lamps"]
    panel.execute(CountStock(item="ribbon", count=1))
    assert "Used up: Ribbon. And 1 more item. Tell your supervisor." in panel.says()["lamps"]
    panel.execute(CountStock(item="ribbon", count=50, reason="delivered"))
    panel.execute(CountStock(item="blank", count=50, reason="delivered"))
    assert "Tell your supervisor" not in panel.says()["lamps"]


def test_a_counter_that_serves_other_things_is_told_nothing(panel: Panel) -> None:
    panel.execute(CountStock(item="blank", count=0))
    assert "Used up: Blank cards." in panel.says()["lamps"]
    assert "Used up" not in panel.says(panel.budi)["lamps"]  # not at a counter yet
    panel.sit(panel.budi, "2")
    assert "Used up" not in panel.says(panel.budi)["lamps"]
