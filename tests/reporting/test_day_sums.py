"""What a monitor is told of a day is what reports say of the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.keeping.report_rows import MINUTE, OUTCOMES, DayRows, VisitRow
from antrean.reporting.figures import of_service, served, waited
from antrean.storage.reports.day_sums import SERVICE_BOUNDS, WAIT_BOUNDS, sums_of_day
from antrean.storage.reports.tables import ReportTables, open_reports
from tests.reporting.rows import visit_row

DAY = date(2026, 11, 30)
minutes = st.none() | st.integers(-2, 150)
legs = st.tuples(
    st.sampled_from(["card", "birth"]), minutes, minutes, minutes, st.integers(0, 9), st.sampled_from(["", *OUTCOMES]),
    st.integers(0, 1), st.integers(0, 1), st.integers(0, 1),
)  # fmt: skip


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReportTables, sa.Engine]:
    """Give tables of reports on a real file, and their engine."""
    folder: Path = tmp_path_factory.mktemp("sums")
    engine = open_reports(f"sqlite:///{folder / 'antrean.sqlite3'}")
    made = ReportTables(engine, "test")
    made.make()
    return made, engine


def row(place: int, drawn: Any) -> VisitRow:
    """Return a leg whose times are so many minutes after the one before; a clock may have stepped back."""
    service, wait, walk, stay, held, outcome, last_here, offered, kept = drawn
    called = None if wait is None else wait * MINUTE
    started = None if called is None or walk is None else called + walk * MINUTE
    ended = None if started is None or stay is None else started + stay * MINUTE
    return visit_row(
        issued=place + 1, service=service, called_at=called, started_at=started, ended_at=ended, held=held * MINUTE,
        outcome=outcome if last_here else "", last_here=last_here, offered=offered,
        kept_here=kept * last_here * offered,
    )  # fmt: skip


@given(drawn=st.lists(legs, max_size=25))
def test_the_sums_of_a_day_are_those_of_its_rows(tables: tuple[ReportTables, sa.Engine], drawn: Sequence[Any]) -> None:
    made, engine = tables
    rows = [row(place, one) for place, one in enumerate(drawn)]
    made.write(DayRows(DAY.isoformat(), visits=rows), None, 0, "")
    found = sums_of_day(engine, "test", DAY)
    assert found is not None
    assert set(found) == {one.service for one in rows}
    for service, sums in found.items():
        here = [one for one in rows if one.service == service]
        figures = of_service(here)
        assert sums.outcomes == {one: getattr(figures, one) for one in OUTCOMES}
        assert (sums.kept, sums.offered) == (figures.promise.part, figures.promise.whole)
        waits = [time for one in here if (time := waited(one)) is not None]
        times = [time for one in here if (time := served(one)) is not None]
        for spread, known, bounds in ((sums.waits, waits, WAIT_BOUNDS), (sums.services, times, SERVICE_BOUNDS)):
            assert (spread.n, spread.total) == (len(known), sum(known))
            assert spread.within == tuple(sum(time <= bound * MINUTE for time in known) for bound in bounds)


def test_of_another_office_another_day_and_of_tables_that_are_not_there_nothing_is_said(
    tables: tuple[ReportTables, sa.Engine], tmp_path: Path
) -> None:
    _made, engine = tables
    assert sums_of_day(engine, "other", DAY) == {}
    assert sums_of_day(engine, "test", date(2026, 11, 29)) == {}
    assert sums_of_day(open_reports(f"sqlite:///{tmp_path / 'antrean.sqlite3'}"), "test", DAY) == {}
    assert sums_of_day(sa.create_engine(f"sqlite:///{tmp_path / 'without_tables.sqlite3'}"), "test", DAY) is None
