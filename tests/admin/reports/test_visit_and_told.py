"""One visit and what was told: a leader reads all that happened, a viewer no name, and nothing is said that was not."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from antrean.access.devices import pair_device
from antrean.access.staff import add_staff
from antrean.queueing.commands import ChangePersons, ChangePlan, IssueTicket
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.half_hours import HEADS
from antrean.storage.journal.ticket_lines import TicketLines
from tests.admin.today.test_day_journey import signed_in
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.played_day import PlayedDay

DAY = "2026-11-24"


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


@pytest.fixture
def played(hub: OfficeHub, clock: SetClock) -> PlayedDay:
    day = PlayedDay(hub, clock)
    day.play()
    day.follow()
    return day


def said(client: FlaskClient, address: str, **asked: str) -> str:
    """Return the words of a page, without what stands around them."""
    answer = client.get(f"/admin/reports/{address}", query_string=asked)
    assert answer.status_code == 200
    main = answer.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_a_supervisor_reads_where_a_number_waited_why_it_was_called_and_who_did_what(played: PlayedDay) -> None:
    words = said(played.hub.as_staff("Dewi"), "visit", day=DAY, number="a 8")
    assert "A-008 Tuesday, 24 November 2026" in words
    assert "Card printing, Birth certificate" in words
    # Issued at 9:07, called when six had been served and one missed: 9:38 and three seconds.
    assert "Card printing 09:07:00 31 minutes 30 seconds 2 minutes Loket 3 Ani sent on" in words
    assert "Birth certificate 09:40:33 – – – – – still open" in words
    assert "09:38:03 Loket 3 Waited 31 minutes and is due first. Ani by no display" in words
    assert "It has no slip." in words
    assert "09:07:00 the visitor Number given" in words or "09:07:00 the hub itself Number given" in words
    assert "Ani Called to Loket 3" in words
    assert "Ani A-008 sent on to Birth certificate: papers are there" in words


def test_a_call_says_which_display_showed_it_and_that_it_was_repeated_for_nothing(played: PlayedDay) -> None:
    words = said(played.hub.as_staff("Dewi"), "visit", day=DAY, number="A-007")
    assert "a display: shown at 09:37:03" in words
    assert "Loket 3 Called again" in words
    assert "did not come" in words
    assert "Did not come to the call" in words


def test_a_viewer_reads_no_name_of_staff_and_an_operator_nothing(played: PlayedDay) -> None:
    fajar = played.hub.as_staff("Fajar")
    for number in ("A-007", "A-008"):
        words = said(fajar, "visit", day=DAY, number=number)
        assert "operator Called to Loket 3" in words
        assert not re.search(r"\bAni\b", words)
    table = fajar.get(f"/admin/reports/visit?day={DAY}&number=A-008&as=csv&table=legs").text
    assert "Ani" not in table
    assert (
        "Ani" in played.hub.as_staff("Dewi").get(f"/admin/reports/visit?day={DAY}&number=A-008&as=csv&table=legs").text
    )
    ani = played.hub.as_staff("Ani")
    for address in ("visit", "told", "programs", "half_hours"):
        assert ani.get(f"/admin/reports/{address}").status_code == 403


def test_a_number_that_never_was_and_a_day_that_is_none_are_said_so(played: PlayedDay) -> None:
    dewi = played.hub.as_staff("Dewi")
    assert "A-999 was not given on Tuesday, 24 November 2026." in said(dewi, "visit", day=DAY, number="A-999")
    assert "A-008 was not given on Monday, 23 November 2026." in said(dewi, "visit", day="2026-11-23", number="A-008")
    assert "Type a number as it stands on the slip" in said(dewi, "visit")
    assert dewi.get("/admin/reports/visit?day=yesterday&number=A-008").status_code == 422


def test_what_a_visitor_was_told_stands_beside_what_was_true(hub: OfficeHub, clock: SetClock) -> None:
    day, services = PlayedDay(hub, clock), hub.app.extensions["antrean"]
    device, _token = pair_device(services.settings, "kiosk", "Kiosk at the door", clock)
    hub.office.execute(ChangePlan(what="devices"))
    hub.office.execute(IssueTicket(service="card", device=device.id), request_id="visitor-99")
    day.serve(1, 2)
    day.follow()
    words = said(hub.as_staff("Dewi"), "visit", number="A-001")
    assert "Kiosk at the door" in words
    ticket = hub.ticket("A-001")
    if ticket.wait_at_issue is None:
        assert "The visitor was told no wait." in words
    else:
        assert re.search(r"Told: \d+–\d+ minutes\. Called after 0 minutes: (as|less than) told\.", words)


def test_told_and_true_says_of_how_many_it_speaks_and_of_nobody_nothing(played: PlayedDay) -> None:
    dewi = played.hub.as_staff("Dewi")
    words = said(dewi, "told", since=DAY, until=DAY)
    answer = dewi.get(f"/admin/reports/told?since={DAY}&until={DAY}&as=csv&table=told_all")
    (whole,) = csv.DictReader(io.StringIO(answer.text))
    known, untold = int(whole["visitors"]), int(whole["told_nothing"])
    assert known + untold + int(whole["not_called"]) == 10
    if known:
        assert "Fewer than 30 visitors: too few to say whether the ranges are right." in words
    assert "Nobody who was told a wait was called in these days." in said(
        dewi, "told", since="2026-01-01", until="2026-01-31"
    )
    for bad in ("since=2026-02-30", f"since={DAY}&until=2026-11-01", f"since=2001-01-01&until={DAY}"):
        assert dewi.get(f"/admin/reports/told?{bad}").status_code == 422


def test_a_day_as_a_file_has_one_row_a_service_and_half_hour_and_hides_what_few_did(played: PlayedDay) -> None:
    dewi = played.hub.as_staff("Dewi")
    rows = table_of(dewi, "")
    assert set(rows[0]) == set(HEADS)
    assert {(row["service"], row["half_hour"]) for row in rows} == {
        (service, half) for service in ("card", "family", "birth") for half in ("09:00", "09:30")
    }
    first = next(row for row in rows if (row["service"], row["half_hour"]) == ("card", "09:00"))
    assert (first["arrived"], first["called"], first["served"], first["waiting_at_end"]) == ("10", "5", "4", "5")
    hidden = next(
        row for row in table_of(dewi, "&published=1") if (row["service"], row["half_hour"]) == ("card", "09:00")
    )
    assert (hidden["arrived"], hidden["served"], hidden["called"]) == ("10", "", "5")


def table_of(client: FlaskClient, more: str) -> list[dict[str, str]]:
    answer = client.get(f"/admin/reports/half_hours?day={DAY}{more}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_page_for_programs_says_whether_open_data_is_on(hub: OfficeHub) -> None:
    from dataclasses import replace

    services = hub.app.extensions["antrean"]
    dewi = hub.as_staff("Dewi")
    assert "Off: nobody outside reads how the queue is." in said(dewi, "programs")
    services.config = replace(services.config, open_data="all")
    assert "Anyone can read how many wait at each service" in said(dewi, "programs")


def test_both_pages_fit_a_phone(browser: Browser, played: PlayedDay) -> None:
    with played.hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/reports/visit")
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{address}/admin/reports/visit?day={DAY}&number=A-008")
        assert page.locator("h1 .number").inner_text() == "A-008"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.goto(f"{address}/admin/reports/told?since={DAY}&until={date(2026, 11, 24)}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_lines_of_one_number_are_not_those_of_one_that_begins_like_it(played: PlayedDay) -> None:
    lines: Any = played.hub.app.extensions["antrean"].settings.ticket_lines
    found = lines.of(date(2026, 11, 24), "A-01", [4])
    assert list(found) == []
    assert {line.event.ticket for line in lines.of(date(2026, 11, 24), "A-001")} == {"A-001"}
    assert list(lines.of(date(2026, 11, 23), "A-001")) == []


def test_of_a_day_that_has_left_the_journal_rows_still_say_where_and_why(played: PlayedDay) -> None:
    settings = played.hub.app.extensions["antrean"].settings
    settings.ticket_lines = TicketLines(settings._engine, "nobody's")
    words = said(played.hub.as_staff("Dewi"), "visit", day=DAY, number="A-008")
    assert "Waited 31 minutes and is due first." in words
    assert "The lines of this day have left the journal." in words
    assert "shown at 09:37:03" in said(played.hub.as_staff("Dewi"), "visit", day=DAY, number="A-007")


def test_an_administrator_goes_from_the_audit_to_the_visit_of_a_number_and_back(
    hub: OfficeHub, clock: SetClock
) -> None:
    services = hub.app.extensions["antrean"]
    add_staff(services.settings, "Eka", "administrator", PASSWORD)
    services.identities.load()
    day = PlayedDay(hub, clock)
    number = hub.issue("card").number
    day.do(ChangePersons(ticket=number, persons=3), actor="supervisor:Dewi")
    day.follow()
    eka = hub.as_staff("Eka")
    audit = eka.get(f"/admin/audit?of={number}").text
    (visit,) = set(re.findall(r'href="(/admin/reports/visit[^"]*)"', audit))
    read = eka.get(unescape(visit)).text
    assert f'<span class="number">{number}</span>' in read
    assert f'href="/admin/audit?of={number}"' in read
    # Who may not read the audit is not led there.
    for name in ("Dewi", "Fajar"):
        assert "/admin/audit" not in hub.as_staff(name).get(unescape(visit)).text


def test_an_entry_about_no_number_leads_to_no_visit(hub: OfficeHub) -> None:
    services = hub.app.extensions["antrean"]
    add_staff(services.settings, "Eka", "administrator", PASSWORD)
    services.identities.load()
    hub.office.execute(ChangePlan(what="slip"), actor="supervisor:Dewi")
    assert "/admin/reports/visit" not in hub.as_staff("Eka").get("/admin/audit").text


def test_a_visit_of_an_invented_day_says_simulation_in_words_and_shows_no_id_of_a_kiosk(
    hub: OfficeHub, clock: SetClock
) -> None:
    day = PlayedDay(hub, clock)
    day.do(IssueTicket(service="card", device="0b6d7c1e"), actor="simulation")
    day.follow()
    words = said(hub.as_staff("Dewi"), "visit", number="A-001")
    assert "the simulation Number given" in words
    assert "0b6d7c1e" not in words
