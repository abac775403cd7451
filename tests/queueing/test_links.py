"""A ticket's link is its holder's alone: derived from the key, bound to one line of one office, stored nowhere."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from antrean.queueing.day import ServiceDay
from antrean.queueing.events import TicketIssued
from antrean.queueing.journal.entry import JournalEntry, to_data
from antrean.queueing.keeping.kept_day import keep, restore
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.links import SEPARATOR, TicketLinks, sample_link
from antrean.queueing.tickets.ticket import Ticket
from tests.conftest import ListJournal, SetClock
from tests.queueing.wishes import issue

LINKS = TicketLinks("the hub's key", "test")


def found(office: Office, link: str, links: TicketLinks = LINKS) -> str | None:
    ticket = office.read(lambda day, _plan: links.ticket(day, link))
    return ticket.number if ticket is not None else None


def test_a_link_leads_to_its_own_ticket_and_to_no_other(office: Office) -> None:
    tickets = [issue(office, service) for service in ("card", "family", "card")]
    links = [LINKS.of(ticket) for ticket in tickets]
    assert [found(office, link) for link in links] == ["A-001", "B-001", "A-002"]
    proof = links[0].partition(SEPARATOR)[2]
    assert found(office, f"A-002{SEPARATOR}{proof}") is None


def test_a_link_has_at_least_96_bits_and_letters_that_an_address_holds_as_they_are(office: Office) -> None:
    link = LINKS.of(issue(office))
    number, _, proof = link.partition(SEPARATOR)
    assert number == "A-001"
    assert re.fullmatch(r"[A-Za-z0-9_-]{16,}", proof)
    assert len(link) == len(sample_link("A-012")) == 22  # no longer than it was: the printed code gets no denser


def test_hubs_with_the_same_key_have_the_same_links_and_others_have_not(office: Office) -> None:
    link = LINKS.of(issue(office))
    assert TicketLinks("the hub's key", "test").of(issue(office, "family")) == LINKS.of(
        office.read(lambda day, _plan: day.tickets["B-001"])
    )
    assert found(office, link, TicketLinks("the hub's key", "test")) == "A-001"
    assert found(office, link, TicketLinks("another key", "test")) is None
    assert found(office, link, TicketLinks("the hub's key", "another office")) is None


def test_the_same_number_of_another_day_has_another_link(office: Office, clock: SetClock) -> None:
    link = LINKS.of(issue(office))
    clock.now += timedelta(days=1)
    office.catch_up()
    tomorrow = issue(office)
    assert tomorrow.number == "A-001"
    assert LINKS.of(tomorrow) != link
    assert found(office, link) is None
    assert found(office, LINKS.of(tomorrow)) == "A-001"


@pytest.mark.parametrize(
    "wrong",
    ["", ".", "A-001", "A-001.", ".A-001", "A-001.\ud800", "A-001.é", "A-001." + "x" * 4000, "A-999.xxxxxxxxxxxxxxxx"],
)
def test_what_is_no_link_leads_nowhere(office: Office, wrong: str) -> None:
    issue(office)
    assert found(office, wrong) is None


def test_each_change_of_a_letter_makes_it_lead_nowhere(office: Office) -> None:
    link = LINKS.of(issue(office))
    for place in range(len(link)):
        other = "A" if link[place] != "A" else "B"
        assert found(office, link[:place] + other + link[place + 1 :]) is None


def earlier(seq: int, clock: SetClock, office: Office) -> JournalEntry:
    """A line of an earlier release, which held the secret of its ticket's link."""
    event = TicketIssued("A-007", "card", "A", 7, token="secret-of-an-earlier-release")
    return JournalEntry(seq, clock(), office.business_day(), event)


def test_a_ticket_of_an_earlier_release_keeps_its_link_for_its_day_and_has_no_other(
    clock: SetClock, plan: OfficePlan
) -> None:
    journal = ListJournal()
    office = Office(journal, lambda: plan, clock)
    office.catch_up()
    journal.append([earlier(1, clock, office)])
    office.catch_up()
    old = office.read(lambda day, _plan: day.tickets["A-007"].snapshot())
    assert LINKS.of(old) == "secret-of-an-earlier-release"
    assert found(office, "secret-of-an-earlier-release") == "A-007"
    assert found(office, LINKS.of(replace(old, token=""))) is None
    new = issue(office)
    assert (new.number, new.token) == ("A-008", "")
    assert found(office, LINKS.of(new)) == "A-008"
    clock.now += timedelta(days=1)
    office.catch_up()
    assert found(office, "secret-of-an-earlier-release") is None


def test_neither_journal_nor_kept_day_holds_a_link_and_both_give_the_same_one(
    clock: SetClock, plan: OfficePlan
) -> None:
    journal = ListJournal()
    office = Office(journal, lambda: plan, clock)
    tickets = [issue(office, service, request_id=f"request-{service}") for service in ("card", "family")]
    links = [LINKS.of(ticket) for ticket in tickets]
    lines = journal.entries
    day = ServiceDay.fold(office.business_day(), lines)
    written = json.dumps([to_data(entry.event) for entry in lines])
    state = office.read(lambda shown, _plan: keep(shown))
    kept = json.dumps(state.state) + "".join(str(state.results.get(request)) for request in state.results.places)
    for link in links:
        assert link.partition(SEPARATOR)[2] not in written + kept
    again = restore(state, plan)
    for one in (day, again):
        assert [LINKS.of(ticket) for ticket in one.tickets.values()] == links
        assert one.tokens == {}


def test_a_link_is_looked_up_and_not_searched_for(office: Office) -> None:
    class Counted(dict[str, Ticket]):
        asked = 0

        def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
            self.asked += 1
            return super().get(key)

        def __iter__(self) -> object:  # type: ignore[override]
            raise AssertionError("all tickets were looked at")

    tickets = [issue(office) for _ in range(5)]
    day = office.read(lambda day, _plan: day)
    day.tickets = counted = Counted(day.tickets)
    assert LINKS.ticket(day, LINKS.of(tickets[3])) is day.tickets.get("A-004")
    assert LINKS.ticket(day, "A-099.xxxxxxxxxxxxxxxx") is None
    assert counted.asked == 3
