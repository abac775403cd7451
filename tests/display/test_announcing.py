"""What staff announce reaches the displays of its zone: words, a card, a sound, and a turn to say it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import Announce, ChangePlan, CloseDay, EndAnnouncement, RepeatAnnouncements
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

TIED = "\N{NO-BREAK SPACE}"  # no line ends within the number of a car
CAR = {"id": "Pemilik mobil B 1234 XY, mohon pindahkan.", "en": "Car B 1234 XY, please move."}


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("id", "en"))


def another(hub: OfficeHub, name: str, zone: str) -> FlaskClient:
    services = hub.app.extensions["antrean"]
    _device, token = pair_device(services.settings, "display", name, hub.office.clock, {"zone": zone})
    hub.office.execute(ChangePlan(what="devices"))
    client = hub.app.test_client()
    client.set_cookie("antrean_display", token)
    return client


def view(display: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = display.get("/display/view").get_json()
    return found


def test_an_announcement_to_a_zone_is_told_there_and_one_without_everywhere(
    hub: OfficeHub, display: FlaskClient
) -> None:
    upstairs = another(hub, "Layar atas", "Lantai 2")
    here = hub.office.execute(Announce(texts=CAR, zone="LANTAI 2")).seq
    everywhere = hub.office.execute(Announce(texts={"id": "Sistem mati"})).seq
    assert [one["seq"] for one in view(upstairs)["messages"]] == [here, everywhere]
    assert [one["seq"] for one in view(display)["messages"]] == [everywhere]
    told = view(upstairs)["messages"][0]["message"]
    assert {code: words.replace(TIED, " ") for code, words in told.items()} == CAR
    assert [f"B{TIED}1234{TIED}XY" in words for words in told.values()] == [True, True]


def test_one_that_is_said_again_has_a_new_number_and_stands_on_its_card_until_it_ends(
    hub: OfficeHub, display: FlaskClient, clock: SetClock
) -> None:
    made = hub.office.execute(Announce(texts=CAR, minutes=10, every=2)).seq
    assert text_of(view(display)["html"]["cards"]).startswith("Pengumuman")
    assert f"B{TIED}1234{TIED}XY" in view(display)["html"]["cards"]
    clock.forward(minutes=2)
    said = hub.office.execute(RepeatAnnouncements()).seq
    (message,) = view(display)["messages"]
    assert (message["seq"], message["at"], said > made) == (said, clock().timestamp() * 1000, True)
    hub.office.execute(EndAnnouncement(announcement=made))
    assert (view(display)["messages"], view(display)["html"]["cards"]) == ([], "")


def test_an_urgent_one_stands_large_without_a_card_also_after_the_close_of_the_day(
    hub: OfficeHub, display: FlaskClient
) -> None:
    hub.office.execute(Announce(texts={"id": "Mohon tinggalkan gedung."}, urgent=True))
    (message,) = view(display)["messages"]
    assert (message["urgent"], view(display)["html"]["cards"]) == (True, "")
    hub.office.execute(CloseDay())
    assert [one["urgent"] for one in view(display)["messages"]] == [True]


def test_the_small_screen_of_a_counter_shows_an_urgent_one_in_place_of_its_number(hub: OfficeHub) -> None:
    services = hub.app.extensions["antrean"]
    settings = {"layout": "counter", "counter": "3"}
    _device, token = pair_device(services.settings, "display", "Loket 3", hub.office.clock, settings)
    hub.office.execute(ChangePlan(what="devices"))
    side = hub.app.test_client()
    side.set_cookie("antrean_display", token)
    hub.office.execute(Announce(texts=CAR))
    assert "B 1234" not in view(side)["html"]["side"]
    hub.office.execute(Announce(texts={"id": "Mohon tinggalkan gedung."}, urgent=True))
    assert text_of(view(side)["html"]["side"]) == "Loket 3 Darurat Urgent Mohon tinggalkan gedung."


def test_it_is_said_in_the_languages_of_calls_in_which_it_has_words_else_in_its_own(
    hub: OfficeHub, display: FlaskClient
) -> None:
    voices = hub.app.extensions["antrean"].voices
    save_part(hub.office, "voice", {"languages": ["id", "en"]})
    both = hub.office.execute(Announce(texts=CAR)).seq
    english = hub.office.execute(Announce(texts={"en": "The lift is out of order."})).seq
    calls = view(display)["sound"]["calls"]
    assert [len(calls[str(seq)]["call"]) for seq in (both, english)] == [2, 1]
    said = [voices._texts[key] for seq in (both, english) for key in calls[str(seq)]["call"]]
    assert [(code, text) for code, text, _numbers in said] == [
        ("id", "Pemilik mobil B 1 2 3 4 X Y, mohon pindahkan."),
        ("en", "Car B 1 2 3 4 X Y, please move."),
        ("en", "The lift is out of order."),
    ]
    sound = display.get(f"/display/voice/{calls[str(english)]['call'][0]}.wav")
    assert (sound.status_code, sound.mimetype) == (200, "audio/wav")


def test_words_that_no_voice_can_say_have_the_chime_alone(hub: OfficeHub, display: FlaskClient) -> None:
    hub.office._load_plan = lambda: small_plan(languages=("su", "id"))
    hub.office.execute(ChangePlan(what="languages"))
    made = hub.office.execute(Announce(texts={"su": "Mobil B 1234 mangga dialihkeun."})).seq
    assert view(display)["sound"]["calls"][str(made)] == {"call": [], "short": []}


def test_one_display_of_a_zone_says_it(hub: OfficeHub, display: FlaskClient) -> None:
    other = another(hub, "Layar dua", "")
    made = hub.office.execute(Announce(texts=CAR)).seq
    assert display.post("/display/turns", json={"seq": made}).get_json() == {"mine": True}
    assert other.post("/display/turns", json={"seq": made}).get_json() == {"mine": False}
    display.post("/display/turns", json={"seq": made, "over": True, "heard": True})
    assert made in view(other)["zone"]["heard"]
    hub.office.execute(EndAnnouncement(announcement=made))
    assert display.post("/display/turns", json={"seq": made}).status_code == 404
