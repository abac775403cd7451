"""Announcing from the panel: made where a display hangs, ended once, by whoever works here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import Announce, ChangePlan, CloseDay, EndAnnouncement, OpenDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.zones import Zone
from counter_panel import announcing
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of

CAR = {"id": "Mobil B 1234, mohon dipindahkan."}


def test_an_announcement_is_made_where_a_display_hangs_and_ended_once(hub: OfficeHub) -> None:
    services = hub.app.extensions["antrean"]
    pair_device(services.settings, "display", "Layar atas", hub.office.clock, {"zone": "Lantai 2"})
    hub.office.execute(ChangePlan(what="devices"))
    ani, dewi = hub.as_staff("Ani"), hub.as_staff("Dewi")  # an operator, who sits at no counter, and a supervisor
    wish = {"texts": CAR, "zone": "lantai 2", "request_id": "announce-1"}
    made = ani.post("/counter_panel/announcements", json=wish)
    assert (made.status_code, made.get_json()["announcement"]) == (201, made.get_json()["seq"])
    assert ani.post("/counter_panel/announcements", json=wish).get_json() == made.get_json()
    nowhere = ani.post("/counter_panel/announcements", json={"texts": CAR, "zone": "Lantai 9"})
    assert (nowhere.status_code, nowhere.get_json()["error"]["code"]) == (404, "zone_unknown")
    assert [(one.zone, one.actor) for one in hub.office.read(lambda day, _plan: [*day.announcements.values()])] == [
        ("upstairs", "operator:Ani")
    ]
    end = {"announcement": made.get_json()["announcement"]}
    assert dewi.post("/counter_panel/announcements/end", json=end).status_code == 200
    again = ani.post("/counter_panel/announcements/end", json=end)
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "announcement_ended")


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


@pytest.fixture
def ani(hub: OfficeHub) -> FlaskClient:
    return hub.as_staff("Ani")


def look(ani: FlaskClient, **wish: str) -> str:
    """Return the look at what would be announced, as text."""
    return text_of(ani.get("/counter_panel/announcing", query_string=wish).get_json()["html"])


def fragment(ani: FlaskClient, name: str) -> str:
    return text_of(ani.get("/counter_panel/view").get_json()["html"][name])


def would_be(phrase: str, about: str = "", times: str = "once", languages: tuple[str, ...] = ("en",)) -> Any:
    return announcing.preview(phrase, about, "", times, languages, lambda texts: tuple(texts))


def test_a_ready_phrase_is_said_in_every_language_and_own_words_in_the_first(hub: OfficeHub) -> None:
    with hub.app.test_request_context("/"):
        car = would_be("car", " B 1234  XY ", "minutes", ("id", "en", "su"))
        assert car.texts == {
            "id": "Pemilik mobil B 1234 XY, mohon pindahkan mobil Anda.",
            "en": "The owner of the car B 1234 XY, please move your car.",
            "su": "Nu kagungan mobil B 1234 XY, mangga pindahkeun mobilna.",
        }
        assert (car.fields["minutes"], car.fields["every"], car.urgent) == (10, 2, False)
        own = would_be("own", "The tea is ready, 50 % off.", languages=("en", "id"))
        assert own.texts == {"en": "The tea is ready, 50 % off."}


def test_each_choice_makes_a_command_that_the_office_takes_and_an_evacuation_is_always_urgent(hub: OfficeHub) -> None:
    with hub.app.test_request_context("/"):
        for phrase in announcing.PHRASES:
            for times in announcing.TIMES:
                made = Announce(**would_be(phrase, "B 1234", times, ("en", "id")).fields)
                assert made.urgent == ("urgent" in (times, {"evacuation": "urgent"}.get(phrase)))


def test_what_lacks_is_asked_for_before_anything_can_be_announced(ani: FlaskClient) -> None:
    assert look(ani, phrase="car") == "Write the number of the car, such as B 1234 XY. Announce now"
    assert look(ani, phrase="child").startswith("Write the child's first name.")
    assert look(ani).startswith("Write the words that are to be said.")
    assert look(ani, about="x" * 161).startswith("These words are too long to be read and heard.")
    html = ani.get("/counter_panel/announcing").get_json()["html"]
    assert " disabled" in html


def test_the_look_says_on_how_many_displays_it_is_seen_and_in_which_languages_it_is_heard(
    hub: OfficeHub, ani: FlaskClient
) -> None:
    services = hub.app.extensions["antrean"]
    upstairs, _ = pair_device(services.settings, "display", "Layar atas", hub.office.clock, {"zone": "Upstairs"})
    hall, _ = pair_device(services.settings, "display", "Layar lobi", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    assert "No display is on there: nobody sees or hears it." in look(ani, phrase="system")
    with hub.app.test_request_context("/"):
        services.publisher.join("display", upstairs.id)
        assert "1 display shows it. It is spoken in: English." in look(ani, phrase="system")
        services.publisher.join("display", hall.id)
    assert "2 displays show it." in look(ani, phrase="system")
    assert "1 display in Upstairs shows it." in look(ani, phrase="system", zone="upstairs")
    assert "No call is spoken" not in look(ani, phrase="system")
    assert "No call is spoken until you end it." in look(ani, phrase="evacuation")
    hub.office._load_plan = lambda: small_plan(languages=("su", "id"))
    hub.office.execute(ChangePlan(what="languages"))
    assert "Moal disadakeun, margi teu aya sora" in look(ani, about="Mangga antosan")


def test_an_announcement_to_a_zone_that_was_taken_away_says_so_instead_of_a_code(
    hub: OfficeHub, ani: FlaskClient
) -> None:
    without = hub.office.read(lambda _day, plan: plan)
    upstairs = Zone("lantai-2", {"id": "Lantai 2", "en": "Upper floor"})
    hub.office._load_plan = lambda: replace(without, zones=(upstairs,))
    hub.office.execute(ChangePlan(what="zones"))
    hub.office.execute(Announce(texts=CAR, zone="lantai-2"), actor="operator:Ani")
    assert "Upper floor · Ani" in fragment(ani, "announced")
    hub.office._load_plan = lambda: without
    hub.office.execute(ChangePlan(what="zones"))
    assert "a zone that was taken away · Ani" in fragment(ani, "announced")


@pytest.mark.parametrize("times", ["open", "urgent"])
def test_what_has_no_end_of_its_own_ends_when_the_look_says(
    hub: OfficeHub, ani: FlaskClient, clock: SetClock, times: str
) -> None:
    midnight = "It ends by itself at midnight."
    closing = "It ends by itself when the day is closed, or at midnight."
    said = look(ani, about="Leave", times=times)
    assert (midnight in said, closing in said) == (times == "urgent", times == "open")
    assert "by itself" not in look(ani, about="Leave", times="hour")
    made = Announce(texts={"en": "Leave"}, urgent=times == "urgent", every=0 if times == "urgent" else 5)
    hub.office.execute(made, actor="operator:Ani")
    hub.office.execute(CloseDay())
    assert ("Leave" in fragment(ani, "announced")) is (times == "urgent")
    hub.office.execute(OpenDay())
    hub.office.execute(made, actor="operator:Ani")
    clock.forward(hours=14, minutes=59)
    hub.catch_up()
    assert "Leave" in fragment(ani, "announced")
    clock.forward(minutes=1)
    hub.catch_up()
    assert fragment(ani, "announced") == ""


def test_the_panel_lists_what_holds_who_announced_it_and_until_when(
    hub: OfficeHub, ani: FlaskClient, clock: SetClock
) -> None:
    assert fragment(ani, "announced") == ""
    pair_device(hub.app.extensions["antrean"].settings, "display", "Layar atas", hub.office.clock, {"zone": "Upstairs"})
    hub.app.extensions["antrean"].identities.load()
    car = hub.office.execute(Announce(texts=CAR, zone="upstairs", minutes=30), actor="operator:Budi").seq
    assert fragment(ani, "announced") == (
        "Announced now Mobil B 1234, mohon dipindahkan. Upstairs · Budi · until 09:30 End"
    )
    assert "urgent" not in fragment(ani, "lamps")
    hub.office.execute(EndAnnouncement(announcement=car))
    leave = hub.office.execute(Announce(texts={"en": "Leave"}, urgent=True), actor="operator:Ani").seq
    assert fragment(ani, "announced") == ("Announced now Leave Urgent · On all displays · Ani · until it is ended End")
    assert "An urgent announcement holds: no call is spoken." in fragment(ani, "lamps")
    hub.office.execute(EndAnnouncement(announcement=leave))
    assert (fragment(ani, "announced"), "urgent" in fragment(ani, "lamps")) == ("", False)
