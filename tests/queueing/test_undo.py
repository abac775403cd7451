"""What may be taken back, and by whom; and that a ticket which has gone on is left where it is."""

from __future__ import annotations

from functools import partial

from queueing import rules, rules_office
from queueing.office import Office, Wish
from tests.conftest import SetClock
from tests.queueing.wishes import call, issue, refused, serve, sit, states


def test_a_start_is_not_taken_back_when_the_visitor_is_served_elsewhere_by_now(office: Office) -> None:
    issue(office)
    sit(office, "3", "Ani")
    sit(office, "1", "Budi")
    serve(office, "3", "Ani")
    office.do(rules.return_to_queue, ticket="A-001", counter="3")
    serve(office, "1", "Budi")
    assert refused(office, rules_office.undo, counter="3", operator="Ani") == "nothing_to_undo"
    assert office.look(lambda day, _plan: day.tickets["A-001"].counter) == "1"


def test_an_absence_is_not_taken_back_when_the_visitor_was_absent_elsewhere_since(office: Office) -> None:
    issue(office)
    sit(office, "3", "Ani")
    sit(office, "1", "Budi")
    call(office, "3", "Ani")
    office.do(rules.no_show, ticket="A-001", counter="3")
    office.do(rules.readmit, ticket="A-001")
    call(office, "1", "Budi")
    office.do(rules.no_show, ticket="A-001", counter="1")
    assert refused(office, rules_office.undo, counter="3", operator="Ani") == "nothing_to_undo"
    office.do(rules_office.undo, counter="1", operator="Budi")
    assert states(office) == {"A-001": "called"}


def test_nobody_takes_back_what_the_operator_before_did(office: Office) -> None:
    issue(office)
    sit(office, "3", "Ani")
    serve(office, "3", "Ani")
    office.do(rules.complete, ticket="A-001", counter="3")
    office.do(rules_office.close_counter, counter="3", operator="Ani")
    sit(office, "3", "Budi")
    assert refused(office, rules_office.undo, counter="3", operator="Budi") == "nothing_to_undo"


def test_persons_counted_at_the_counter_stay_when_the_start_is_taken_back(office: Office) -> None:
    issue(office, persons=2)
    sit(office)
    serve(office)
    office.do(rules.change_persons, ticket="A-001", persons=5)
    office.do(rules_office.undo, counter="3", operator="Ani")
    ticket = office.look(lambda day, _plan: day.tickets["A-001"])
    assert (ticket.state, ticket.persons) == ("called", 5)


def test_taking_back_a_completion_takes_back_its_count_of_persons(office: Office) -> None:
    issue(office, persons=2)
    sit(office)
    serve(office)
    office.do(rules.complete, ticket="A-001", counter="3", persons=7)
    office.do(rules_office.undo, counter="3", operator="Ani")
    assert office.look(lambda day, _plan: day.tickets["A-001"].persons) == 2


def test_a_held_visitor_is_not_served_at_a_counter_where_nobody_sits(office: Office) -> None:
    issue(office)
    sit(office)
    serve(office)
    office.do(rules.hold, ticket="A-001", counter="3", reason="server")
    office.do(rules_office.close_counter, counter="3", operator="Ani")
    assert refused(office, rules.resume, ticket="A-001", counter="3") == "counter_not_open"
    sit(office, "3", "Budi")
    office.do(rules.resume, ticket="A-001", counter="3")
    assert states(office) == {"A-001": "serving"}


def test_yesterday_closed_twice_in_one_batch_is_closed_once(office: Office, clock: SetClock) -> None:
    yesterday = issue(office).issued_at.date()
    clock.forward(days=1)
    office.catch_up()
    wish = Wish("close_day", partial(rules_office.close_day), business_day=yesterday)
    batch = office.decide([wish, wish])
    assert [type(entry.event).__name__ for entry in batch.entries] == ["TicketExpired", "DayClosed"]
