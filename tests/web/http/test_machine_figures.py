"""What a machine that watches the hub is told of the queue is what happened, and the dashboard shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from antrean.config import ROOT
from antrean.queueing.keeping.report_rows import OUTCOMES
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.played_day import PlayedDay

Sample = tuple[str, dict[str, str], float]
DASHBOARD = ROOT / "packaging" / "grafana" / "antrean.json"
SELECTOR = re.compile(r"\b(antrean_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|=)"([^"]*)"')
BY = re.compile(r"\bby \(([^)]*)\)")


@pytest.fixture
def played(hub: OfficeHub, clock: SetClock) -> PlayedDay:
    day = PlayedDay(hub, clock)
    day.play()
    day.follow()
    return day


def samples(hub: OfficeHub) -> list[Sample]:
    said = hub.as_staff("Dewi").get("/metrics")
    assert said.status_code == 200
    return [
        (one.name, dict(one.labels), one.value)
        for family in text_string_to_metric_families(said.text)
        for one in family.samples
    ]


def value(found: list[Sample], name: str, **labels: str) -> float:
    (one,) = [number for told, said, number in found if told == name and said == {"office": "test", **labels}]
    return one


def test_a_monitor_is_told_how_many_wait_for_how_long_and_how_the_others_ended(played: PlayedDay) -> None:
    found = samples(played.hub)
    card: dict[str, str] = {"service": "card"}
    assert value(found, "antrean_waiting_tickets", **card) == 1
    assert value(found, "antrean_waiting_tickets", service="birth") == 1
    assert value(found, "antrean_issued_today_total", **card) == 10
    ended = {one: value(found, "antrean_ended_today_total", outcome=one, **card) for one in OUTCOMES}
    assert ended == {"served": 6, "no_show": 1, "left": 1, "unfinished": 0, "sent_on": 1}
    assert value(found, "antrean_offered_today_total", **card) == 10
    assert value(found, "antrean_counters", state="open") == 1
    assert value(found, "antrean_report_lines_behind") >= 0
    # The ninth number of ten, a minute apart; since then six were served, one was missed and one was sent on.
    since = 2 * 60 + 6 * 4.5 * 60 + 1.05 * 60 + 2.5 * 60 + 60
    assert value(found, "antrean_oldest_wait_seconds", **card) == pytest.approx(since, abs=3)


def test_waits_of_today_add_up_to_what_visitors_had(played: PlayedDay) -> None:
    found = samples(played.hub)
    waits = [10 + n * 3.5 for n in range(6)]  # minutes: a number a minute, and four and a half for each before it
    waits += [10 - 6 + 6 * 4.5, 10 - 7 + 6 * 4.5 + 1.05]
    name = "antrean_wait_seconds"
    assert value(found, f"{name}_count", service="card") == len(waits)
    assert value(found, f"{name}_sum", service="card") == pytest.approx(sum(waits) * 60, abs=3)
    within = {
        float(said["le"]): number
        for told, said, number in found
        if told == f"{name}_bucket" and said["service"] == "card"
    }
    assert within == {
        minutes * 60.0: sum(one <= minutes for one in waits) for minutes in (1, 5, 10, 15, 20, 30, 45, 60, 90, 120)
    } | {float("inf"): len(waits)}
    assert value(found, "antrean_service_seconds_count", service="card") == 7
    assert value(found, "antrean_service_seconds_sum", service="card") == pytest.approx((6 * 4 + 2) * 60, abs=3)


def test_figures_have_no_names_of_people_and_no_more_labels_than_the_plan_has(played: PlayedDay) -> None:
    plan = played.hub.office.read(lambda _day, plan: plan)
    known = {one.code for one in plan.services}
    found = samples(played.hub)
    assert {said["service"] for _name, said, _number in found if "service" in said} == known
    assert not re.search(r"\bAni\b|[A-Z]-\d{3}\b", json.dumps(found))


def test_without_the_tables_of_reports_a_monitor_still_hears_of_the_queue(hub: OfficeHub, tmp_path: Path) -> None:
    hub.issue("card")
    hub.app.extensions["antrean"].reports.engine = _nowhere(tmp_path)
    found = samples(hub)
    assert value(found, "antrean_waiting_tickets", service="card") == 1
    assert not [name for name, _said, _number in found if name.startswith("antrean_wait_seconds")]


def test_every_query_of_the_dashboard_finds_figures_of_a_played_day(played: PlayedDay) -> None:
    found = samples(played.hub)
    queries = list(expressions(json.loads(DASHBOARD.read_text(encoding="utf-8"))))
    assert len(queries) > 20
    for query in queries:
        selectors = SELECTOR.findall(query)
        assert selectors, query
        for name, matchers in selectors:
            matching = [said for told, said, _number in found if told == name and _matches(said, matchers)]
            assert matching, f"{query}: no figures for {name}"
            for labels in BY.findall(query):
                wanted = {one.strip() for one in labels.split(",")}
                assert all(wanted <= said.keys() for said in matching), query


def test_the_dashboard_asks_for_the_offices_by_a_label_that_is_there(played: PlayedDay) -> None:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    asked = {one["name"]: one.get("definition", "") for one in board["templating"]["list"]}
    assert asked["office"] == "label_values(antrean_waiting_tickets, office)"
    assert {said["office"] for name, said, _n in samples(played.hub) if name == "antrean_waiting_tickets"} == {"test"}
    places = [(one["gridPos"]["x"], one["gridPos"]["y"]) for one in board["panels"]]
    assert len(places) == len(set(places))
    assert len({one["id"] for one in board["panels"]}) == len(board["panels"])


def expressions(board: dict[str, Any]) -> list[str]:
    """Return every query of a dashboard."""
    return [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]


def _matches(said: dict[str, str], matchers: str) -> bool:
    """Whether labels match, with every office chosen, as the dashboard begins."""
    return all(
        re.fullmatch(".*" if wanted == "$office" else wanted, said.get(label, ""))
        if how == "=~"
        else said.get(label) == wanted
        for label, how, wanted in MATCHER.findall(matchers)
    )


def _nowhere(folder: Path) -> Any:
    from antrean.storage.reports.tables import open_reports

    (folder / "empty").mkdir()
    return open_reports(f"sqlite:///{folder / 'empty' / 'antrean.sqlite3'}")
