"""What a report over years adds up in the database is what the rows say one by one, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from antrean.queueing.keeping.report_rows import MINUTE, DayRows, PauseRow, SpanRow, VisitRow, micro
from antrean.reporting.counter_time import by_counter
from antrean.reporting.figures import VisitFigures, of_office, of_service
from antrean.reporting.period import GROUPS, told_counts, worked
from antrean.reporting.period import figures as figures_of
from antrean.reporting.told import by_band, by_hour, by_service, counts_of, told
from antrean.storage.reports.counter_times import CounterReader
from antrean.storage.reports.legs import read_legs
from antrean.storage.reports.read import ReportReader
from antrean.storage.reports.schema import packed_days
from antrean.storage.reports.tables import ReportTables, open_reports
from antrean.storage.reports.wanted import Wanted

FIRST, DAYS = date(2026, 10, 26), 40
LAST = FIRST + timedelta(days=DAYS - 1)
NOW = micro(datetime(2026, 12, 5, 9, tzinfo=UTC))
OFFSET = 7 * 60 * MINUTE
KEYS: dict[str, Any] = {
    "day": lambda row: row.business_day,
    "week": lambda row: "{}-W{:02}-1".format(*date.fromisoformat(row.business_day).isocalendar()),
    "month": lambda row: row.business_day[:7],
    "weekday": lambda row: date.fromisoformat(row.business_day).isoweekday() - 1,
    "half_hour": lambda row: row.half_hour,
    "hour": lambda row: row.half_hour // 2,
}


def random_day(day: date, chance: Random, first: int, legs: int) -> DayRows:
    """Return a day whose legs, spans and pauses have anything that the tables may hold."""
    rows = DayRows(day.isoformat())
    begin = micro(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
    for place in range(legs):
        since = begin + chance.randrange(480) * MINUTE
        called = since + chance.randrange(-2, 90) * MINUTE if chance.random() < 0.8 else None
        started = called + chance.randrange(3) * 7_000_001 if called is not None and chance.random() < 0.8 else None
        ended = (started or since) + chance.randrange(40) * 13_000_003 if chance.random() < 0.8 else None
        told = chance.randrange(30) if chance.random() < 0.7 else None
        rows.visits.append(
            VisitRow(
                rows.business_day, first + place // 2, place % 2, "A-001", chance.choice(("card", "birth")), "A",
                chance.randrange(1, 5), chance.randrange(2), chance.choice(("id", "su")),
                chance.choice(("kiosk-1", "")), 0, since, since, called,
                None if called is None else called + chance.randrange(2) * MINUTE, 1, started, ended,
                chance.choice((0, 0, 90_000_000)), chance.choice(("1", "2", "")) if called else "",
                chance.choice(("Ani", "Budi")) if called else "", "", "", chance.choice(("", "", "photo")), 3, told,
                None if told is None else told + chance.randrange(30), "", chance.randrange(48), 20,
                chance.randrange(2), chance.randrange(2),
                chance.choice(("served", "no_show", "left", "unfinished", "sent_on", "")), chance.randrange(2),
                chance.randrange(2), chance.randrange(2),
            )
        )  # fmt: skip
    for place in range(chance.randrange(4)):
        opened = begin + chance.randrange(300) * MINUTE
        closed = opened + chance.randrange(200) * MINUTE if day != LAST else None
        rows.spans.append(SpanRow(rows.business_day, first + place, chance.choice("12"), "Ani", opened, closed))
        paused = PauseRow(rows.business_day, first + place, "1", "Ani", "prayer", opened, opened + place * MINUTE)
        rows.pauses.append(paused)
    return rows


@pytest.fixture
def office(fresh_database: str) -> tuple[CounterReader, ReportReader]:
    """Give the readers of an office with forty random days."""
    engine = open_reports(fresh_database)
    chance = Random(20261130)
    tables = ReportTables(engine, "test")
    tables.make()
    for more in range(DAYS):
        if chance.random() < 0.8:
            day = random_day(FIRST + timedelta(days=more), chance, 1 + more * 100, chance.randrange(1, 24))
            tables.write(day, None, 0, "")
    ReportTables(engine, "other").write(random_day(FIRST, chance, 1, 9), None, 0, "")
    return CounterReader(engine, "test"), ReportReader(engine, "test")


Readers = tuple[CounterReader, ReportReader]


def figures(reader: CounterReader, wanted: Wanted, *groupings: tuple[str, ...]) -> list[dict[Any, VisitFigures]]:
    of_services = any("service" in grouping for grouping in groupings) or "service" in dict(wanted.only)
    return figures_of(read_legs(reader.engine, reader.office, wanted), groupings, of_services)


def told_apart(rows: list[VisitRow], grouping: tuple[str, ...]) -> dict[Any, list[VisitRow]]:
    found: dict[Any, list[VisitRow]] = defaultdict(list)
    for row in rows:
        key = [KEYS[name](row) if name in KEYS else getattr(row, name) for name in grouping]
        if "week" in grouping:
            place = grouping.index("week")
            key[place] = datetime.strptime(key[place], "%G-W%V-%u").date().isoformat()  # noqa: DTZ007
        found[tuple(key)].append(row)
    return dict(sorted(found.items()))


def test_each_group_has_the_figures_of_its_rows(office: Readers) -> None:
    reader, rows = office
    all_rows = rows.visits(FIRST, LAST)
    assert len(all_rows) > 300
    for name in GROUPS:
        of = of_service if name == "service" else of_office
        (found,) = figures(reader, Wanted(FIRST, LAST), (name,))
        assert found == {key: of(here) for key, here in told_apart(all_rows, (name,)).items()}, name


def test_one_look_gives_several_groupings_and_the_whole(office: Readers) -> None:
    reader, rows = office
    groupings = (("month",), ("weekday", "half_hour"), ())
    since = FIRST + timedelta(days=9)
    here = rows.visits(since, LAST)
    found = figures(reader, Wanted(since, LAST), *groupings)
    for grouping, groups in zip(groupings, found, strict=True):
        assert groups == {key: of_office(legs) for key, legs in told_apart(here, grouping).items()}


def test_a_filter_leaves_the_rows_that_have_it(office: Readers) -> None:
    reader, rows = office
    filters: list[dict[str, Any]] = [
        {"service": "card"}, {"counter": "1"}, {"operator": "Ani"}, {"priority": 1, "language": "su"}, {"device": ""},
    ]  # fmt: skip
    for only in filters:
        here = rows.visits(FIRST, LAST, **only)
        of = of_service if "service" in only else of_office
        (found,) = figures(reader, Wanted(FIRST, LAST, tuple(only.items())), ("week",))
        assert found == {key: of(legs) for key, legs in told_apart(here, ("week",)).items()}, only


def test_a_period_without_visits_has_no_groups(office: Readers) -> None:
    reader, _rows = office
    assert figures(reader, Wanted(date(2020, 1, 1), date(2020, 12, 31)), ("month",), ()) == [{}, {}]
    assert reader.open_counters(date(2020, 1, 1), date(2020, 1, 1), 0, 0) == [0] * 48


def test_the_time_of_counters_is_that_of_their_rows(office: Readers) -> None:
    reader, rows = office
    all_days = Wanted(FIRST, LAST)
    times = by_counter(rows.spans(FIRST, LAST), rows.pauses(FIRST, LAST), rows.visits(FIRST, LAST), NOW)
    opened, paused = reader.opened(all_days, NOW), reader.paused(all_days, NOW)
    did = worked(read_legs(reader.engine, "test", all_days), NOW)
    for name, one in times.items():
        assert (opened.get(name, 0), paused.get(name, 0)) == (one.open, one.paused_in_all)
        mine = did[name]
        assert (mine.called, mine.serving, mine.legs, mine.started) == (one.called, one.serving, one.legs, one.started)
    assert {*opened, *paused, *did} - {""} == set(times)


def test_counters_open_in_a_half_hour_are_counted_by_the_offices_clock(office: Readers) -> None:
    reader, rows = office
    found = [0] * 48
    half = 30 * MINUTE
    for span in rows.spans(FIRST, LAST):
        begin = (span.opened_at + OFFSET) % (48 * half)
        end = begin + (NOW if span.closed_at is None else span.closed_at) - span.opened_at
        for place in range(48):
            found[place] += max(min(end, (place + 1) * half) - max(begin, place * half), 0)
    assert reader.open_counters(FIRST, LAST, OFFSET, NOW) == found
    assert sum(found) > 0


def test_the_days_and_operators_are_those_of_the_period(office: Readers) -> None:
    reader, rows = office
    here = rows.visits(FIRST, LAST)
    assert reader.operators(FIRST, LAST) == ["Ani"]
    legs = read_legs(reader.engine, "test", Wanted(FIRST, LAST))
    assert [day.isoformat() for day in legs.days] == sorted({row.business_day for row in here})


def test_a_day_of_which_a_row_has_changed_is_read_by_its_rows(office: Readers) -> None:
    reader, rows = office
    tables = ReportTables(reader.engine, "test")
    day = date.fromisoformat(rows.visits(FIRST, LAST)[0].business_day)
    wanted = Wanted(day, day)
    before = rows.visits(day, day)
    first = before[0].issued
    changed = [replace(row, outcome="left", last=1, persons=7) for row in before if row.issued == first]
    tables.write(DayRows(day.isoformat(), visits=changed), [first], 0, "")
    now = rows.visits(day, day)
    assert now != before
    assert figures(reader, wanted, ()) == [{(): of_office(now)}]
    tables.write(DayRows(day.isoformat()), [row.issued for row in now], 0, "")
    assert figures(reader, wanted, ()) == [{}]


def test_days_that_were_written_before_they_were_packed_are_read(office: Readers) -> None:
    reader, _rows = office
    wanted = Wanted(FIRST, LAST)
    packed = figures(reader, wanted, ("week",))
    with reader.engine.begin() as connection:
        connection.execute(sa.delete(packed_days))
    ReportTables(reader.engine, "test").make()
    assert figures(reader, wanted, ("week",)) == packed
    assert packed != [{}]


def test_what_was_told_is_counted_as_the_rows_say(office: Readers) -> None:
    reader, rows = office
    found = told_counts(read_legs(reader.engine, "test", Wanted(FIRST, LAST)))
    one_by_one = counts_of(rows.visits(FIRST, LAST))
    for by in (by_service, by_hour, by_band):
        assert by(found) == by(one_by_one)
    assert told(found) == told(one_by_one)
    assert told(found).known > 20
    assert len(found) < len(one_by_one)
