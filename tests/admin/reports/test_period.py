"""The page Period: figures of days beside each other, filters, and who may see what of whom."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from admin.reports.period_asked import asked_for, presets
from antrean.hub.report_follower import ReportFollower
from antrean.queueing.commands import CallNext, CompleteTicket, MarkNoShow, OpenCounter, StartService
from antrean.queueing.errors import Invalid
from antrean.queueing.keeping.report_rows import rows_of
from antrean.storage.reports.tables import ReportTables
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

PAGE = "/admin/reports/period"
ANI = {"counter": "3", "operator": "Ani"}
MONDAY = date(2026, 11, 30)


def written(hub: OfficeHub) -> None:
    """Write the rows of the day as it is now, as the follower does."""
    reports = hub.app.extensions["antrean"].reports
    tables = ReportTables(reports.engine, reports.office)
    tables.make()
    tables.write(hub.office.read(lambda day, plan: rows_of(day, lambda _seq: plan)), None, 0, "")


def a_day(hub: OfficeHub, clock: SetClock, visits: int, wait: int) -> date:
    """Serve so many, one after the other, each after as many minutes; the last one does not come."""
    hub.office.execute(OpenCounter(**ANI))
    for place in range(visits):
        number = hub.issue("card", persons=2).number
        clock.forward(minutes=wait)
        hub.office.execute(CallNext(**ANI))
        if place == visits - 1:
            hub.office.execute(MarkNoShow(ticket=number, counter="3"))
            break
        clock.forward(minutes=1)
        hub.office.execute(StartService(ticket=number, counter="3"))
        clock.forward(minutes=3)
        hub.office.execute(CompleteTicket(ticket=number, counter="3"))
    written(hub)
    day: date = hub.office.read(lambda day, _plan: day.business_day)
    clock.forward(days=1)
    hub.catch_up()
    return day


@pytest.fixture(autouse=True)
def _written_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the tables to the test: the hub would write days that are over once more, whenever it comes to that."""
    monkeypatch.setattr(ReportFollower, "look", lambda _self: None)


@pytest.fixture
def two_days(hub: OfficeHub, clock: SetClock) -> tuple[date, date]:
    """Two days: six visits that waited 4 minutes, and four that waited 8."""
    save_part(hub.office, "languages", ["en", "id", "su"])
    return a_day(hub, clock, 6, 4), a_day(hub, clock, 4, 8)


def tables(client: FlaskClient, **asked: str) -> dict[str, list[dict[str, str]]]:
    """Return the tables of a period by name, as their rows."""
    with zipfile.ZipFile(io.BytesIO(client.get(PAGE, query_string={**asked, "as": "csv"}).data)) as archive:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
        }


def shown(client: FlaskClient, **asked: str) -> str:
    answer = client.get(PAGE, query_string=asked)
    assert answer.status_code == 200
    return text_of(answer.get_data(as_text=True))


def code(client: FlaskClient, **asked: str) -> tuple[int, str]:
    answer = client.get(PAGE, query_string=asked)
    return answer.status_code, answer.get_json()["error"]["code"]


def test_days_stand_beside_each_other_and_a_day_beside_the_one_before(
    two_days: tuple[date, date], dewi: FlaskClient
) -> None:
    first, second = (day.isoformat() for day in two_days)
    found = tables(dewi, since=first, until=second, rows="day")
    heads = ("day", "tickets", "served", "no_show", "wait_p50_seconds")
    assert [tuple(row[head] for head in heads) for row in found["day"]] == [
        (first, "6", "5", "1", "240"),
        (second, "4", "3", "1", "480"),
    ]  # fmt: skip
    told = shown(dewi, since=second, until=second)
    assert "Tickets 4 −2, fewer than before (−33 %) before: 6" in told
    assert "Half waited at most 8 minutes +4 minutes, longer than before before: 4 minutes" in told
    assert "No-show 25 % +8 points, more than before before: 17 %" in told
    assert "Persons 8" in told


