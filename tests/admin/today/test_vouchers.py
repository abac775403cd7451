"""Today prints the numbers that were not served: how many, on how much paper, and how far it has come."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from admin.today.vouchers import metres
from antrean.queueing.commands import CloseDay, RedeemVoucher
from antrean.queueing.plan.model import OfficePlan
from printer_profiles import load_profile
from tests.admin.conftest import Agent
from tests.admin.said import drawn, says
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

LEAVE = (
    "The slips that visitors have already are good as well. New ones are for those who lost theirs or had none. "
    "What was printed on an earlier day is not counted here."
)


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


@pytest.fixture
def closed(hub: OfficeHub, agent: Agent) -> Agent:
    """The print agent of an office whose close gave three vouchers."""
    save_part(hub.office, "limits/voucher_days", 2)
    for _ in range(3):
        hub.issue()
    hub.office.execute(CloseDay())
    return agent


def said(client: FlaskClient) -> str:
    return says(client, "today", "vouchers")


def give(client: FlaskClient, agent: Agent, command: str) -> None:
    assert client.post(f"/admin/printers/{agent.id}/{command}", json={}).status_code == 200


def waiting_jobs(agent: Agent) -> list[str]:
    return [slip["job"].split("/", 1)[1] for slip in agent.view()["slips"]]


def test_they_are_printed_in_their_order_and_the_page_says_how_far_it_has_come(
    hub: OfficeHub, dewi: FlaskClient, closed: Agent
) -> None:
    closed.reports("ready")
    assert said(dewi) == (
        f"Numbers that were not served 3 numbers can be taken up again. {LEAVE} "
        "Printer 1 About 1 metre of paper Print 3 slips"
    )
    html = drawn(dewi, "today", "vouchers")
    assert "Print at Printer 1? It takes about 1 of the 50 metres of a roll." in html
    give(dewi, closed, "vouchers")
    give(dewi, closed, "vouchers")
    assert waiting_jobs(closed) == ["VOUCHER/1", "VOUCHER/2", "VOUCHER/3"]
    assert "3 numbers can be taken up again. 3 wait to be printed." in said(dewi)
    assert "Printer 1 3 wait to be printed. Stop printing" in said(dewi)
    day = hub.office.business_day().isoformat()
    closed.settles(f"{day}/VOUCHER/1", "printed", "echoed", paper_mm=80)
    closed.reports("paper_out")
    assert "3 numbers can be taken up again. 1 was printed today. 2 wait to be printed." in said(dewi)
    closed.reports("ready")
    assert waiting_jobs(closed) == ["VOUCHER/2", "VOUCHER/3"]
    give(dewi, closed, "stop_vouchers")
    assert waiting_jobs(closed) == []
    assert "3 numbers can be taken up again. 1 was printed today. The slips" in said(dewi)
    assert said(dewi).endswith("Printer 1 About 1 metre of paper Print 2 slips")
    assert "A-001 COMING BACK" in says(dewi, "printers", "printers")


def test_a_held_printer_is_said_and_prints_none(dewi: FlaskClient, closed: Agent) -> None:
    give(dewi, closed, "hold")
    assert said(dewi).endswith("Printer 1 The printer's queue is on hold.")
    refused = dewi.post(f"/admin/printers/{closed.id}/vouchers", json={})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "printer_held")


def test_they_stand_there_as_long_as_they_hold_and_whoever_took_one_up_is_not_counted(
    hub: OfficeHub, dewi: FlaskClient, closed: Agent, clock: SetClock
) -> None:
    clock.forward(hours=24)
    hub.catch_up()
    assert "3 numbers can be taken up again." in said(dewi)
    hub.office.execute(
        RedeemVoucher(voucher=hub.office.read(lambda day, _plan: next(iter(day.standing.vouchers.vouchers))))
    )
    assert "2 numbers can be taken up again." in said(dewi)
    clock.forward(hours=48)
    hub.catch_up()
    assert said(dewi) == ""


def test_nothing_is_said_where_none_was_given_and_where_nothing_prints(hub: OfficeHub, dewi: FlaskClient) -> None:
    save_part(hub.office, "limits/voucher_days", 2)
    assert said(dewi) == ""
    hub.issue()
    hub.office.execute(CloseDay())
    assert said(dewi) == ""


def test_who_only_looks_is_offered_no_printing(hub: OfficeHub, closed: Agent) -> None:
    fajar = hub.as_staff("Fajar")
    page = text_of(fajar.get("/admin/today", headers={"Accept": "text/html"}).text)
    assert "3 numbers can be taken up again." in page
    assert "Print 3 slips" not in page
    assert fajar.post(f"/admin/printers/{closed.id}/vouchers", json={}).status_code == 403


def test_the_paper_is_said_in_whole_metres_and_rather_too_long() -> None:
    assert [metres(slips, load_profile("generic-80")) for slips in (1, 12, 13, 200)] == [1, 1, 2, 16]
    assert [metres(slips, load_profile("generic-58")) for slips in (1, 8, 200)] == [1, 1, 25]
