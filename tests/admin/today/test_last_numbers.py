"""Today says which service gives no more numbers before closing, and who is the last to be served."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from antrean.hub.watches.last_numbers import LastNumbers
from antrean.queueing.commands import IssueTicket
from antrean.queueing.hours.document import write_hours
from antrean.queueing.hours.model import WEEKDAYS, Hours
from antrean.queueing.plan.model import OfficePlan
from tests.admin.said import drawn, says
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part
from tests.queueing.wishes import refused
from tests.web.text.test_waits_shown import serve


def closes_at(hub: OfficeHub, hour: int) -> None:
    save_part(hub.office, "hours", write_hours(Hours(dict.fromkeys(WEEKDAYS, ((6 * 60, hour * 60),)))))


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


@pytest.fixture
def rush(hub: OfficeHub, clock: SetClock) -> OfficeHub:
    """Return an office that closes at ten, in which at 09:30 nine of fifteen wait, each taking five minutes."""
    save_part(hub.office, "limits/served_percent", 80)
    for _ in range(15):
        hub.issue()
    serve(hub, clock, 6, 5)
    closes_at(hub, 10)
    LastNumbers(hub.office).look()
    return hub


def test_today_says_since_when_and_after_which_number_a_service_gives_no_more(
    rush: OfficeHub, dewi: FlaskClient
) -> None:
    said = says(dewi, "today", "service.card")
    assert "No more numbers since 09:30, after A-015: those who wait take until closing" in said
    assert "Open" not in said
    assert re.search(r"The last number that will be served today: A-0(0[7-9]|1[0-4]) ", said)
    assert "give numbers again" not in says(dewi, "today", "service.family")


def test_a_supervisor_lets_it_go_on_with_a_ready_reason_that_the_audit_keeps(
    rush: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    address = "/admin/services/card/go_on"
    assert dewi.post(address, json={"reason": " "}).get_json()["error"]["code"] == "numbers_reason_missing"
    assert refused(rush.office, IssueTicket, service="card") == "numbers_stopped"
    assert f'action="{address}"' in drawn(dewi, "today", "service.card")
    assert dewi.post(address, json={"reason": "We stay longer today"}).status_code == 200
    said = says(dewi, "today", "service.card")
    assert said.startswith("A Card printing Open")
    assert "We stay longer today" not in said
    rush.issue()
    LastNumbers(rush.office).look()
    assert says(dewi, "today", "service.card").startswith("A Card printing Open")
    told = text_of(eka.get("/admin/audit?about=services", headers={"Accept": "text/html"}).text)
    assert "Dewi Card printing gives numbers again: We stay longer today" in told
    assert "the hub itself Card printing gives no more numbers before closing, after A-015" in told


def test_while_there_is_time_today_says_up_to_which_number_more_can_be_given(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    for _ in range(15):
        hub.issue()
    serve(hub, clock, 6, 5)
    assert "will be served today" not in says(dewi, "today", "service.card")  # nothing closes
    closes_at(hub, 15)
    found = re.search(
        r"Numbers up to about A-(\d+) will be served today \(chance: 80 %\)", says(dewi, "today", "service.card")
    )
    assert found is not None
    last = int(found[1])
    assert 30 < last < 90  # five and a half hours are left, five minutes each
    more = last - 15
    serves = hub.office.read(
        lambda day, _plan: [day.waits.serves_arrival("card", 80, clock(), 9 + more + beyond) for beyond in (-1, 0)]
    )
    assert serves == [True, False]
    assert "will be served today" not in says(dewi, "today", "service.family")  # nobody was called there


def test_where_not_even_the_next_one_is_likely_to_be_served_it_says_so(
    rush: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    clock.forward(minutes=29)
    said = says(dewi, "today", "service.card")
    assert "Nobody who waits will be served today with a chance of 80 %" in said
