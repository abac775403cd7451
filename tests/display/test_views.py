"""The waiting room's page and the display's word, over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import (
    AnnounceCall,
    CallNext,
    CancelTicket,
    CloseCounter,
    OpenCounter,
    ReturnTicket,
    StartService,
)
from antrean.queueing.hours.document import write_hours
from antrean.queueing.hours.model import WEEKDAYS, Hours
from tests.conftest import SetClock
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part
from tests.fakes.stands import stands

HTML = {"Accept": "text/html"}


def call_one(hub: OfficeHub) -> int:
    """Issue and call one ticket; return the seq of the call."""
    hub.issue()
    return hub.office.execute(CallNext(counter="3", operator="Ani")).seq


def call_again(hub: OfficeHub) -> int:
    """Send the called visitor back to the queue and call them once more; return the seq of that call."""
    hub.office.execute(ReturnTicket(ticket="A-001", counter="3"))
    return hub.office.execute(CallNext(counter="3", operator="Ani")).seq


def announced(display: FlaskClient) -> list[int]:
    """Return the calls that a page which begins takes for announced, as the hub was told."""
    found = re.search(r'data-announced="(.*?)"', display.get("/display/", headers=HTML).text)
    assert found is not None
    return list(json.loads(found[1]))


def test_the_page_says_the_truth_before_any_script_has_run(hub: OfficeHub, display: FlaskClient) -> None:
    assert "data-empty" in display.get("/display/", headers=HTML).text
    call_one(hub)
    page = display.get("/display/", headers=HTML).text
    assert "data-empty" not in page
    assert ">A-001</p>" in page
    assert "<span data-counter>Loket 3</span>" in page
    assert "Selasa, 24 November 2026" in page
    assert "data-clock>09.00</div>" in page


def test_the_view_carries_the_numbered_log_and_the_business_day(hub: OfficeHub, display: FlaskClient) -> None:
    seq = call_one(hub)
    view = display.get("/display/view").get_json()
    assert view["business_day"] == "2026-11-24"
    assert [(call["seq"], call["number"], call["counter"], call["counter_name"]) for call in view["calls"]] == [
        (seq, "A-001", "3", "Loket 3")
    ]
    assert view["seq"] >= seq
    assert view["utc_offset"] == 7 * 60


def test_the_page_is_drawn_from_the_views_own_fragments(hub: OfficeHub, display: FlaskClient) -> None:
    call_one(hub)
    hub.issue("birth")
    view = display.get("/display/view").get_json()
    page = display.get("/display/", headers=HTML).text
    assert set(view["html"]) == {"date", "closed", "empty", "rows", "cards", "services", "counters", "notice"}
    assert all(drawn in page for drawn in view["html"].values())


def test_an_announced_call_is_noted_once_with_the_display_that_had_it(hub: OfficeHub, display: FlaskClient) -> None:
    seq = call_one(hub)
    assert display.post("/display/announcements", json={"seq": seq}).status_code == 204
    before = hub.seq()
    assert display.post("/display/announcements", json={"seq": seq}).status_code == 204
    assert hub.seq() == before
    assert hub.office.read(lambda day, _plan: list(day.announced)) == [seq]


def test_a_call_is_told_as_shown_and_later_as_heard_each_once(hub: OfficeHub, display: FlaskClient) -> None:
    seq = call_one(hub)

    def say(**word: object) -> tuple[int, int]:
        before = hub.seq()
        status = display.post("/display/announcements", json={"seq": seq, **word}).status_code
        return status, hub.seq() - before

    def known() -> tuple[list[int], dict[int, str]]:
        return hub.office.read(lambda day, _plan: (list(day.announced), dict(day.sounded)))

    assert (say(shown=True), known()) == ((204, 1), ([seq], {}))
    assert (say(shown=True), say(shown=True, request_id="word-once-1"), known()) == ((204, 0), (204, 0), ([seq], {}))
    assert (say(sound="spoken"), known()) == ((204, 1), ([seq], {seq: "spoken"}))
    assert (say(sound="spoken"), say(shown=True), known()) == ((204, 0), (204, 0), ([seq], {seq: "spoken"}))


def test_a_page_that_begins_while_a_word_is_being_written_announces_that_call_no_more(
    hub: OfficeHub, display: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seq, write, known = call_one(hub), hub.office.execute, hub.app.extensions["antrean"].announced
    meanwhile: list[list[tuple[int, ...]]] = []

    def noted(*given: Any, **more: Any) -> Any:
        if isinstance(given[0], AnnounceCall):
            meanwhile.append(list(known.values()))
        return write(*given, **more)

    monkeypatch.setattr(hub.office, "execute", noted)
    assert display.post("/display/announcements", json={"seq": seq, "sound": "muted"}).status_code == 204
    assert (meanwhile, announced(display)) == ([[(seq,)]], [seq])
    assert display.post("/display/announcements", json={"seq": seq + 1000, "sound": "muted"}).status_code == 404
    assert announced(display) == [seq]  # a call that comes to have that line is announced


def test_a_call_that_is_only_shown_yet_is_announced_again_after_a_power_cut(
    hub: OfficeHub, display: FlaskClient
) -> None:
    first, second = call_one(hub), call_again(hub)
    display.post("/display/announcements", json={"seq": first, "shown": True})
    assert announced(display) == []
    display.post("/display/announcements", json={"seq": second, "sound": "spoken"})
    assert announced(display) == [second]
    display.post("/display/announcements", json={"seq": first, "sound": "spoken"})
    assert announced(display) == [first, second]


def test_calls_of_the_day_before_are_no_longer_told_to_a_page_that_begins(
    hub: OfficeHub, display: FlaskClient, clock: SetClock
) -> None:
    display.post("/display/announcements", json={"seq": call_one(hub)})
    clock.forward(days=1)
    hub.catch_up()
    assert announced(display) == []


def test_the_log_says_whose_visitor_is_still_expected(hub: OfficeHub, display: FlaskClient) -> None:
    call_one(hub)
    assert [call["standing"] for call in display.get("/display/view").get_json()["calls"]] == [True]
    hub.office.execute(StartService(ticket="A-001", counter="3"))
    assert [call["standing"] for call in display.get("/display/view").get_json()["calls"]] == [False]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ({"seq": 9999}, 404),
        ({}, 422),
        ({"seq": "x"}, 422),
        ([1], 422),
        ({"seq": 9999, "shown": True}, 404),
        ({"seq": 3, "shown": False}, 422),
        ({"seq": 3, "shown": None}, 422),
        ({"seq": 3, "shown": 1}, 422),
    ],
)
def test_a_word_about_no_call_is_refused_and_changes_nothing(
    hub: OfficeHub, display: FlaskClient, word: object, status: int
) -> None:
    call_one(hub)
    before = hub.seq()
    assert display.post("/display/announcements", json=word).status_code == status
    assert hub.seq() == before


def test_midnight_in_the_offices_zone_begins_an_empty_day_and_changes_the_date(
    hub: OfficeHub, display: FlaskClient, clock: SetClock
) -> None:
    call_one(hub)
    clock.forward(hours=14, minutes=59, seconds=59)
    hub.catch_up()
    assert display.get("/display/view").get_json()["calls"] != []
    clock.forward(seconds=1)
    hub.catch_up()
    view = display.get("/display/view").get_json()
    assert (view["calls"], view["business_day"]) == ([], "2026-11-25")
    assert "Rabu, 25 November 2026" in view["html"]["date"]


def test_names_from_the_plan_are_escaped(hub: OfficeHub, display: FlaskClient) -> None:
    stands(hub.office, "card", "paused", {"id": "<script>"})
    drawn = "".join(display.get("/display/view").get_json()["html"].values())
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_why_a_service_is_paused_stands_on_a_card_in_one_language_at_a_time(
    hub: OfficeHub, display: FlaskClient
) -> None:
    stands(hub.office, "card", "paused", {"id": "Blangko habis", "en": "Blank cards have run out"})
    html = display.get("/display/view").get_json()["html"]
    assert '<span lang="id" data-turn="id">Blangko habis</span>' in html["cards"]
    assert '<span lang="en" data-turn="en" hidden>Blank cards have run out</span>' in html["cards"]
    assert "Blangko" not in html["notice"]
    stands(hub.office, "card", "open")
    assert "Blangko" not in display.get("/display/view").get_json()["html"]["cards"]


def test_the_running_text_is_in_the_language_that_is_on_and_one_text_stands_for_all(
    hub: OfficeHub, display: FlaskClient
) -> None:
    def turns() -> list[str]:
        notice = display.get("/display/view").get_json()["html"]["notice"]
        return [part.split('"')[0] for part in notice.split('data-running="')[1:]]

    for texts, expected in (
        ({"id": "Semua gratis", "en": "All free"}, ["id", "su", "en"]),
        ({"id": "Semua gratis"}, [""]),
        ({}, []),
    ):
        save_part(hub.office, "displays/ticker", texts)
        assert sorted(turns()) == sorted(expected)


def test_displays_that_are_set_alike_are_drawn_as_one_and_others_for_themselves(
    hub: OfficeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = hub.app.extensions["antrean"]
    devices = [pair_device(services.settings, "display", f"Layar {n}", hub.office.clock)[0].id for n in range(5)]
    services.settings.set_device_settings(devices[3], {"services": ["family"]})
    services.settings.set_device_settings(devices[4], {"voice": {"volume": 20}})
    services.identities.load()
    drawn: list[str] = []
    told: list[list[str]] = []

    def note(event: str, _view: object, _namespace: str, rooms: Sequence[str]) -> None:
        if event == "view":
            told.append(sorted(rooms))

    monkeypatch.setattr(services.publisher, "_emit", note)
    screen = services.publisher._screens["display"]
    render = screen.render
    with hub.app.test_request_context("/"):
        for device in devices:
            services.publisher.join("display", device)
    monkeypatch.setattr(screen, "render", lambda room: drawn.append(room) or render(room))
    hub.issue()
    wait_until(lambda: sum(map(len, told)) == 5, "every display to be told")
    assert sorted(told) == sorted([[devices[3]], [devices[4]], sorted(devices[:3])])
    assert len(drawn) == 3


def test_outside_opening_hours_the_display_says_when_it_opens_and_covers_nobody_who_is_expected(
    hub: OfficeHub, display: FlaskClient
) -> None:
    def open_from(since: int, until: int) -> str:
        save_part(hub.office, "hours", write_hours(Hours(dict.fromkeys(WEEKDAYS, ((since, until),)))))
        return text_of(display.get("/display/view").get_json()["html"]["closed"])

    hub.issue()
    assert open_from(60, 120) == ""
    hub.office.execute(CancelTicket(ticket="A-001", reason="left"))
    said = open_from(60, 120)
    assert said.startswith("Kantor sedang tutup.")
    assert "Buka besok pukul 01.00" in said
    assert open_from(0, 1440) == ""


def test_before_the_first_call_the_display_says_whether_a_counter_is_open(hub: OfficeHub, display: FlaskClient) -> None:
    def empty() -> str:
        return text_of(display.get("/display/view").get_json()["html"]["empty"])

    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    assert empty().startswith("Belum ada panggilan")
    hub.office.execute(CloseCounter(counter="3", operator="Ani"))
    assert empty().startswith("Belum ada loket yang buka")
