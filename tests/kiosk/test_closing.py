"""Near closing time, and while no counter is open: kiosk, slip and phone say the same, and only then."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan, CloseCounter
from antrean.queueing.estimation.open_time import Reach
from antrean.queueing.hours.document import write_hours
from antrean.queueing.hours.model import WEEKDAYS, Hours
from antrean.queueing.tickets.ticket import Ticket
from antrean.web.text.slip_words import slip_content
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part
from tests.web.text.test_waits_shown import serve

WORDS: dict[Reach, str] = {
    "may_not_be_served_today": "You may not be served today: closing time is %s.",
    "unlikely": "You will probably not be served today: closing time is %s.",
}
TILES: dict[Reach, str] = {
    "may_not_be_served_today": "May not be served today",
    "unlikely": "Probably not served today",
}
SOONER = {"may_not_be_served_today": 35, "unlikely": 2}  # minutes to closing time, with nine ahead at five minutes each


class Entrance:
    """An office with a kiosk and a printer, and its visitors' phones."""

    def __init__(self, hub: OfficeHub, clock: SetClock) -> None:
        self.hub, self.clock, self.client = hub, clock, hub.app.test_client()
        settings = hub.app.extensions["antrean"].settings
        self.token = pair_device(settings, "kiosk", "kiosk", hub.office.clock)[1]
        hub.office.execute(ChangePlan(what="devices"))

    def queue(self) -> None:
        """Let fifteen card visitors take a number, and six of them be called, five minutes apart."""
        for _ in range(15):
            self.hub.issue()
        serve(self.hub, self.clock, 6, 5)

    def close_in(self, minutes: int) -> str:
        """Let the office close so many minutes from now; returns the time as English pages say it."""
        local = (self.clock() + timedelta(minutes=minutes)).astimezone(self.hub.office.read(lambda _d, plan: plan.tz))
        until = local.hour * 60 + local.minute
        save_part(self.hub.office, "hours", write_hours(Hours(dict.fromkeys(WEEKDAYS, ((6 * 60, until),)))))
        return local.strftime("%H:%M")

    def get(self, address: str) -> str:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/html"}
        answer = self.client.get(address, headers=headers)
        assert answer.status_code == 200
        return answer.text

    def tile(self) -> str:
        page = self.get("/kiosk/?language=en")
        found = re.search(r'<button[^>]*id="tile-en-card".*?</button>', page, re.DOTALL)
        assert found is not None
        return text_of(found[0])

    def notice(self) -> str:
        """Return what stands above the services; "" for nothing."""
        page = self.get("/kiosk/?language=en")
        english = page[page.index('<div class="in-language" lang="en"') :]
        found = re.search(r'class="start-notice.*?</p>', english, re.DOTALL)
        return text_of("<p " + found[0]) if found else ""

    def listed(self) -> dict[str, Any]:
        """Return the card service as a program reads it."""
        headers = {"Authorization": f"Bearer {self.token}"}
        found: dict[str, Any] = self.client.get("/kiosk/services", headers=headers).get_json()["services"][0]
        return found

    def persons(self) -> str:
        page = self.get("/kiosk/?language=en&service=card")
        languages = self.hub.office.read(lambda _day, plan: plan.languages)
        return str(re.findall(r"data-warn[ >].*?<span>([^<]*)<", page)[languages.index("en")])

    def result(self, number: str) -> str:
        return text_of(self.get(f"/kiosk/tickets/{number}?language=en"))

    def slip(self, ticket: Ticket) -> list[str]:
        """Return the last lines of a number's slip, which is in Indonesian."""
        assert ticket.slip is not None
        with self.hub.app.test_request_context("/"):
            plan = self.hub.office.read(lambda _day, plan: plan)
            return list(slip_content(plan, ticket, ticket.slip)["footer"])

    def phone(self, ticket: Ticket) -> str:
        page = self.client.get(f"/mobile_ticket/?ticket={self.hub.link(ticket)}&language=en").text
        shown = re.sub(r"<p [^>]*hidden[^>]*>.*?</p>", "", page, flags=re.DOTALL)
        return text_of(shown)

    def marks(self, ticket: Ticket) -> tuple[str, str]:
        told = self.client.get(f"/mobile_ticket/view?ticket={self.hub.link(ticket)}").get_json()
        return told["tickets"][ticket.number][8], told["closes"].get("card", {}).get("en", "")


@pytest.fixture
def entrance(hub: OfficeHub, clock: SetClock) -> Entrance:
    return Entrance(hub, clock)


@pytest.mark.parametrize("reach", list(WORDS))
def test_whoever_may_not_be_served_reads_it_before_the_number_and_then_everywhere(
    entrance: Entrance, reach: Reach
) -> None:
    entrance.queue()
    closing = entrance.close_in(SOONER[reach])
    words = WORDS[reach] % closing
    assert TILES[reach] in entrance.tile()
    listed = entrance.listed()
    assert (listed["reach"], listed["counters"]) == (reach, "open")
    assert datetime.fromisoformat(listed["closes_at"]) - entrance.clock() == timedelta(minutes=SOONER[reach])
    assert entrance.persons() == f"{words} 9 numbers are ahead of you."
    ticket = entrance.hub.issue()
    assert ticket.reach_at_issue == reach
    assert words in entrance.result(ticket.number)
    assert words in entrance.phone(ticket)
    assert entrance.marks(ticket) == ("m" if reach == "may_not_be_served_today" else "l", closing)


def test_with_time_enough_nobody_is_told_that(entrance: Entrance) -> None:
    entrance.queue()
    entrance.close_in(240)
    ticket = entrance.hub.issue()
    assert entrance.persons() == ""
    for said in (entrance.tile(), entrance.result(ticket.number), entrance.phone(ticket)):
        assert "served today" not in said
    assert entrance.marks(ticket)[0] == ""


def test_the_slip_says_what_the_screen_said(entrance: Entrance) -> None:
    entrance.queue()
    entrance.close_in(SOONER["unlikely"])
    said = entrance.slip(entrance.hub.issue())
    assert said[0].startswith("Anda kemungkinan besar tidak terlayani hari ini: kantor tutup pukul ")
    entrance.close_in(240)
    assert "tidak terlayani" not in str(entrance.slip(entrance.hub.issue()))


def test_while_no_counter_is_open_the_kiosk_says_so_and_tells_no_wait(entrance: Entrance) -> None:
    assert (entrance.notice() + entrance.tile()).count("No counter is open yet") == 1
    assert entrance.persons() == "No counter is open yet. Numbers are called once one opens."
    assert "Estimated wait not known yet" in entrance.result(entrance.hub.issue().number)
    entrance.queue()
    assert "No counter" not in entrance.notice() + entrance.tile()
    assert entrance.persons() == ""
    entrance.hub.office.execute(CloseCounter(counter="1", operator="Ani"))
    # A print agent that is away is told first, and the tiles tell of the counters.
    assert (entrance.notice() + entrance.tile()).count("No counter is open now") == 1
    assert "minutes" not in entrance.tile()
    assert entrance.persons() == "No counter is open now. Numbers are called once one opens."
    assert "Estimated wait not known yet" in entrance.result(entrance.hub.issue().number)
