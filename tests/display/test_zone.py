"""A display shows the services or counters it is told to, and never drops a visitor who is still expected."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, ChangePlan, IssueTicket, OpenCounter, PauseCounter, StartService
from antrean.queueing.office import Office
from antrean.queueing.plan.model import Counter, OfficePlan, PlaylistItem
from antrean.web.screens.display_scope import DisplayScope
from display.view_model import CALLS_TOLD, board
from tests.conftest import small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.plan import save_item, save_part


@pytest.fixture
def plan() -> OfficePlan:
    many = tuple(Counter(str(n), f"Loket {n}", ("card", "family", "birth")) for n in range(4, 40))
    return small_plan(counters=small_plan().counters + many)


def issue(office: Office, service: str) -> None:
    office.execute(IssueTicket(service=service, persons=1, priority=False, language="id", device=""))


def call(office: Office, counter: str, service: str) -> str:
    """Open a counter if need be and have it call one new number of a service."""
    operator = f"Op{counter}"
    if office.read(lambda day, _plan: day.counter(counter).state) == "closed":
        office.execute(OpenCounter(counter=counter, operator=operator))
    issue(office, service)
    answer = office.execute(CallNext(counter=counter, operator=operator))
    assert answer.ticket is not None
    return answer.ticket.number


def test_a_zone_of_services_shows_their_calls_waiting_and_counters_alone(office: Office) -> None:
    mine, other = call(office, "2", "birth"), call(office, "1", "card")
    shown = office.read(lambda day, plan: board(day, plan, "id", zone=DisplayScope(services=("birth",))))
    assert [row.number for row in shown.calls] == [mine]
    assert other not in [row.number for row in shown.rows]
    assert [row.series for row in shown.services] == ["C"]
    assert "1" not in [row.code for row in shown.counters]


def test_a_zone_of_counters_shows_what_is_called_there(office: Office) -> None:
    call(office, "2", "birth")
    mine = call(office, "1", "card")
    shown = office.read(lambda day, plan: board(day, plan, "id", zone=DisplayScope(counters=("1",))))
    assert [row.number for row in shown.calls] == [mine]
    assert [row.code for row in shown.counters] == ["1"]
    assert [row.series for row in shown.services] == ["A", "B"]


def test_a_zone_whose_counter_was_taken_out_of_the_plan_shows_no_more_than_before(office: Office) -> None:
    call(office, "1", "card")
    shown = office.read(lambda day, plan: board(day, plan, "id", zone=DisplayScope(counters=("gone",))))
    assert (shown.calls, shown.services, shown.counters) == ((), (), ())


def test_whoever_is_still_expected_stays_in_the_log_and_among_the_rows(office: Office) -> None:
    expected = [call(office, str(n), "card") for n in range(3, 3 + CALLS_TOLD + 8)]
    shown = office.read(lambda day, plan: board(day, plan, "id"))
    assert [row.number for row in shown.calls] == expected
    assert sorted(row.number for row in shown.rows) == sorted(expected)
    assert all(row.standing for row in shown.rows)
    office.execute(StartService(ticket=expected[0], counter="3"))
    later = office.read(lambda day, plan: board(day, plan, "id"))
    assert expected[0] not in [row.number for row in later.calls]
    assert expected[1] in [row.number for row in later.calls]


def test_counters_say_their_number_their_pause_and_that_they_are_closed(office: Office) -> None:
    number = call(office, "1", "card")
    office.execute(OpenCounter(counter="2", operator="Op2"))
    office.execute(PauseCounter(counter="2", operator="Op2", reason="break"))
    shown = office.read(lambda day, plan: board(day, plan, "id"))
    states = {row.code: (row.state, row.number) for row in shown.counters}
    assert (states["1"], states["2"], states["3"]) == (("open", number), ("paused", ""), ("closed", ""))
    assert shown.open_counters == 2


def set_display(hub: OfficeHub, **settings: object) -> None:
    services = hub.app.extensions["antrean"]
    device = next(one for one in services.identities.devices() if one.kind == "display")
    services.settings.set_device_settings(device.id, settings)
    hub.office.execute(ChangePlan(what="display"))


def test_a_change_of_its_settings_reaches_the_display_with_the_next_view(hub: OfficeHub, display: FlaskClient) -> None:
    before = display.get("/display/view").get_json()
    set_display(hub, services=["birth"], languages=["su", "en"], seat_m=9.0)
    after = display.get("/display/view").get_json()
    assert "Akta Kelahiran" in after["html"]["services"]
    assert "Pencetakan KTP-el" not in after["html"]["services"]
    assert after["screen"]["languages"] == ["su", "en"]
    assert after["screen"]["sizes"] != before["screen"]["sizes"]


def test_the_offices_own_texts_come_in_every_language_and_stand_in_where_one_is_missing(
    hub: OfficeHub, display: FlaskClient
) -> None:
    save_part(hub.office, "displays/ticker", {"id": "Semua gratis", "en": "All free"})
    save_item(hub.office, PlaylistItem("n", "notice", {"id": "Besok tutup", "en": "Closed tomorrow"}))
    hub.issue("birth")
    hub.office.execute(CallNext(counter="3", operator="Ani"))
    view = display.get("/display/view").get_json()
    assert '<span lang="en" data-turn="en" hidden>Birth certificate</span>' in view["html"]["services"]
    assert '<span lang="su" data-turn="su" hidden>Akta Kelahiran</span>' in view["html"]["services"]
    assert view["calls"][-1]["names"]["en"] == "Birth certificate"
    assert 'lang="en" data-running="en" hidden>All free<' in view["html"]["notice"]
    assert view["interludes"][0]["texts"] == {"id": "Besok tutup", "en": "Closed tomorrow"}
    set_display(hub, languages=["en"])
    view = display.get("/display/view").get_json()
    assert "Akta Kelahiran" not in view["html"]["services"]
    assert "24 November 2026" in view["html"]["date"]
    assert "Tuesday" in view["html"]["date"]


def test_a_counters_small_screen_shows_its_number_or_its_state_and_speaks_for_its_counter_alone(
    hub: OfficeHub, display: FlaskClient
) -> None:
    set_display(hub, layout="counter", counter="3")
    assert "Buka" in display.get("/display/view").get_json()["html"]["side"]
    hub.issue(), hub.issue()
    hub.office.execute(OpenCounter(counter="1", operator="Budi"))
    others = hub.office.execute(CallNext(counter="1", operator="Budi")).seq
    seq = hub.office.execute(CallNext(counter="3", operator="Ani")).seq
    page = display.get("/display/", headers={"Accept": "text/html"}).text
    assert "A-002" in page
    assert "Loket 3" in page
    before = hub.seq()
    for unknown in (others, seq + 1):
        assert display.post("/display/announcements", json={"seq": unknown, "shown": True}).status_code == 204
    assert hub.seq() == before
    for said in (
        {"sound": "muted"},
        {"shown": True},
        {"shown": True},
    ):  # a page that was of another layout a moment ago
        assert display.post("/display/announcements", json={"seq": seq, **said}).status_code == 204
    assert hub.seq() == before + 1
    assert hub.office.read(lambda day, _plan: (dict(day.announced), list(day.beside))) == ({}, [seq])


def test_displays_of_one_zone_agree_on_who_speaks_and_one_that_is_alone_asks_nobody(
    hub: OfficeHub, display: FlaskClient
) -> None:
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "display", "Layar tangga", hub.office.clock)
    services.identities.load()
    other = hub.app.test_client()
    other.set_cookie("antrean_display", token)
    hub.issue()
    seq = hub.office.execute(CallNext(counter="3", operator="Ani")).seq

    def asks(who: FlaskClient, **more: object) -> object:
        return who.post("/display/turns", json={"seq": seq, **more}).get_json()["mine"]

    assert display.get("/display/view").get_json()["zone"] == {"speaker": "", "call": 0, "heard": []}
    assert (asks(display), asks(other), asks(display, still=True)) == (True, False, True)
    assert other.get("/display/view").get_json()["zone"]["call"] == seq
    display.post("/display/announcements", json={"seq": seq, "sound": "spoken"})
    assert asks(display, over=True, heard=False) is False
    assert other.get("/display/view").get_json()["zone"] == {"speaker": "", "call": 0, "heard": [seq]}
    assert asks(other) is False  # it was said once
    assert display.post("/display/turns", json={"seq": seq + 1}).status_code == 404
    services.settings.set_device_settings(device.id, {"zone": "Tangga"})
    hub.office.execute(ChangePlan(what="devices"))
    assert display.get("/display/view").get_json()["zone"] is None
    assert other.get("/display/view").get_json()["zone"] is None
    for n, one in enumerate(services.identities.devices()):
        services.settings.set_device_settings(one.id, {"zone": ("Lobi", " lobi ")[n]})
    hub.office.execute(ChangePlan(what="devices"))
    assert other.get("/display/view").get_json()["zone"] is not None


def test_the_small_screen_of_a_counter_has_no_voice_and_so_no_turn(hub: OfficeHub, display: FlaskClient) -> None:
    hub.issue()
    seq = hub.office.execute(CallNext(counter="3", operator="Ani")).seq
    set_display(hub, layout="counter", counter="3")
    assert display.post("/display/turns", json={"seq": seq}).get_json() == {"mine": False}
