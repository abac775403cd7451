"""The hours page: a week, special days, holidays and seasons are set in the browser; the year shows what they make."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from admin.hours.view_model import shown, typed_spans, year
from antrean.queueing.errors import Invalid
from antrean.queueing.events import PlanChanged
from antrean.queueing.hours.model import Hours, SpecialDay
from antrean.queueing.plan.model import OfficePlan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

MORNING = "08:00-12:00"
WEEK = {"monday": "8-12, 13.00–15.00", "tuesday": MORNING, "friday": "08:00-11:00"}
EVERY = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


def wish(client: FlaskClient, what: str, **fields: Any) -> Any:
    return client.post(f"/admin/hours/{what}", json=fields, headers={"Accept-Language": "en"})


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def page(client: FlaskClient, query: str = "") -> str:
    return str(client.get(f"/admin/hours{query}", headers={"Accept": "text/html"}).text)


@pytest.fixture
def open_hub(hub: OfficeHub) -> OfficeHub:
    save_part(hub.office, "hours/week", {"monday": [MORNING], "tuesday": [MORNING]})
    return hub


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("08:00-12:00, 13:00-15:00", ((480, 720), (780, 900))),
        ("8-12; 13.00–15.30", ((480, 720), (780, 930))),
        (" 00:00 - 24:00 ", ((0, 1440),)),
        ("", ()),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, read: object) -> None:
    spans = typed_spans(typed, "Monday")
    assert spans == read
    assert typed_spans(shown(spans), "Monday") == spans


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("pagi", "hours_unreadable"),
        ("08:60-09:00", "hours_unreadable"),
        ("08:00-25:00", "hours_unreadable"),
        ("12:00-08:00", "hours_overlap"),
        ("08:00-12:00, 11:00-13:00", "hours_overlap"),
    ],
)
def test_hours_that_can_not_be_are_refused(typed: str, why: str) -> None:
    with pytest.raises(Invalid) as caught:
        typed_spans(typed, "Monday")
    assert caught.value.code == why


def test_a_week_is_set_stands_there_and_is_on_record(hub: OfficeHub, dewi: FlaskClient) -> None:
    changes: list[PlanChanged] = []
    hub.office.subscribe(
        lambda entries: changes.extend(entry.event for entry in entries if isinstance(entry.event, PlanChanged))
    )
    assert "jam buka belum diatur" in text_of(page(dewi)).lower()
    answer = wish(dewi, "week", **WEEK, revision=plan_of(hub).revision)
    assert answer.get_json() == {"next": "/admin/hours#week"}
    assert plan_of(hub).hours.week["monday"] == ((480, 720), (780, 900))
    assert [change.what for change in changes] == ["hours"]
    assert 'value="08:00-12:00, 13:00-15:00"' in page(dewi)
    assert wish(dewi, "week").status_code == 200
    assert not plan_of(hub).hours.given


def test_a_wrong_day_of_the_week_is_named_and_nothing_is_saved(hub: OfficeHub, dewi: FlaskClient) -> None:
    answer = wish(dewi, "week", monday="12-8")
    assert code(answer) == (422, "hours_overlap")
    assert "Monday" in answer.get_json()["error"]["message"]
    assert code(wish(dewi, "week", sunday="siang")) == (422, "hours_unreadable")
    assert not plan_of(hub).hours.given


def test_special_days_are_added_for_one_day_or_several_and_removed(open_hub: OfficeHub, dewi: FlaskClient) -> None:
    overtime = wish(dewi, "days", day="2026-12-05", hours=MORNING, reason_id="Lembur")
    assert overtime.status_code == 200
    assert wish(dewi, "days", day="2026-12-28", last_day="2026-12-30", reason_id=" Cuti  bersama ").status_code == 200
    days = plan_of(open_hub).hours.days
    assert [(one.day.day, one.hours, dict(one.reasons)) for one in days] == [
        (5, ((480, 720),), {"id": "Lembur"}),
        *((day, (), {"id": "Cuti bersama"}) for day in (28, 29, 30)),
    ]
    assert "Sabtu, 5 Desember 2026" in text_of(page(dewi))
    assert wish(dewi, "days/2026-12-29/remove").status_code == 200
    assert [one.day.day for one in plan_of(open_hub).hours.days] == [5, 28, 30]
    assert code(wish(dewi, "days/2026-12-29/remove")) == (404, "not_found")
    assert code(wish(dewi, "days", day="2026-12-05", last_day="2026-12-01")) == (422, "value_invalid")
    assert code(wish(dewi, "days", day="2026-12-05", last_day="2027-12-01")) == (422, "value_invalid")
    assert code(wish(dewi, "days", day="morgen")) == (422, "value_invalid")


def test_a_season_is_added_changed_and_removed(open_hub: OfficeHub, dewi: FlaskClient) -> None:
    ramadan = {"name_id": "Ramadan", "starts_on": "2027-02-08", "ends_on": "2027-03-09", "monday": "08:00-14:00"}
    assert wish(dewi, "seasons", **ramadan).status_code == 200
    (season,) = plan_of(open_hub).hours.seasons
    assert (season.names, season.ends_on, dict(season.week)) == (
        {"id": "Ramadan"}, date(2027, 3, 9), {"monday": ((480, 840),)},
    )  # fmt: skip
    assert code(wish(dewi, "seasons", **ramadan)) == (422, "hours_overlap")
    assert wish(dewi, f"seasons/{season.id}", **{**ramadan, "ends_on": "2027-03-10"}).status_code == 200
    assert plan_of(open_hub).hours.seasons[0].ends_on == date(2027, 3, 10)
    assert code(wish(dewi, "seasons", **{**ramadan, "name_id": ""})) == (422, "value_missing")
    assert wish(dewi, f"seasons/{season.id}/remove").status_code == 200
    assert plan_of(open_hub).hours.seasons == ()
    assert code(wish(dewi, "seasons/gone/remove")) == (404, "not_found")


def test_a_service_gets_hours_of_its_own_on_some_weekdays(open_hub: OfficeHub, dewi: FlaskClient) -> None:
    assert wish(dewi, "services/card", monday="8-10", tuesday="-").status_code == 200
    assert plan_of(open_hub).services[0].hours == {"monday": ((480, 600),), "tuesday": ()}
    found = page(dewi)
    assert re.search(r'id="own-card-tuesday"[^>]*value="-"', found)
    assert re.search(r'id="own-card-friday"[^>]*value=""', found)
    assert wish(dewi, "services/card").status_code == 200
    assert plan_of(open_hub).services[0].hours == {}
    assert code(wish(dewi, "services/gone")) == (404, "service_unknown")


def test_of_two_administrators_nobody_loses_a_day(open_hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient) -> None:
    seen = plan_of(open_hub).revision
    assert wish(dewi, "days", day="2026-12-05", hours=MORNING, revision=seen).status_code == 200
    assert wish(eka, "days", day="2026-12-12", hours=MORNING, revision=seen).status_code == 200
    assert [one.day.day for one in plan_of(open_hub).hours.days] == [5, 12]
    late = wish(eka, "days", day="2026-12-05", hours="09:00-10:00", revision=seen)
    assert code(late) == (409, "plan_changed_meanwhile")
    assert "Dewi" in late.get_json()["error"]["message"]


def test_holidays_are_only_suggestions_until_they_are_taken(open_hub: OfficeHub, dewi: FlaskClient) -> None:
    said = text_of(page(dewi, "?year=2026&holidays=1"))
    assert "Jumat, 25 Desember 2026 Hari Raya Natal" in said
    assert "1 Januari 2026" not in said  # it is past
    assert plan_of(open_hub).hours.days == ()
    assert code(wish(dewi, "holidays/2026")) == (422, "holidays_none")
    assert wish(dewi, "holidays/2026", **{"2026-12-25": True, "2026-12-24": False}).status_code == 200
    (taken,) = plan_of(open_hub).hours.days
    assert (taken.day, taken.hours) == (date(2026, 12, 25), ())
    assert taken.reasons["id"] == "Hari Raya Natal"
    assert taken.reasons["en"] == "Christmas Day"
    assert code(wish(dewi, "holidays/1999")) == (422, "value_invalid")


def test_the_year_shows_each_day_as_it_is() -> None:
    overtime, feast = SpecialDay(date(2026, 12, 5), ((480, 720),), {"id": "Lembur"}), SpecialDay(date(2026, 12, 25))
    hours = Hours(dict.fromkeys(EVERY[:5], ((480, 900),)), days=(overtime, feast))
    cells = {
        cell.day: cell
        for month in year(hours, 2026, "id", {date(2026, 12, 24): "Cuti bersama", date(2026, 12, 25): "Natal"})
        for week in month
        for cell in week
        if cell is not None
    }
    assert len(cells) == 365
    found = [(cells[date(2026, 12, day)].kind, cells[date(2026, 12, day)].holiday) for day in (1, 5, 6, 24, 25)]
    assert found == [("open", ""), ("other", ""), ("closed", ""), ("open", "Cuti bersama"), ("off", "")]
    assert cells[date(2026, 12, 5)].why == "Lembur"


def test_a_service_keeps_its_hours_when_services_are_moved(open_hub: OfficeHub, dewi: FlaskClient) -> None:
    assert wish(dewi, "services/card", monday="8-10").status_code == 200
    assert dewi.post("/admin/services/card/move", json={"to": "down"}).status_code == 200
    assert plan_of(open_hub).services[1].hours == {"monday": ((480, 600),)}
