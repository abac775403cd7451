"""The campaign page: a target with its days, what this office adds to it, and figures that say how they came about."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.hub.processes.side_process import SideProcess
from antrean.queueing.commands import CallNext, CompleteTicket, OpenCounter, StartService
from antrean.queueing.plan.campaign import Campaign
from antrean.queueing.plan.document import to_document, written
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.rows import Settings
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

PAGE = "/admin/campaign"


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def campaign_of(hub: OfficeHub) -> Campaign:
    found = plan_of(hub).campaign
    assert found is not None
    return found


def save(client: FlaskClient, **more: Any) -> Any:
    today = client.application.extensions["antrean"].office.business_day()
    usual = {
        "target": 839_345, "start_count": 786_684, "start_on": today.isoformat(),
        "deadline": (today + timedelta(days=2)).isoformat(), "counts_card": True,
    }  # fmt: skip
    return client.post(PAGE, json={**usual, **more}, headers={"Accept-Language": "en"})


def correct(client: FlaskClient, persons: Any, reason: str = "from the village") -> Any:
    return client.post(f"{PAGE}/corrections", json={"persons": persons, "reason": reason})


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def figures(client: FlaskClient) -> str:
    return text_of(client.get(f"{PAGE}/figures").get_json()["html"])


def finish(hub: OfficeHub, persons: int = 1, service: str = "card", **end: Any) -> None:
    """Serve one number to its end."""
    number = hub.issue(service, persons).number
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    hub.office.execute(StartService(ticket=number, counter="3"))
    hub.office.execute(CompleteTicket(ticket=number, counter="3", **end))


def next_day(hub: OfficeHub, clock: SetClock) -> None:
    clock.forward(days=1)
    hub.catch_up()


@pytest.fixture
def english(hub: OfficeHub) -> None:
    save_part(hub.office, "languages", ["en", "id", "su"])


@pytest.mark.usefixtures("english")
def test_a_regencys_figures_are_told_with_their_sums(hub: OfficeHub, dewi: FlaskClient) -> None:
    assert save(dewi, pace=569).get_json() == {"next": PAGE}
    told = figures(dewi)
    assert "786,684 of 839,345 persons (93 %)" in told
    assert "52,661 839,345 target − 786,684 done" in told
    assert "17,554 52,661 left this morning ÷ 3 service days until" in told
    assert "569 a service day given by the office: so far it has 0 service days of its own, and 5 make a pace" in told
    assert "52,661 left this morning ÷ 569 a day = 93 service days" in told
    assert "days after the last day" in told
    assert "The office has no opening hours, so that every day counts as a service day." in told


@pytest.mark.usefixtures("english")
def test_persons_who_got_what_they_came_for_are_added_today_and_from_past_days(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(dewi, target=100, start_count=10)
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    finish(hub, persons=2)
    finish(hub, outcome="papers_missing")
    finish(hub, outcome="referred")
    finish(hub, service="family")  # does not count
    assert "12 10 at the start count + 2 finished since" in figures(dewi)
    next_day(hub, clock)
    monkeypatch.setattr(Settings, "finished_days", None)  # the hub has visitors to look after: a process reads them
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    finish(hub, persons=3)
    told = figures(dewi)
    assert "15 10 at the start count + 5 finished since" in told
    assert "3 of them today" in told
    assert "2 a service day 2 persons on the last 1 service day" in told
    assert "88 left this morning ÷ 2 a day = 44 service days" in told
    assert "A range needs 5 service days of the office's own; there is 1." in told
    monkeypatch.setattr(SideProcess, "begin", None)  # once a day
    assert figures(dewi) == told


@pytest.mark.usefixtures("english")
def test_after_five_service_days_the_pace_has_a_range(hub: OfficeHub, dewi: FlaskClient, clock: SetClock) -> None:
    save(dewi, target=100, start_count=10, pace=50)
    for persons in (1, 4, 2, 5, 3):
        hub.office.execute(OpenCounter(counter="3", operator="Ani"))
        finish(hub, persons=persons)
        next_day(hub, clock)
    told = figures(dewi)
    assert "3 a service day 15 persons on the last 5 service days" in told
    assert "75 left this morning ÷ 3 a day = 25 service days" in told
    assert "8 of 10 times when days like the last 5 service days are drawn by lot" in told


@pytest.mark.usefixtures("english")
def test_a_correction_counts_with_its_reason_and_its_author(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient, clock: SetClock
) -> None:
    assert refused(correct(dewi, 4)) == (404, "campaign_unknown")
    save(dewi, target=100, start_count=10)
    assert correct(dewi, 40).get_json() == {"next": PAGE}
    next_day(hub, clock)
    correct(eka, -3, "counted twice")
    told = figures(dewi)
    assert "+ 37 by corrections" in told
    assert "53 100 target − 47 done" in told
    assert told.index("−3 counted twice Eka") < told.index("+40 from the village Dewi")
    assert refused(correct(dewi, 0)) == (422, "value_invalid")
    assert refused(correct(dewi, 4, "  ")) == (422, "campaign_reason_missing")
    assert refused(correct(dewi, 4, "NIK 3204110503900001")) == (422, "note_has_id_number")
    assert correct(hub.as_staff("Ani"), 4).status_code == 403


@pytest.mark.usefixtures("english")
def test_what_one_more_counter_would_do_is_said_once_the_office_has_days_and_hours_of_its_own(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    save(dewi, target=1000, start_count=10, deadline="2027-01-31")
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    for _ in range(41):
        number = hub.issue("card", 2).number
        hub.office.execute(CallNext(counter="3", operator="Ani"))
        hub.office.execute(StartService(ticket=number, counter="3"))
        clock.forward(minutes=4)
        hub.office.execute(CompleteTicket(ticket=number, counter="3"))
    next_day(hub, clock)
    assert "With one more counter" not in figures(dewi)  # nobody knows how long a day is
    week = {key: ["08:00-15:00"] for key in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")}
    save_part(hub.office, "hours/week", week)
    told = figures(dewi)
    found = re.search(
        r"With one more counter (\d+) a service day (\d+) with 1 counter, as usual. So many are finished in 420 "
        r"minutes of opening while more come than can be served: worked out for days like the last ones.",
        told,
    )
    assert found is not None, told
    one_more, usual = map(int, found.groups())
    assert usual == pytest.approx(420 / (4 * 1.2 + 0.8) * 2, rel=0.12)
    assert one_more == pytest.approx(2 * usual, rel=0.12)
    save_part(hub.office, "campaign/target", 20)
    assert "With one more counter" not in figures(dewi)  # reached


@pytest.mark.usefixtures("english")
def test_where_days_can_not_be_run_the_campaign_is_told_without_another_counter(
    hub: OfficeHub, dewi: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(dewi, target=100, start_count=10)
    monkeypatch.setattr(hub.app.extensions["antrean"].past_days, "database", "sqlite:////nowhere/at/all.db")
    told = figures(dewi)
    assert "90 100 target − 10 done" in told
    assert "With one more counter" not in told


@pytest.mark.usefixtures("english")
def test_a_correction_of_an_earlier_campaign_does_not_count_for_one_that_begins_on_the_same_day(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    save(dewi, target=100, start_count=10)
    correct(dewi, 40, "of the first")
    save(dewi, target=200, start_count=10)  # the same one, changed
    assert "50 10 at the start count" in figures(dewi)
    earlier = campaign_of(hub)
    dewi.post(f"{PAGE}/end", json={})
    save(dewi, target=100, start_count=10)
    assert campaign_of(hub).began > earlier.began
    assert "of the first" not in figures(dewi)
    assert "10 10 at the start count" in figures(dewi)
    correct(dewi, 5, "of the second")
    next_day(hub, clock)
    told = figures(dewi)
    assert "15 10 at the start count" in told
    assert "+5 of the second" in told
    save_part(hub.office, "campaign", written(earlier))  # set back
    assert "50 10 at the start count" in figures(dewi)


@pytest.mark.usefixtures("english")
def test_what_a_change_of_a_campaign_changed_is_said_without_what_only_programs_read(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    save(dewi, target=100, start_count=10)
    dewi.post(f"{PAGE}/end", json={})
    save(dewi, target=100, start_count=10, on_displays=True)
    said = text_of(eka.get("/admin/audit?about=settings").text)
    assert "Show on displays how many are done and left" in said
    assert "began" not in said


@pytest.mark.usefixtures("english")
def test_corrections_of_earlier_releases_count_for_the_campaign_of_then(hub: OfficeHub, dewi: FlaskClient) -> None:
    save(dewi, target=100, start_count=10)
    old = written(campaign_of(hub))
    del old["began"]
    save_part(hub.office, "campaign", old)
    correct(dewi, 40)
    assert "50 10 at the start count" in figures(dewi)
    save(dewi, target=200, start_count=10)
    assert "50 10 at the start count" in figures(dewi)


@pytest.mark.usefixtures("english")
def test_how_it_ends_is_said(hub: OfficeHub, dewi: FlaskClient, clock: SetClock) -> None:
    save(dewi, target=100, start_count=10, start_on="2021-01-04", deadline="2021-01-05")
    assert "The last day is over: it was Tuesday, 5 January 2021." in figures(dewi)
    correct(dewi, 90)
    told = figures(dewi)
    assert "0 The target is reached." in told
    assert "Needed each service day" not in told


@pytest.mark.usefixtures("english")
def test_a_forecast_says_whether_it_is_in_time_and_why_there_is_none(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    save(dewi, target=100, start_count=98)
    assert "– No service day is over since the start count." in figures(dewi)
    save(dewi, target=100, start_count=98, pace=1)
    assert "Wednesday, 25 November 2026 in time 2 left this morning ÷ 1 a day = 2 service days" in figures(dewi)
    save(dewi, target=100, start_count=97, pace=1, deadline="2026-11-25")
    assert "Thursday, 26 November 2026 1 day after the last day" in figures(dewi)
    save(dewi, target=1_000_000, start_count=98, pace=1)
    assert "in more than ten years long after the last day" in figures(dewi)
    save(dewi, target=100, start_count=98)
    next_day(hub, clock)
    assert "– Nobody was finished on these days, so that nothing can be said." in figures(dewi)


@pytest.mark.usefixtures("english")
def test_service_days_are_those_of_the_hours(hub: OfficeHub, dewi: FlaskClient) -> None:
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
    save_part(hub.office, "hours/week", {key: ["08:00-15:00"] for key in weekdays})
    save(dewi, target=100, start_count=95, pace=1, deadline="2026-11-29")
    told = figures(dewi)
    assert "2 5 left this morning ÷ 4 service days until Friday, 27 November 2026, rounded up" in told
    assert "Monday, 30 November 2026 1 day after the last day" in told
    assert "With every Saturday Saturday, 28 November 2026 the same pace on Saturdays, too" in told
    assert "Service days are those on which, by the hours, one of them is open." in told
    save_part(hub.office, "hours/week", {"monday": ["08:00-15:00"]})
    assert "– No service day is left until Sunday, 29 November 2026." in figures(dewi)


def test_what_no_campaign_can_be_is_refused(hub: OfficeHub, dewi: FlaskClient) -> None:
    answer = save(dewi, start_on="2016-09-28", deadline="2016-09-31")
    assert refused(answer) == (422, "day_impossible")
    assert answer.get_json()["error"]["message"] == "There is no day “2016-09-31” in the calendar."
    assert refused(save(dewi, deadline="31 September")) == (422, "day_impossible")
    assert refused(save(dewi, deadline="")) == (422, "value_missing")
    assert refused(save(dewi, start_on="2016-09-28", deadline="2016-09-27")) == (422, "campaign_ends_early")
    assert refused(save(dewi, start_on="2016-09-28", deadline="2026-09-30")) == (422, "campaign_too_long")
    assert refused(save(dewi, target=786_684)) == (422, "campaign_target_small")
    assert refused(save(dewi, target=-1)) == (422, "value_invalid")
    assert refused(save(dewi, counts_card=False)) == (422, "campaign_serviceless")
    assert save(hub.as_staff("Ani")).status_code == 403
    assert plan_of(hub).campaign is None
    assert refused(dewi.get(f"{PAGE}/figures")) == (404, "not_found")


def test_a_campaign_is_changed_and_ended_and_stands_in_history(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    save(dewi)
    seen = plan_of(hub).revision
    assert save(dewi, target=900_000, counts_birth=True, revision=seen).status_code == 200
    assert (campaign_of(hub).target, campaign_of(hub).services) == (900_000, ("card", "birth"))
    assert refused(save(eka, target=850_000, revision=seen)) == (409, "plan_changed_meanwhile")
    told = text_of(eka.get("/admin/history", headers={"Accept": "text/html"}).text)
    assert "Kejar target · Target: 839345 → 900000" in told
    assert "Orang per hari selama belum ada hari sendiri" not in told  # none was given
    assert dewi.post(f"{PAGE}/end", json={}).status_code == 200
    assert plan_of(hub).campaign is None


def test_a_service_that_leaves_the_office_goes_on_counting(hub: OfficeHub, dewi: FlaskClient) -> None:
    save(dewi, counts_birth=True)
    document = to_document(plan_of(hub))
    document["services"] = [one for one in document["services"] if one["code"] != "birth"]
    for counter in document["counters"]:
        for part in ("primary", "overflow"):
            counter[part] = [code for code in counter[part] if code != "birth"]
    save_part(hub.office, "", document)
    assert save(dewi, target=900_000).status_code == 200
    assert campaign_of(hub).services == ("card", "birth")


def test_while_past_days_can_not_be_read_the_page_says_so_and_asks_again(
    hub: OfficeHub, dewi: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(dewi, start_on="2021-01-04")
    with monkeypatch.context() as patched:
        patched.setattr(hub.app.extensions["antrean"].finished_days, "database", "sqlite:////nowhere/at/all.db")
        assert refused(dewi.get(f"{PAGE}/figures")) == (503, "too_slow")
    assert "52.661" in figures(dewi)
