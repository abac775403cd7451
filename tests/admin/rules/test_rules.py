"""The rules are changed in the browser, and what a rule of calling would change is told before it is saved."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.hub.processes.side_process import SideProcess
from antrean.queueing.commands import CallNext, CompleteTicket, OpenCounter, StartService
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def save(client: FlaskClient, **fields: Any) -> Any:
    return client.post("/admin/rules", json=fields, headers={"Accept-Language": "en"})


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def waits(client: FlaskClient, **rule: Any) -> str:
    return text_of(client.get("/admin/rules/waits", query_string=rule).get_json()["html"])


def test_rules_limits_and_languages_are_saved_and_said(hub: OfficeHub, dewi: FlaskClient) -> None:
    said = save(dewi, discipline="interleave", interleave=3, recalls=5, place_en=1, place_id=2, place_su=0)
    plan = plan_of(hub)
    assert (plan.discipline, plan.interleave, plan.limits.recalls, plan.languages) == ("interleave", 3, 5, ("en", "id"))
    assert "Calls of a number at most: 3 → 5" in said.get_json()["said"]
    assert save(dewi).get_json()["said"] == "Nothing was different."
    assert save(hub.as_staff("Ani"), recalls=1).status_code == 403


def test_a_language_that_only_the_office_has_stays(hub: OfficeHub, dewi: FlaskClient) -> None:
    save_part(hub.office, "languages", ["id", "jv", "en", "su"])
    assert save(dewi, recalls=5).status_code == 200
    assert plan_of(hub).languages == ("id", "jv", "en", "su")
    assert 'name="place_jv"' in dewi.get("/admin/rules", headers={"Accept": "text/html"}).text


def test_what_no_rule_can_be_is_refused(hub: OfficeHub, dewi: FlaskClient) -> None:
    assert refused(save(dewi, discipline="by_lot")) == (422, "value_invalid")
    assert refused(save(dewi, interleave=0)) == (422, "value_invalid")
    assert refused(save(dewi, recalls=-1)) == (422, "value_invalid")
    assert refused(save(dewi, place_id=1, place_en=1)) == (422, "language_twice")
    assert refused(save(dewi, place_id=0, place_en=0, place_su=0)) == (422, "value_missing")
    assert plan_of(hub).revision == 1


def test_two_who_change_different_rules_both_keep_their_work(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    seen = plan_of(hub).revision
    assert save(dewi, credit_minutes=40, revision=seen).status_code == 200
    assert save(eka, holds=5, credit_minutes=20, revision=seen).status_code == 200
    assert (plan_of(hub).credit_minutes, plan_of(hub).limits.holds) == (40, 5)
    assert refused(save(eka, credit_minutes=10, revision=seen)) == (409, "plan_changed_meanwhile")


def test_what_another_rule_would_change_is_told_before_it_is_saved(hub: OfficeHub, dewi: FlaskClient) -> None:
    now = waits(dewi)
    assert "Waktu tunggu dengan aturan sekarang" in now
    assert "hari rekaan" in now  # nobody was served on an earlier day
    other = waits(dewi, discipline="first_come_first_served")
    assert "dengan yang dipilih" in other
    assert "→" in other
    assert plan_of(hub).revision == 1
    assert dewi.get("/admin/rules/waits?discipline=by_lot").status_code == 422


def a_day_of_work(hub: OfficeHub, clock: SetClock, visitors: int) -> None:
    """Serve so many, one after another, and let the night pass."""
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    for _ in range(visitors):
        number = hub.issue().number
        hub.office.execute(CallNext(counter="3", operator="Ani"))
        hub.office.execute(StartService(ticket=number, counter="3"))
        clock.forward(minutes=2)
        hub.office.execute(CompleteTicket(ticket=number, counter="3"))
    clock.forward(days=1)
    hub.catch_up()


def test_waits_are_those_of_earlier_days_which_a_process_reads_once_a_day(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_day_of_work(hub, clock, 41)
    monkeypatch.setattr(Settings, "past_days", None)  # the hub has visitors to look after
    assert "1 hari terakhir kantor ini: 41 pengunjung, 1 loket buka" in waits(dewi)
    monkeypatch.setattr(SideProcess, "begin", None)
    save(dewi, credit_minutes=40)
    assert "41 pengunjung" in waits(dewi)


def test_where_earlier_days_can_not_be_read_the_page_says_so(
    hub: OfficeHub, dewi: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(hub.app.extensions["antrean"].past_days, "database", "sqlite:////nowhere/at/all.db")
        assert refused(dewi.get("/admin/rules/waits")) == (503, "too_slow")
    assert "hari rekaan" in waits(dewi)
