"""Whoever was not served on an earlier day takes a number of today at the kiosk, by number and code of the slip."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import CloseDay, PauseService, RedeemVoucher
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

WAITED = "Were you still waiting? Keep your number: when you come back, you are among the first."
TOUCH = "Were you not served on an earlier day? Touch “I lost my slip”, or speak to our staff."


@pytest.fixture
def carried(hub: OfficeHub, clock: SetClock) -> dict[str, str]:
    """Return what stands on the slip of a visitor who still waited when yesterday was closed."""
    save_part(hub.office, "limits/voucher_days", 2)
    hub.issue()
    slip = {"number": "A-002", "code": hub.code(hub.issue(persons=3))}
    hub.office.execute(CloseDay())
    tomorrow(hub, clock)
    return slip


def tomorrow(hub: OfficeHub, clock: SetClock) -> None:
    clock.forward(hours=24)
    hub.catch_up()


def start(kiosk: FlaskClient, language: str = "en") -> str:
    return text_of(kiosk.get("/kiosk/view").get_json()["html"][f"start.{language}"])


def asked(kiosk: FlaskClient, slip: dict[str, str], **more: Any) -> tuple[int, dict[str, Any]]:
    answer = kiosk.post("/kiosk/lost", json={**slip, **more})
    return answer.status_code, answer.get_json()


def test_number_and_code_become_a_number_of_today_before_all_newcomers_on_a_slip_of_its_own(
    hub: OfficeHub, kiosk: FlaskClient, carried: dict[str, str]
) -> None:
    hub.issue(), hub.issue()
    status, body = asked(kiosk, carried, language="en")
    assert (status, body["ticket"]["number"], body["ticket"]["persons"]) == (200, "A-003", 3)
    shown = text_of(body["html"]["en"])
    assert "Your queue number A-003" in shown
    assert "Ahead of you nobody" in shown
    assert [slip.copy for slip in hub.ticket("A-003").slips] == [0]
    assert hub.ticket("A-003").language == "en"


def test_it_is_done_once_and_the_earlier_slip_leads_to_the_number_of_today(
    hub: OfficeHub, kiosk: FlaskClient, carried: dict[str, str]
) -> None:
    first = asked(kiosk, carried, request_id="not-served-1")
    assert asked(kiosk, carried, request_id="not-served-1") == first
    assert len(hub.ticket("A-001").slips) == 1
    status, body = asked(kiosk, carried)
    assert (status, body["ticket"]["number"]) == (200, "A-001")
    assert hub.office.read(lambda day, _plan: len(day.tickets)) == 1


def test_numbers_of_two_days_with_other_digits_are_told_apart_by_their_code(
    hub: OfficeHub, kiosk: FlaskClient, carried: dict[str, str]
) -> None:
    save_part(hub.office, "number_digits", 2)
    hub.issue()
    today = {"number": "A-2", "code": hub.code(hub.issue())}
    assert hub.ticket("A-02").number == "A-02"
    assert asked(kiosk, today)[1]["ticket"]["number"] == "A-02"
    status, body = asked(kiosk, {**carried, "number": "A-2"})
    assert (status, body["ticket"]["number"], body["ticket"]["persons"]) == (200, "A-03", 3)
    assert asked(kiosk, {**carried, "number": "a 2"})[1]["ticket"]["number"] == "A-03"


def test_a_wrong_code_a_pause_and_another_number_of_today_take_nothing(
    hub: OfficeHub, kiosk: FlaskClient, carried: dict[str, str]
) -> None:
    wrong = {**carried, "code": f"{(int(carried['code']) + 1) % 10_000:04d}"}
    hub.issue(), hub.issue()  # A-002 of today is somebody else's
    assert asked(kiosk, wrong)[0] == 404
    hub.office.execute(PauseService(service="card"))
    assert asked(kiosk, carried)[1]["error"]["code"] == "service_paused"
    assert hub.office.read(lambda day, _plan: len(day.standing.vouchers.vouchers)) == 2


def test_a_kiosk_without_scripts_shows_the_number(hub: OfficeHub, kiosk: FlaskClient, carried: dict[str, str]) -> None:
    answer = kiosk.post("/kiosk/lost", data=carried, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.location) == (303, "/kiosk/tickets/A-001")


def test_a_visitor_is_told_when_the_day_is_closed_and_how_to_go_on_when_it_is_open_again(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    save_part(hub.office, "limits/voucher_days", 1)
    hub.issue()
    assert TOUCH not in start(kiosk)
    hub.office.execute(CloseDay())
    assert start(kiosk) == f"The office is closed for today. {WAITED}"
    tomorrow(hub, clock)
    assert TOUCH in start(kiosk)
    voucher = hub.office.read(lambda day, _plan: next(iter(day.standing.vouchers.vouchers)))
    hub.office.execute(RedeemVoucher(voucher=voucher))
    assert TOUCH not in start(kiosk)
    hub.office.execute(CloseDay())
    tomorrow(hub, clock)
    tomorrow(hub, clock)
    assert TOUCH not in start(kiosk)  # those of yesterday are over


def test_a_close_at_which_nobody_waited_promises_nothing(hub: OfficeHub, kiosk: FlaskClient) -> None:
    save_part(hub.office, "limits/voucher_days", 1)
    hub.office.execute(CloseDay())
    assert WAITED not in start(kiosk)
