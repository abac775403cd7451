"""The wait report: what its figures count, which groups it has, and how several days stand side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from antrean.queueing.commands import CancelTicket, CloseDay, CompleteTicket, MarkNoShow, TransferTicket
from antrean.queueing.day import ServiceDay
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.wait_report import DASH, Figures, figures, groups, table, waited
from tests.conftest import SetClock
from tests.queueing.wishes import call, issue, serve, sit

MINUTE = timedelta(minutes=1)
NOBODY = Figures(tickets=0, persons=0, median=None, p90=None, longest=None, mean=None, absent=0, left=0)


def read(office: Office) -> tuple[ServiceDay, OfficePlan]:
    return office.read(lambda day, plan: (day, plan))


def of_all(office: Office) -> Figures:
    return figures(list(read(office)[0].tickets.values()))


def cells(report: str, group: str) -> list[str]:
    line = next(line for line in report.splitlines() if line.startswith(group))
    return line.removeprefix(group).split()


def wait_and_finish(office: Office, clock: SetClock, minutes: int) -> None:
    issue(office)
    clock.forward(minutes=minutes)
    office.execute(CompleteTicket(ticket=serve(office).number, counter="3"))


def test_a_wait_ends_with_the_first_call_whatever_comes_after(office: Office, clock: SetClock) -> None:
    sit(office)
    number = issue(office).number
    assert waited(read(office)[0].tickets[number]) is None
    clock.forward(minutes=7)
    serve(office)
    office.execute(TransferTicket(ticket=number, counter="3", service="family"))
    clock.forward(minutes=30)
    assert call(office).number == number
    assert waited(read(office)[0].tickets[number]) == 7 * MINUTE


def test_middle_nine_tenths_longest_and_mean_are_waits_that_visitors_had(office: Office, clock: SetClock) -> None:
    sit(office)
    for minutes in (10, 2, 3, 40, 5, 6, 7, 8, 9, 1):
        wait_and_finish(office, clock, minutes)
    found = of_all(office)
    assert (found.median, found.p90, found.longest) == (6 * MINUTE, 10 * MINUTE, 40 * MINUTE)
    assert found.mean == 9.1 * MINUTE


def test_one_visitor_is_median_and_longest_at_once(office: Office, clock: SetClock) -> None:
    sit(office)
    wait_and_finish(office, clock, 4)
    found = of_all(office)
    assert found.median == found.p90 == found.longest == found.mean == 4 * MINUTE


def test_who_did_not_come_is_absent_and_who_was_never_called_has_left(office: Office, clock: SetClock) -> None:
    sit(office)
    absent, gone = issue(office, persons=2).number, issue(office).number
    issue(office, "family")
    clock.forward(minutes=3)
    assert call(office).number == absent
    office.execute(MarkNoShow(ticket=absent, counter="3"))
    office.execute(CancelTicket(ticket=gone, reason="visitor_left"))
    office.execute(CloseDay())
    found = of_all(office)
    assert (found.tickets, found.persons, found.absent, found.left) == (3, 4, 1, 2)
    assert found.longest == 3 * MINUTE


def test_a_day_without_visitors_has_figures_for_everybody_and_no_times(office: Office) -> None:
    assert groups(*read(office)) == {"everybody": NOBODY}
    assert cells(table([("today", groups(*read(office)))]), "everybody") == ["0", "0", DASH, DASH, DASH, "0", "0"]


def test_a_visitor_is_counted_where_the_visit_began_by_service_and_class(office: Office, clock: SetClock) -> None:
    sit(office)
    moved = issue(office, priority=True).number
    issue(office, "family")
    assert serve(office).number == moved
    office.execute(TransferTicket(ticket=moved, counter="3", service="birth"))
    found = groups(*read(office))
    assert {name: group.tickets for name, group in found.items()} == {
        "everybody": 2, "priority": 1, "regular": 1, "card, priority": 1, "family, regular": 1,
    }  # fmt: skip


def test_a_service_that_the_plan_has_no_more_keeps_its_visitors_after_those_it_has(office: Office) -> None:
    issue(office), issue(office, "birth")
    day, plan = read(office)
    left = replace(plan, services=plan.services[1:])
    assert list(groups(day, left)) == ["everybody", "regular", "birth, regular", "card, regular"]


def test_days_stand_side_by_side_with_a_dash_where_one_had_nobody(office: Office, clock: SetClock) -> None:
    sit(office)
    really = groups(*read(office))
    wait_and_finish(office, clock, 12)
    again = groups(*read(office))
    report = table([("really", really), ("replayed", again)])
    heads = ["tickets", "persons", "median", "p90", "longest", "absent", "left"]
    titles, columns, *_rows = report.splitlines()
    assert titles.split() == ["really", "replayed"]
    assert columns.split() == ["minutes", *heads, *heads]
    nobody, twelve = [DASH] * 7, ["1", "1", "12.0", "12.0", "12.0", "0", "0"]
    assert cells(report, "card, regular") == [*nobody, *twelve]
    assert cells(report, "everybody") == ["0", "0", DASH, DASH, DASH, "0", "0", *twelve]
    assert not [line for line in report.splitlines() if line != line.rstrip()]
