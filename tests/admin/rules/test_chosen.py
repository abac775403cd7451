"""Who is called next, languages and vouchers are chosen in the browser, hold at once and are on record."""

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

HTML = {"Accept": "text/html"}
SUNDANESE_AND_ENGLISH = {"place_su": 1, "place_en": 2, "place_id": 0}
ENGLISH_FIRST = {"place_en": 1, "place_id": 2, "place_su": 0}


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


def save(client: FlaskClient, **fields: Any) -> Any:
    return client.post("/admin/rules", json=fields, headers={"Accept-Language": "en"})


def said(answer: Any) -> str:
    assert answer.status_code == 200, answer.get_json()
    return str(answer.get_json()["said"])


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def test_each_calling_order_stands_there_with_what_it_does_and_the_chosen_one_is_marked(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    page = dewi.get("/admin/rules", headers=HTML).text
    assert page.count('name="discipline"') == len(DISCIPLINES)
    assert 'value="earliest_due_date" checked' in page
    assert "Siapa yang datang lebih dahulu dipanggil lebih dahulu" in text_of(page)


def test_the_chosen_order_decides_the_next_call_and_those_who_move_are_counted(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock, changes: list[PlanChanged]
) -> None:
    """Two come, and then one with priority, who is due 20 minutes earlier."""
    hub.issue()
    hub.issue()
    clock.now += timedelta(minutes=1)
    hub.issue(priority=True)
    told = said(save(dewi, discipline="first_come_first_served"))
    moved = "3 numbers that wait have another place now."
    assert told == f"Saved. Who is called next: By due time → By arrival. {moved}"
    assert plan_of(hub).discipline == "first_come_first_served"
    assert (changes[-1].what, changes[-1].before, changes[-1].after, changes[-1].revision) == (
        "rules", {"discipline": "earliest_due_date"}, {"discipline": "first_come_first_served"}, 2,
    )  # fmt: skip
    assert next_call(hub) == "A-001"


def test_a_rule_that_moves_nobody_says_so_and_saving_what_holds_already_saves_nothing(
    hub: OfficeHub, dewi: FlaskClient, changes: list[PlanChanged]
) -> None:
    hub.issue()
    assert said(save(dewi, discipline="earliest_due_date")) == "Nothing was different."
    assert changes == []
    assert said(save(dewi, discipline="interleave")).endswith("Nobody who waits now changes places.")
    assert "places" not in said(save(dewi, recalls=5))
    assert plan_of(hub).discipline == "interleave"


def test_chosen_languages_are_those_of_kiosk_display_and_phone_in_their_order(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    kiosk, display = screen(hub, "kiosk"), screen(hub, "display")
    before = kiosk.get("/kiosk/view").get_json()["build"]
    assert "Basa Sunda, English" in said(save(dewi, **SUNDANESE_AND_ENGLISH))
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
        page = dewi.get("/admin/rules", headers=HTML).text
        return page[page.index('<html lang="') :][12:14]

    assert language() == "id"
    save(dewi, **ENGLISH_FIRST)
    assert language() == "en"


def test_a_language_that_was_taken_away_is_neither_spoken_nor_printed(hub: OfficeHub, dewi: FlaskClient) -> None:
    save_part(hub.office, "voice", {"languages": ["id", "en"]})
    save(dewi, place_en=1, place_id=0, place_su=0)
    display = screen(hub, "display")
    hub.issue()
    next_call(hub)
    sounds = display.get("/display/view").get_json()["sound"]["calls"]
    assert [len(call["call"]) for call in sounds.values()] == [1]


def test_who_changed_the_order_or_the_languages_stands_in_the_audit(
    hub: OfficeHub, dewi: FlaskClient, eka: FlaskClient
) -> None:
    save(dewi, discipline="interleave")
    save(dewi, **ENGLISH_FIRST)
    told = text_of(eka.get("/admin/audit", headers=HTML).text)
    assert told.count("Rules changed") == 2
    assert "By due time" in told
    assert "Taking turns" in told
    assert "English, Bahasa Indonesia" in told


def test_on_how_many_days_a_number_that_was_not_served_holds_is_chosen_with_what_it_means(
    hub: OfficeHub, dewi: FlaskClient, changes: list[PlanChanged]
) -> None:
    page = dewi.get("/admin/rules", headers=HTML).text
    assert 'aria-describedby="voucher_days-hint"' in page
    assert "sebelum semua pendatang baru" in text_of(page)
    assert save(dewi, voucher_days=3).status_code == 200
    assert plan_of(hub).limits.voucher_days == 3
    assert [change.what for change in changes] == ["rules"]
    assert save(dewi, voucher_days=-1).status_code == 422


def test_the_chance_under_which_no_more_numbers_are_given_is_a_percentage(dewi: FlaskClient, hub: OfficeHub) -> None:
    page = dewi.get("/admin/rules", headers=HTML).text
    assert re.search(r'<input id="served_percent"[^>]*max="99"', page)
    assert save(dewi, served_percent=80).status_code == 200
    assert plan_of(hub).limits.served_percent == 80
    assert save(dewi, served_percent=100).status_code == 422


def test_how_many_digits_numbers_have_is_chosen_by_what_they_look_like(
    hub: OfficeHub, dewi: FlaskClient, changes: list[PlanChanged]
) -> None:
    assert hub.issue().number == "A-001"
    page = dewi.get("/admin/rules", headers=HTML).text
    assert 'name="number_digits" value="3" data-number checked' in page
    shown = text_of(page)
    for words in ("A-01", "Sampai A-99, lalu A-100.", "A-001", "A-0001", "Sampai A-9999, lalu A-10000."):
        assert words in shown
    assert said(save(dewi, number_digits=2)) == "Saved. Digits of a number at least: 3 → 2"
    assert [change.what for change in changes] == ["rules"]
    assert hub.issue().number == "A-02"  # from the next number on, also during a day
    assert save(dewi, number_digits=1).status_code == 422
    assert save(dewi, number_digits=5).status_code == 422


def test_all_that_shows_a_number_as_an_example_shows_it_with_the_chosen_digits(
    hub: OfficeHub, dewi: FlaskClient
) -> None:
    save(dewi, number_digits=4)
    assert 'placeholder="A-0012"' in hub.app.test_client().get("/mobile_ticket/", headers=HTML).text
    panel = hub.as_staff("Ani")
    panel.post("/counter_panel/session", json={"counter": "3"})
    assert "misalnya A-0012 atau 12" in panel.get("/counter_panel/", headers=HTML).text
    assert "A-0012" in hub.as_staff("Eka").get("/admin/voice", headers=HTML).text
