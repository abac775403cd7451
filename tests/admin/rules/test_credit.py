"""What priority should be worth is advised from the office's own days, on demand, and changes nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from antrean.hub.report_follower import ReportFollower
from antrean.queueing.errors import Unavailable
from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.credit import TRIED
from antrean.simulation.demand import DemandModel, invent_day
from antrean.simulation.engine import run
from antrean.simulation.write_day import write_past_day
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.reports.catch_up import rebuild
from antrean.storage.reports.tables import ReportTables, open_reports
from tests.admin.today.test_day_journey import signed_in
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

FIRST = date(2026, 11, 16)
URL = "/admin/rules/credit"
VISITORS = 60


@pytest.fixture
def hub(tmp_path: Path, plan: OfficePlan, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[OfficeHub]:
    """The hub, in English, whose report tables are left to the test."""
    monkeypatch.setattr(ReportFollower, "look", lambda _self: None)
    running = OfficeHub(tmp_path, plan, clock)
    save_part(running.office, "languages", ["en", "id", "su"])
    yield running
    running.stop()


def past_days(hub: OfficeHub, folder: Path, days: int, share: float, visitors: int = VISITORS) -> None:
    """Let so many past days stand in the journal, and in the tables of reports."""
    database = database_url("", folder)
    engine, plan = open_engine(database), plan_of(hub)
    model = DemandModel({"card": 3.0, "family": 1.0}, {"card": 6.0, "family": 12.0}, priority=share, patience=400.0)
    for n in range(days):
        made = run(invent_day(FIRST + timedelta(days=n), plan, visitors, n, model))
        write_past_day(SqlJournal(engine, plan.office), made.entries, date(2026, 11, 24))
    rebuild(engine, plan.office, ReportTables(open_reports(database), plan.office))
    engine.dispose()
    hub.catch_up()


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def worked_out(client: FlaskClient) -> str:
    """Ask until all is worked out, as the page does; returns what it then says."""
    for _ in range(len(TRIED) * 20):
        answer = client.get(URL, query_string={"work": "yes"})
        assert answer.status_code == 200, answer.get_json()
        if not answer.get_json()["more"]:
            return text_of(answer.get_json()["html"])
    raise AssertionError("it never ends")


def page_of(client: FlaskClient) -> str:
    return text_of(client.get("/admin/rules", headers={"Accept": "text/html"}).text)


def test_on_demand_the_offices_own_days_are_worked_out_and_stay_and_nothing_is_changed(
    hub: OfficeHub, tmp_path: Path, dewi: FlaskClient
) -> None:
    past_days(hub, tmp_path, 6, share=0.1)
    seq, revision = hub.seq(), plan_of(hub).revision
    assert "Work it out from our days" in page_of(dewi)
    told = worked_out(dewi)
    assert "Advice: 40 minutes. 20 are set now." in told
    assert "on the last 6 service days" in told
    assert "it is 40 minutes up to 20 %, 20 minutes up to 50 %, and 10 minutes above that" in told.replace("\xa0", " ")
    assert "Few service days are known" in told
    assert "Use 40 minutes" in told
    assert f"from 6 service days, Mon 16 – Sat 21 Nov: {6 * VISITORS} visitors" in told
    assert "20 min set now" in told
    assert "40 min advised" in told
    assert "As it was" in told
    assert "Use 40 minutes" in page_of(dewi)  # it is kept
    assert (hub.seq(), plan_of(hub).revision, plan_of(hub).credit_minutes) == (seq, revision, 20)


def test_a_supervisor_takes_the_advice_by_one_tap_and_it_holds_once_it_is_saved(
    browser: Browser, hub: OfficeHub, tmp_path: Path
) -> None:
    past_days(hub, tmp_path, 5, share=0.7)
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/rules")
        page.get_by_role("button", name="Work it out from our days").press("Enter")
        advised = page.get_by_role("group", name="What priority should be worth: from your own days")
        expect(advised.get_by_role("status")).to_have_text("Worked out.", timeout=60_000)
        expect(page.locator("#credit-title")).to_be_focused()
        advised.get_by_role("button", name="Use 10 minutes").press("Enter")
        expect(page.locator("#credit_minutes")).to_have_value("10")
        expect(page.locator("#credit_minutes")).to_be_focused()
        expect(advised.get_by_role("status")).to_have_text("10 minutes stand in the form. They hold once you save.")
        assert plan_of(hub).credit_minutes == 20
        page.click("main .form-save button")
        expect(page.locator("[data-said]")).to_contain_text("20 → 10")
        assert plan_of(hub).credit_minutes == 10
        expect(advised).to_contain_text("Advice: keep 10 minutes.")
        expect(advised.get_by_role("button", name="Use 10 minutes")).to_have_count(0)
    history = text_of(hub.as_staff("Eka").get("/admin/history", headers={"Accept": "text/html"}).text)
    assert "Dewi" in history


def test_what_is_clearly_other_than_advised_is_said_in_one_quiet_line(
    hub: OfficeHub, tmp_path: Path, dewi: FlaskClient
) -> None:
    past_days(hub, tmp_path, 6, share=0.35)
    save_part(hub.office, "calling/credit_minutes", 60)
    hint = "20 minutes for priority would be advised; 60 are set."
    assert hint not in page_of(dewi)
    worked_out(dewi)
    assert hint in page_of(dewi)
    save_part(hub.office, "calling/credit_minutes", 20)
    assert "would be advised" not in page_of(dewi)
    save_part(hub.office, "calling/discipline", "strict_priority")
    assert "These minutes count under “By due time” only" in page_of(dewi)


def test_too_few_days_and_nobody_with_priority_are_said_instead_of_advice(
    hub: OfficeHub, tmp_path: Path, dewi: FlaskClient
) -> None:
    assert "5 service days are needed, and 0 are known." in worked_out(dewi)
    past_days(hub, tmp_path, 4, share=0.1, visitors=25)
    hub.app.extensions["antrean"].credit_days._today = None  # as on the next day
    told = worked_out(dewi)
    assert "5 service days are needed, and 4 are known." in told
    assert "Use " not in told
    assert "As it was" in told


def test_with_other_counters_it_has_to_be_worked_out_anew(hub: OfficeHub, tmp_path: Path, dewi: FlaskClient) -> None:
    past_days(hub, tmp_path, 1, share=0.1, visitors=25)
    worked_out(dewi)
    save_part(hub.office, "counters/2/overflow", ["card"])
    assert "Work it out from our days" in page_of(dewi)


def test_a_machine_that_is_too_busy_says_so_and_what_was_done_stays_done(
    hub: OfficeHub, tmp_path: Path, dewi: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    past_days(hub, tmp_path, 1, share=0.1, visitors=25)
    days = hub.app.extensions["antrean"].credit_days
    asked: list[str] = []
    do = days.child.do

    def do_three(asker: str, job: str, **fields: Any) -> Any:
        asked.append(job)
        if len(asked) == 4:
            raise Unavailable("too_slow")
        return do(asker, job, **fields)

    monkeypatch.setattr(days.child, "do", do_three)
    answer = dewi.get(URL, query_string={"work": "yes"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "too_slow")
    worked_out(dewi)
    assert asked.count("credit_days") == 1
    assert asked.count("credit_waits") == len(TRIED) + 1 + 1  # each credit, the true day, and the one that failed


def test_only_leaders_are_advised(hub: OfficeHub) -> None:
    assert hub.as_staff("Ani").get(URL).status_code == 403
    assert hub.as_staff("Fajar").get(URL).status_code == 403
