"""The page of a number that was not served says when its visitor is among the first, and leads to that number."""

from __future__ import annotations

import pytest

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan, CloseDay, OpenDay, RedeemVoucher
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part


@pytest.fixture
def ticket(hub: OfficeHub) -> Ticket:
    save_part(hub.office, "limits/voucher_days", 2)
    return hub.issue(persons=2)


def page(hub: OfficeHub, link: str) -> tuple[int, str]:
    query = {"ticket": link, "language": "en"}
    answer = hub.app.test_client().get("/mobile_ticket/", query_string=query, headers={"Accept": "text/html"})
    return answer.status_code, answer.text


def expired(hub: OfficeHub, link: str) -> str:
    html = page(hub, link)[1]
    return text_of(html.split('data-own="expired">')[1].split("</section>")[0])


def redeemed(hub: OfficeHub) -> str:
    voucher = hub.office.read(lambda day, _plan: next(iter(day.standing.vouchers.vouchers)))
    found = hub.office.execute(RedeemVoucher(voucher=voucher)).ticket
    assert found is not None
    return found.number


def test_after_the_close_it_says_on_which_day_and_how_until_the_day_is_opened_again(
    hub: OfficeHub, ticket: Ticket
) -> None:
    link, code = hub.link(ticket), hub.code(ticket)
    assert "The office has closed" in expired(hub, link)
    hub.office.execute(CloseDay())
    assert expired(hub, link) == (
        "You were not served today Keep this page: you are among the first on Wednesday, 25 November. "
        "Show this page to our staff. You then get a new number. "
        f"Number A-001 · Code on the slip {code} This holds until Thursday, 26 November."
    )
    hub.office.execute(OpenDay())
    assert "You were not served" not in expired(hub, link)


def test_on_the_days_on_which_it_holds_the_link_says_so_and_then_no_more(
    hub: OfficeHub, ticket: Ticket, clock: SetClock
) -> None:
    link = hub.link(ticket)
    hub.office.execute(CloseDay())
    clock.forward(hours=24)
    hub.catch_up()
    status, html = page(hub, link)
    words = text_of(html.split("<main>")[1])
    assert status == 200
    assert "Your number of Tuesday, 24 November A-001 Card printing · 2 persons" in words
    assert "You were not served on Tuesday, 24 November You are among the first today." in words
    clock.forward(hours=48)
    hub.catch_up()
    assert page(hub, link)[0] == 404


def test_where_a_kiosk_asks_for_lost_slips_the_page_says_what_to_touch(hub: OfficeHub, ticket: Ticket) -> None:
    settings = hub.app.extensions["antrean"].settings
    pair_device(settings, "print_agent", "Printer 1", hub.office.clock, numbered=True)
    hub.office.execute(ChangePlan(what="devices"))
    hub.office.execute(CloseDay())
    assert "Touch “I lost my slip” at the kiosk and type number and code" in expired(hub, hub.link(ticket))


def test_the_earlier_link_and_code_lead_to_the_number_of_today_once_it_is_taken_up(
    hub: OfficeHub, ticket: Ticket, clock: SetClock
) -> None:
    link, code = hub.link(ticket), hub.code(ticket)
    hub.office.execute(CloseDay())
    clock.forward(hours=24)
    hub.catch_up()
    found = {"number": "A-001", "code": code}
    follow = hub.app.test_client().post("/mobile_ticket/find", json=found).get_json()["follow_url"]
    assert page(hub, follow.split("ticket=")[1])[0] == 200
    hub.issue()  # A-001 of today is somebody else's
    number = redeemed(hub)
    assert f'data-number="{number}"' in page(hub, link)[1]
    follow = hub.app.test_client().post("/mobile_ticket/find", json=found).get_json()["follow_url"]
    assert f'data-number="{number}"' in page(hub, follow.split("ticket=")[1])[1]


def test_a_page_that_is_still_open_on_the_next_day_can_tell_that_the_number_is_somebody_elses(
    hub: OfficeHub, ticket: Ticket, clock: SetClock
) -> None:
    assert 'data-day="2026-11-24"' in page(hub, hub.link(ticket))[1]
    clock.forward(hours=24)
    other = hub.issue()
    view = hub.app.test_client().get("/mobile_ticket/view", query_string={"ticket": hub.link(other)}).get_json()
    assert (other.number, view["day"]) == ("A-001", "2026-11-25")
