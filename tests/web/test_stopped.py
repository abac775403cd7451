"""That a service gives no more numbers before closing is said on every screen on which services stand."""

from __future__ import annotations

import pytest

from antrean.queueing.commands import StopNumbers
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from counter_panel.view_model import choice
from display.view_model import board
from kiosk.view_model import service_tiles, services_json
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.plan import save_part
from tests.kiosk.test_closing import Entrance

CLOSES = "2026-11-24T08:00:00+00:00"
WORDS = "No more numbers today: those who wait take until closing"


@pytest.fixture
def stopped(hub: OfficeHub, clock: SetClock) -> OfficeHub:
    """Return an office in which three wait for a card and no more numbers are given for it until it closes at 15:00.

    The hub looks once a second whether they may go on: that they may not has to follow from its hours.
    """
    save_part(hub.office, "hours/week", {"tuesday": ["08:00-15:00"]})
    save_part(hub.office, "limits/served_percent", 80)
    for _ in range(3):
        hub.issue()
    hub.office.execute(StopNumbers(service="card", percent=80, counters=1, closes=CLOSES), actor="hub")
    return hub


def test_every_screen_says_that_a_service_gives_no_more_numbers(stopped: OfficeHub, clock: SetClock) -> None:
    def shown(day: ServiceDay, plan: OfficePlan) -> None:
        tile, other, *_ = service_tiles(day, plan, ["en"])["en"]
        assert (tile.state, tile.open, tile.notice, tile.waiting, tile.wait) == ("stopped", False, "", 3, None)
        assert other.state == "open"
        assert [one["state"] for one in services_json(day, plan)][:2] == ["stopped", "open"]
        assert [row.state for row in board(day, plan, "en").services][:2] == ["stopped", "open"]
        assert [choice(day, plan, one, clock()).stopped for one in plan.services][:2] == [True, False]

    stopped.office.read(shown)
    entrance = Entrance(stopped, clock)
    assert WORDS in entrance.tile()
    assert entrance.listed()["state"] == "stopped"
    page = entrance.get("/kiosk/?language=en")
    assert "No more numbers are given for this service today: those who wait take until closing." in page


def test_the_number_of_a_stopped_service_is_refused_at_the_kiosk_with_a_code_of_its_own(
    stopped: OfficeHub, clock: SetClock
) -> None:
    entrance = Entrance(stopped, clock)
    headers = {"Authorization": f"Bearer {entrance.token}"}
    answer = entrance.client.post("/kiosk/tickets", json={"service": "card"}, headers=headers)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "numbers_stopped")
