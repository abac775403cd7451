"""The kiosk with a black screen: a visitor who sees nothing takes a number, by five keys or by a finger that explores.

Nothing here looks at the screen: what is told comes from what was read aloud, and what happened from the hub.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import (
    Announce,
    ChangePlan,
    CloseDay,
    CloseService,
    EndAnnouncement,
    OpenCounter,
    OpenDay,
    OpenService,
    SettleSlip,
)
from antrean.queueing.tickets.ticket import Ticket
from kiosk.views import MOST_SPOKEN
from tests.conftest import PassingClock, small_plan
from tests.fakes.headphones import Finger, Headphones, seconds_of
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import place, shown
from tests.fakes.slips import SlipKey

QUESTION = "Layanan apa yang Anda perlukan?"
PERSONS = "Untuk berapa orang?"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("office"), small_plan(), PassingClock())
    running.office.execute(OpenCounter(counter="3", operator="Dewi"))  # it serves all three
    yield running
    running.stop()


@pytest.fixture(scope="module")
def address(hub: OfficeHub) -> Iterator[str]:
    with hub.served() as found:
        yield found


@pytest.fixture
def size() -> tuple[int, int]:
    return 1024, 768


@pytest.fixture
def ears(hub: OfficeHub, page: Page) -> Headphones:
    return Headphones(page, hub.app.extensions["antrean"].publisher.tick)


@pytest.fixture
def finger(ears: Headphones) -> Finger:
    return Finger(ears)


def issued(hub: OfficeHub) -> int:
    return hub.office.read(lambda day, _plan: len(day.tickets))


def last_ticket(hub: OfficeHub) -> Ticket:
    return hub.office.read(lambda day, _plan: list(day.tickets.values())[-1].snapshot())


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (1024, 768)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_finger_finds_the_ear_in_the_corner_and_takes_a_number_by_what_it_hears(
    hub: OfficeHub, ears: Headphones, finger: Finger
) -> None:
    before = issued(hub)
    finger.tap_corner()
    start = ears.hear(QUESTION)
    assert start.startswith("Geser jari di layar untuk mendengar isinya. Ketuk dua kali untuk memilih.")
    finger.tap(*finger.slide_to("Kartu Keluarga"))
    assert ears.hear(PERSONS).startswith("Kartu Keluarga")
    ears.pass_time(3)  # the spot where the service was taken rests
    place = finger.slide_to("tidak dicentang")
    finger.tap(*place)
    ears.heard(", dicentang")
    place = finger.slide_to("2, orang")
    assert issued(hub) == before
    finger.tap(*place)
    result = ears.hear("Nomor antrean Anda")
    ticket = last_ticket(hub)
    assert ticket.number in result
    assert (ticket.service, ticket.persons, ticket.priority) == ("family", 2, True)
    assert "2 orang" in result
    assert "Prioritas" in result
    assert "Silakan duduk" in result
    finger.tap(*finger.slide_to("Selesai"))
    expect(ears.page.locator("body")).to_have_attribute("data-screen", "start")
    heard = len(ears.all())
    finger.tap(finger.width / 2, finger.height / 2)
    assert len(ears.all()) == heard  # the next visitor hears nothing


def test_a_finger_finds_the_key_for_a_second_service_hears_which_ones_there_are_and_may_think_better_of_it(
    hub: OfficeHub, ears: Headphones, finger: Finger
) -> None:
    finger.tap_corner()
    ears.hear(QUESTION)
    finger.tap(*finger.slide_to("Kartu Keluarga"))
    ears.hear(PERSONS)

    def choose_another() -> None:
        ears.pass_time(3)  # the spot that was touched rests
        finger.tap(*finger.slide_to("Saya juga perlu layanan lain"))
        ears.hear("Layanan lain apa yang Anda perlukan?")
        ears.pass_time(3)
        finger.tap(*finger.slide_to("Pencetakan KTP-el"))
        said = ears.hear("Satu nomor untuk kedua layanan.")
        assert said.startswith("Kartu Keluarga, lalu Pencetakan KTP-el")
        ears.pass_time(3)

    choose_another()
    finger.tap(*finger.slide_to("Satu layanan saja"))
    assert ears.last()["text"].startswith(f"Kartu Keluarga\n{PERSONS}")  # heard at once
    choose_another()
    finger.tap(*finger.slide_to("1, saya sendiri"))
    assert "Satu nomor untuk kedua layanan." in ears.hear("Nomor antrean Anda")
    assert (last_ticket(hub).service, last_ticket(hub).then) == ("family", "card")


def test_no_single_touch_ever_takes_anything_and_one_finger_on_a_spot_trembles_in_vain(
    hub: OfficeHub, ears: Headphones, finger: Finger
) -> None:
    before = issued(hub)
    finger.tap_corner()
    ears.hear(QUESTION)
    place = finger.slide_to("Akta Kelahiran")
    for _ in range(8):  # the first takes the service, none a number: the spot rests
        finger.tap(*place, after=0.15)
    ears.hear(PERSONS)
    for x in range(20, finger.width, finger.width // 6):
        for y in range(20, finger.height, finger.height // 6):
            finger.tap(x, y)
            finger.tap(finger.width - 60, 40)  # the clock: another touch there would be the second
    assert issued(hub) == before


def test_a_double_tap_anywhere_takes_what_was_touched_and_what_was_never_read_is_never_taken(
    hub: OfficeHub, ears: Headphones, finger: Finger
) -> None:
    finger.tap_corner()
    ears.hear(QUESTION)
    card = finger.slide_to("Pencetakan KTP-el")
    family = finger.slide_to("Kartu Keluarga")
    finger.tap(*card)
    finger.tap(*card, after=0.2)  # this may mean either service: the one that is touched is read
    ears.hear("Pencetakan KTP-el")
    assert not any(PERSONS in text for text in ears.all())
    finger.tap(*family)
    ears.hear("Kartu Keluarga")
    finger.tap(finger.width / 2, finger.height * 0.9, after=0.3)
    assert ears.hear(PERSONS).startswith("Kartu Keluarga")


def test_the_keys_of_the_voice_say_again_and_change_volume_and_speed_which_the_next_visitor_finds_as_they_were(
    ears: Headphones, finger: Finger
) -> None:
    finger.tap_corner()
    ears.hear(QUESTION)
    usual = (ears.last()["volume"], ears.last()["speed"])
    assert usual == (0.5, 1)
    for words, said in (("Keras", "Volume 4 dari 5"), ("Lirih", "Volume 3 dari 5"), ("Cepat", "Kecepatan 3 dari 5")):
        place = finger.slide_to(words, within=(0.8, 1))
        finger.tap(*place)
        changed = ears.heard(said)
    assert (changed["volume"], changed["speed"]) == (0.5, 1.25)
    finger.tap(*finger.slide_to("Ulangi", within=(0.8, 1)))
    assert ears.hear(QUESTION).startswith("Geser jari")
    ears.pass_time(3)
    finger.tap(*finger.slide_to("Hentikan suara", within=(0.8, 1)))
    ears.hear("Pembacaan suara selesai.")
    heard = len(ears.all())
    finger.tap(finger.width / 2, 4)
    ears.pass_time(130)  # the visitor has gone
    assert len(ears.all()) == heard
    finger.tap_corner()
    ears.hear(QUESTION)
    assert (ears.last()["volume"], ears.last()["speed"]) == usual


def test_every_state_is_heard_in_the_language_that_was_chosen(hub: OfficeHub, ears: Headphones, finger: Finger) -> None:
    page = ears.page
    finger.tap_corner()
    ears.hear(QUESTION)
    finger.tap(*finger.slide_to("English", within=(0, 0.6)))
    ears.hear("Which service do you need?")
    assert ears.last()["language"] == "en"
    hub.office.execute(CloseService(service="birth", reasons={"en": "no forms"}))
    place = finger.slide_to("Closed today: no forms")
    finger.tap(*place)
    ears.hear("This service is closed. no forms")
    hub.office.execute(OpenService(service="birth"))

    ears.pass_time(3)
    finger.tap(*finger.slide_to("Card printing"))
    ears.hear("For how many persons?")
    ears.pass_time(3)

    def refuse(route: Route) -> None:
        route.fulfill(
            status=409, json={"error": {"code": "service_closed", "message": "This service has just closed."}}
        )

    page.route("**/kiosk/tickets*", refuse)
    finger.tap(*finger.slide_to("1, myself only"))
    assert "Nothing was issued." in ears.hear("This service has just closed.")
    page.unroute("**/kiosk/tickets*")
    ears.pass_time(3)
    finger.tap(*finger.slide_to("Back to the start"))
    expect(page.locator("body")).to_have_attribute("data-screen", "start")


def test_a_day_that_is_closed_meanwhile_is_heard(hub: OfficeHub, ears: Headphones, finger: Finger) -> None:
    finger.tap_corner()
    ears.hear(QUESTION)
    hub.office.execute(CloseDay())
    ears.hear("Kantor sudah tutup untuk hari ini.")
    hub.office.execute(OpenDay())
    ears.hear(QUESTION)


@pytest.mark.parametrize("language", ["id", "en", "su"])
def test_a_whole_visit_by_five_keys_is_heard_in_less_than_a_minute(
    hub: OfficeHub, ears: Headphones, language: str
) -> None:
    ears.page.locator(f"[data-choose-language={language}]").click()
    ears.page.evaluate("document.activeElement.blur()")  # the next visitor's hands are elsewhere
    for key in ("ArrowDown", "ArrowDown", "Enter", "ArrowDown", "ArrowDown", "Enter"):
        ears.page.keyboard.press(key)
    heard = hear_number(hub, ears)
    assert {one["language"] for one in heard} == {language}
    assert seconds_of(heard) < 60, heard


@pytest.mark.parametrize("language", ["id", "en", "su"])
def test_a_whole_visit_by_touch_is_heard_in_less_than_a_minute(
    hub: OfficeHub, ears: Headphones, finger: Finger, language: str
) -> None:
    ears.page.locator(f"[data-choose-language={language}]").click()
    finger.tap_corner()
    for part, rest in (('.tile[data-service="family"]', 0), ('[name=persons][value="1"]', 3)):
        ears.pass_time(rest)
        box = place(shown(ears.page, part))
        for _ in range(2):
            finger.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, after=1)
    heard = hear_number(hub, ears)
    assert {one["language"] for one in heard} == {language}
    assert seconds_of(heard) < 60, heard


def hear_number(hub: OfficeHub, ears: Headphones) -> list[dict[str, Any]]:
    expect(ears.page.locator("[data-ticket]")).to_be_visible()
    ticket = last_ticket(hub)
    assert ticket.service == "family"
    ears.hear(ticket.number)
    heard: list[dict[str, Any]] = ears.page.evaluate("said")
    assert all(len(one["text"]) < MOST_SPOKEN for one in heard)
    return heard


def test_an_urgent_announcement_is_read_by_the_voice_of_its_own_language(
    hub: OfficeHub, ears: Headphones, finger: Finger
) -> None:
    made = hub.office.execute(Announce(texts={"en": "Leave the building."}, urgent=True)).seq
    expect(shown(ears.page, ".message h1[lang]")).to_have_text("Leave the building.")
    finger.tap_corner()
    assert ears.heard("Leave the building.")["language"] == "en"
    assert ears.heard("Geser jari di layar")["language"] == "id"
    hub.office.execute(EndAnnouncement(announcement=made))
    assert ears.heard(QUESTION)["language"] == "id"


def test_a_language_that_another_voice_reads_says_so(hub: OfficeHub, ears: Headphones, finger: Finger) -> None:
    note = "Dibacakeun ku sora basa Indonésia."
    ears.page.locator("[data-choose-language=su]").click()
    finger.tap_corner()
    assert note in ears.hear("Layanan naon anu diperyogikeun?")
    expect(shown(ears.page, ".foot-note")).to_have_text(note)
    assert ears.page.locator(".foot-note").count() == 1  # the others have a voice


def test_whoever_waits_for_the_hub_hears_it_and_what_then_became_of_number_and_slip(
    hub: OfficeHub, ears: Headphones, finger: Finger
) -> None:
    page = ears.page
    pair_device(hub.app.extensions["antrean"].settings, "print_agent", "Printer 1", hub.office.clock, numbered=True)
    hub.office.execute(ChangePlan(what="devices"))
    finger.tap_corner()
    ears.hear(QUESTION)
    finger.tap(*finger.slide_to("Pencetakan KTP-el"))
    ears.hear(PERSONS)
    ears.pass_time(3)
    place = finger.slide_to("1, saya sendiri")
    page.route("**/kiosk/tickets*", lambda route: route.abort())
    finger.tap(*place)
    ears.hear("Mohon tunggu, sambungan sedang terputus")
    page.unroute("**/kiosk/tickets*")
    ears.pass_time(3)
    number = ears.hear("Nomor antrean Anda").split(", ")[1].split("\n")[0]
    slip: SlipKey = {"ticket": number, "copy": 0, "claim": "run"}
    hub.office.execute(SettleSlip(**slip, result="sending"))
    hub.office.execute(SettleSlip(**slip, result="printed", evidence="echoed"))
    ears.hear("Silakan ambil karcis")
    ears.pass_time(32)
    ears.hear("Layar ini segera berakhir. Tombol atau sentuhan apa pun menambah waktu.")
    finger.slide_to("Nomor antrean Anda")
    ears.pass_time(24)
    assert page.evaluate("document.body.dataset.screen") == "result"