def test_days_without_visits_are_said_so(two_days: tuple[date, date], dewi: FlaskClient) -> None:
    assert "There are no visits of this kind in these days." in shown(dewi, since="2020-01-01", until="2020-01-02")
    first = two_days[0].isoformat()
    assert "There are no visits in the days before, of the same length" in shown(dewi, since=first, until=first)
    assert "There are no visits" not in shown(dewi, since=two_days[1].isoformat(), until=two_days[1].isoformat())


def test_the_time_of_counters_and_the_counters_open_are_told(two_days: tuple[date, date], dewi: FlaskClient) -> None:
    first = two_days[0].isoformat()
    found = tables(dewi, since=first, until=first)
    (counter,) = found["counters"]
    assert (counter["counter"], counter["calling_seconds"], counter["serving_seconds"]) == ("3", "300", "900")
    assert (counter["called"], counter["started"]) == ("6", "5")
    assert sum(float(row["counters_open_mean"]) for row in found["counters_open"]) > 0
    assert sum(int(row["tickets"]) for row in found["half_hours"]) == 6


def test_nothing_is_said_of_an_operator_with_fewer_than_five_tickets(
    two_days: tuple[date, date], dewi: FlaskClient
) -> None:
    first, second = (day.isoformat() for day in two_days)
    found = tables(dewi, since=first, until=second, rows="day", operator="Ani")
    assert [(row["day"], row["tickets"]) for row in found["day"]] == [(first, "6"), (second, "")]
    assert {*found} == {"day", "compared", "half_hours"}
    assert "Fewer than 5 tickets." in shown(dewi, since=second, until=second, operator="Ani")
    assert "480" not in str(tables(dewi, since=second, until=second, operator="Ani")["compared"])


def test_only_leaders_ask_for_an_operator(two_days: tuple[date, date], hub: OfficeHub) -> None:
    assert two_days
    viewer = hub.as_staff("Fajar")
    assert "Operator" not in shown(viewer)
    assert code(viewer, operator="Ani") == (403, "not_allowed")
    assert hub.as_staff("Ani").get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"since": "2026-13-01"}, "since"),
        ({"since": "1999-12-31"}, "since"),
        ({"until": "tomorrow"}, "until"),
        ({"since": "2026-11-30", "until": "2026-11-29"}, "until"),
        ({"since": "2016-11-30", "until": "2026-12-01"}, "until"),
        ({"rows": "year"}, "rows"),
        ({"since": "2020-01-01", "until": "2026-11-30", "rows": "day"}, "rows"),
        ({"measure": "money"}, "measure"),
        ({"priority": "2"}, "priority"),
        ({"service": "x" * 81}, "service"),
        ({"device": "a\nb"}, "device"),
    ],
)
def test_a_period_that_cannot_be_is_refused(said: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        asked_for(said, MONDAY)
    assert (refused.value.code, refused.value.values["field"]) == ("value_invalid", field)


def test_ten_years_are_the_longest_period_and_a_week_the_usual_one() -> None:
    ten_years = asked_for({"since": "2016-12-01", "until": "2026-11-30"}, MONDAY)
    assert (ten_years.rows, (ten_years.until - ten_years.since).days) == ("month", 3651)
    usual = asked_for({}, MONDAY)
    assert (usual.since, usual.until, usual.rows) == (MONDAY, MONDAY, "day")


def test_the_periods_offered_are_whole_ones() -> None:
    found: dict[str, Any] = presets(date(2026, 1, 1))
    assert found["this_week"] == (date(2025, 12, 29), date(2026, 1, 4))
    assert found["last_month"] == (date(2025, 12, 1), date(2025, 12, 31))
    assert found["this_year"] == (date(2026, 1, 1), date(2026, 12, 31))
    assert found["this_month"][1] - found["this_month"][0] == timedelta(days=30)
