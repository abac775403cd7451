"""The office page: a calling order and languages are chosen in the browser, hold at once and are on record."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.commands import CallNext, OpenCounter
from antrean.queueing.events import PlanChanged
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

WRONG_LANGUAGES = [
    ({"language_1": "xx"}, "language_unknown"),
    ({"language_1": "id", "language_2": "../su"}, "language_unknown"),
    ({"language_1": "", "language_2": "id"}, "language_first"),
    ({}, "language_first"),
    ({"language_1": "id", "language_2": "en", "language_3": "id"}, "language_twice"),
]


def plan_of(hub: OfficeHub) -> OfficePlan:
    return hub.office.read(lambda _day, plan: plan)


@pytest.fixture
def changes(hub: OfficeHub) -> list[PlanChanged]:
    """What is journalled of settings from now on; it grows."""
    found: list[PlanChanged] = []
    hub.office.subscribe(
        lambda entries: found.extend(entry.event for entry in entries if isinstance(entry.event, PlanChanged))
    )
    return found


def screen(hub: OfficeHub, kind: str) -> FlaskClient:
    """Return the browser of a paired device."""
    services = hub.app.extensions["antrean"]
    _device, token = pair_device(services.settings, kind, kind, hub.office.clock)
    services.identities.load()
    client = hub.app.test_client()
    client.set_cookie(f"antrean_{kind}", token)
    return client


def next_call(hub: OfficeHub) -> str:
    """Return the number that the third counter, which serves everything, calls next."""
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    ticket = hub.office.execute(CallNext(counter="3", operator="Ani")).ticket
    assert ticket is not None
    return ticket.number


def wish(client: FlaskClient, what: str, **fields: Any) -> Any:
    return client.post(f"/admin/office/{what}", json=fields, headers={"Accept-Language": "en"})


def said(answer: Any) -> str:
    assert answer.status_code == 200, answer.get_json()
    return str(answer.get_json()["said"])


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def test_each_calling_order_stands_there_with_what_it_does_and_the_chosen_one_is_marked(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    page = dewi.get("/admin/office", headers={"Accept": "text/html"}).text
    assert page.count('name="discipline"') == len(DISCIPLINES) == page.count('id="about-')
    assert 'value="earliest_due_date" aria-describedby="about-earliest_due_date" checked' in page
    assert "Siapa yang datang lebih dahulu dipanggil lebih dahulu" in text_of(page)


def test_the_chosen_order_decides_the_next_call_and_those_who_move_are_counted(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock, changes: list[PlanChanged]
) -> None:
    """Two come, and then one with priority, who is due 20 minutes earlier."""
    hub.issue()
    hub.issue()
    clock.now += timedelta(minutes=1)
    hub.issue(priority=True)
    answer = wish(dewi, "discipline", discipline="first_come_first_served")
    assert said(answer) == "Saved. 3 numbers that wait have another place now."
    assert plan_of(hub).discipline == "first_come_first_served"
    assert (changes[-1].what, changes[-1].before, changes[-1].after, changes[-1].revision) == (
        "discipline", {"discipline": "earliest_due_date"}, {"discipline": "first_come_first_served"}, 2,
    )  # fmt: skip
    assert next_call(hub) == "A-001"


def test_saving_what_holds_already_moves_nobody(hub: OfficeHub, dewi: FlaskClient) -> None:
    hub.issue()
    answer = wish(dewi, "discipline", discipline="earliest_due_date")
    assert said(answer) == "Saved. Nobody who waits now changes places."
    assert plan_of(hub).discipline == "earliest_due_date"


@pytest.mark.parametrize("wanted", ["", "by_name", "EarliestDueDate"])
def test_an_unknown_calling_order_is_refused_and_changes_nothing(
    hub: OfficeHub, dewi: FlaskClient, changes: list[PlanChanged], wanted: str
) -> None:
    assert code(wish(dewi, "discipline", discipline=wanted)) == (422, "discipline_unknown")
    assert code(wish(dewi, "discipline")) == (422, "value_missing")
    assert (plan_of(hub).discipline, changes) == ("earliest_due_date", [])


def test_chosen_languages_are_those_of_kiosk_display_and_phone_in_their_order(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    kiosk, display = screen(hub, "kiosk"), screen(hub, "display")
    before = kiosk.get("/kiosk/view").get_json()["build"]
    answer = wish(dewi, "languages", language_1="su", language_2="", language_3="en")
    assert said(answer) == "Saved. All screens speak: Basa Sunda, English."
    assert plan_of(hub).languages == ("su", "en")
    assert set(kiosk.get("/kiosk/view").get_json()["html"]) == {
        "start.su",
        "start.en",
        "bring.su",
        "bring.en",
        "spare.su",
        "spare.en",
    }
    assert display.get("/display/view").get_json()["screen"]["languages"] == ["su", "en"]
    page = kiosk.get("/kiosk/", headers={"Accept": "text/html"}).text
    after = kiosk.get("/kiosk/view").get_json()["build"]
    assert 'data-first-language="su"' in page
    assert before != after, "a kiosk that shows other keys loads itself again"
    assert f'data-build="{after}"' in page


def test_these_pages_are_in_the_first_language_as_soon_as_it_is_saved(hub: OfficeHub, dewi: FlaskClient) -> None:
    def language() -> str:
        page = dewi.get("/admin/office", headers={"Accept": "text/html"}).text
        return page[page.index('<html lang="') :][12:14]

    assert language() == "id"
    wish(dewi, "languages", language_1="en", language_2="id")
    assert language() == "en"


@pytest.mark.parametrize(("fields", "refusal"), WRONG_LANGUAGES)
def test_languages_that_can_not_be_are_refused_and_change_nothing(
    hub: OfficeHub, dewi: FlaskClient, changes: list[PlanChanged], fields: dict[str, str], refusal: str
) -> None:
    languages = plan_of(hub).languages
    assert code(wish(dewi, "languages", **fields)) == (422, refusal)
    assert (plan_of(hub).languages, changes) == (languages, [])


def test_a_language_that_was_taken_away_is_neither_spoken_nor_printed(hub: OfficeHub, dewi: FlaskClient) -> None:
    save_part(hub.office, "voice", {"languages": ["id", "en"]})
    wish(dewi, "languages", language_1="en")
    display = screen(hub, "display")
    hub.issue()
    next_call(hub)
    sounds = display.get("/display/view").get_json()["sound"]["calls"]
    assert [len(call["call"]) for call in sounds.values()] == [1]


def test_who_changed_the_order_or_the_languages_stands_in_the_audit(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    wish(dewi, "discipline", discipline="interleave")
    wish(dewi, "languages", language_1="en", language_2="id")
    told = text_of(eka.get("/admin/audit", headers={"Accept": "text/html"}).text)
    assert "Calling order changed" in told
    assert "By due time" in told
    assert "Taking turns" in told
    assert "Languages changed" in told
    assert "English, Bahasa Indonesia" in told


def test_operators_may_neither_see_nor_change_it(hub: OfficeHub) -> None:
    ani = hub.as_staff("Ani")
    assert ani.get("/admin/office").status_code == 403
    assert code(wish(ani, "discipline", discipline="interleave")) == (403, "not_allowed")
    assert code(wish(ani, "languages", language_1="en")) == (403, "not_allowed")
    assert plan_of(hub).discipline == "earliest_due_date"


HEAD_STARTS = {"head_start_card": 0, "head_start_family": 0, "head_start_birth": 10}


def test_a_service_with_a_head_start_is_called_before_those_who_came_a_little_earlier_and_the_audit_says_who_gave_it(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock, changes: list[PlanChanged]
) -> None:
    hub.issue()
    clock.now += timedelta(minutes=9)
    hub.issue("birth")
    assert said(wish(dewi, "head_starts", **HEAD_STARTS)) == "Saved. 2 numbers that wait have another place now."
    assert {one.code: one.head_start for one in plan_of(hub).services} == {"card": 0, "family": 0, "birth": 10}
    assert (changes[-1].before, changes[-1].after) == ({"head_start": {"birth": 0}}, {"head_start": {"birth": 10}})
    page = text_of(hub.as_staff("Eka").get("/admin/audit", headers={"Accept": "text/html"}).text)
    assert "Didahulukan (menit) · C · Akta Kelahiran" in page
    assert next_call(hub) == "C-001"


def test_head_starts_that_hold_already_are_saved_again_and_move_nobody(hub: OfficeHub, dewi: FlaskClient) -> None:
    wish(dewi, "head_starts", **HEAD_STARTS)
    hub.issue()
    assert said(wish(dewi, "head_starts", **HEAD_STARTS)) == "Saved. Nobody who waits now changes places."
    page = dewi.get("/admin/office", headers={"Accept": "text/html"}).text
    assert re.search(r'name="head_start_birth"[^>]*value="10"', page)


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"head_start_birth": -1}, "value_invalid"),
        ({"head_start_birth": 121}, "value_invalid"),
        ({"head_start_birth": "ten"}, "value_invalid"),
        ({"head_start_birth": None}, "value_missing"),
        ({"head_start_gone": 5}, "field_unknown"),
    ],
)
def test_a_head_start_that_is_no_number_of_minutes_up_to_two_hours_is_refused_and_changes_none(
    hub: OfficeHub, dewi: FlaskClient, changes: list[PlanChanged], wrong: dict[str, Any], refused: str
) -> None:
    assert code(wish(dewi, "head_starts", **{**HEAD_STARTS, "head_start_card": 30, **wrong})) == (422, refused)
    assert ({one.head_start for one in plan_of(hub).services}, changes) == ({0}, [])


def test_on_how_many_days_a_number_that_was_not_served_holds_is_chosen_among_those_that_are_offered(
    hub: OfficeHub, dewi: FlaskClient, changes: list[PlanChanged]
) -> None:
    page = text_of(dewi.get("/admin/office", headers={"Accept": "text/html"}).text)
    assert "Belum dilayani sampai tutup" in page
    assert dewi.post("/admin/office/vouchers", json={"voucher_days": "3"}).status_code == 200
    assert plan_of(hub).limits.voucher_days == 3
    assert [change.what for change in changes] == ["vouchers"]
    assert dewi.post("/admin/office/vouchers", json={"voucher_days": "4"}).status_code == 422
