"""The kiosk read aloud: a visitor who sees nothing takes a number with five keys and headphones."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from antrean.access.devices import pair_device
from antrean.queueing.commands import OpenCounter
from tests.conftest import PassingClock, small_plan
from tests.fakes.chromium import PATIENCE_MS
from tests.fakes.headphones import EARS, TAGGED, Headphones
from tests.fakes.office_hub import OfficeHub
from tests.fakes.pages import open_kiosk


@pytest.mark.parametrize("language", ["id", "en", "su"])
def test_a_text_is_read_aloud_in_every_language_of_the_office(kiosk: FlaskClient, language: str) -> None:
    texts = {"id": "Layanan apa yang Anda perlukan?", "en": "Which service do you need?", "su": "Layanan naon?"}
    answer = kiosk.get("/kiosk/speech.wav", query_string={"language": language, "text": texts[language]})
    assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
    with wave.open(io.BytesIO(answer.data)) as sound:
        assert 0.5 < sound.getnframes() / sound.getframerate() < 5


def test_nothing_endless_is_read_and_nothing_to_strangers(hub: OfficeHub, kiosk: FlaskClient) -> None:
    assert kiosk.get("/kiosk/speech.wav", query_string={"text": "a" * 801}).status_code == 422
    assert kiosk.get("/kiosk/speech.wav").status_code == 422
    assert hub.app.test_client().get("/kiosk/speech.wav", query_string={"text": "a"}).status_code == 403


def test_five_keys_and_headphones_are_enough_and_the_next_visitor_hears_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    hub = OfficeHub(tmp_path, small_plan(), PassingClock())
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, "kiosk", "Kiosk 1", hub.office.clock)
    services.identities.load()
    hub.office.execute(OpenCounter(counter="3", operator="Dewi"))  # it serves all three
    for _ in range(3):
        hub.issue("family")
    with hub.served() as address:
        context = browser.new_context(viewport={"width": 1080, "height": 1920})
        context.add_cookies([{"name": "antrean_kiosk", "value": token, "url": address}])
        page = context.new_page()
        page.goto(address + "/kiosk/")
        ears = Headphones(page)

        def press(key: str, hears: str) -> str:
            page.keyboard.press(key)
            return ears.hear(hears)

        first = press("ArrowDown", "Pencetakan KTP-el")
        assert first.startswith("Layanan apa yang Anda perlukan?\nTombol panah")
        assert "Layanan apa" not in press("ArrowDown", "Kartu Keluarga, 3, di depan Anda")
        press("Enter", "Untuk berapa orang?")
        press("ArrowDown", "tidak dicentang")
        press("Enter", ", dicentang")
        press("ArrowDown", "1, saya sendiri")
        press("F1", "Untuk berapa orang?")
        assert "Di depan Anda" in press("Enter", "Nomor antrean Anda, B-004")
        heard = len(ears.all())
        page.keyboard.press("Escape")
        expect(page.locator("body")).to_have_attribute("data-screen", "start")
        ears.pass_time(2)  # a screen that came up without a touch takes none for a moment
        page.locator('.in-language:not([hidden]) .tile[data-service="card"]').click()
        expect(page.locator("body")).to_have_attribute("data-screen", "persons")
        assert len(ears.all()) == heard
        context.close()
    hub.stop()


def test_the_number_stays_until_it_was_read_and_its_end_is_said_and_can_be_put_off_by_a_key(
    browser: Browser, tmp_path: Path
) -> None:
    hub = OfficeHub(tmp_path, small_plan(), PassingClock())
    with hub.served() as address:
        page = open_kiosk(browser, hub, address, (1080, 1920))
        page.add_init_script(EARS)
        page.clock.install()
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        page.evaluate("voiceEnded = false")
        for key in ("ArrowDown", "Enter", "ArrowDown", "ArrowDown", "Enter"):
            page.keyboard.press(key)
        expect(page.locator(".ticket-number")).to_have_text("A-001")
        page.clock.run_for(55_000)  # the voice reads as long as it needs
        expect(page.locator("body")).to_have_attribute("data-screen", "result")
        ending = "Layar ini segera berakhir. Tombol atau sentuhan apa pun menambah waktu."
        assert ending not in page.evaluate("said.map(one => one.text)")
        page.evaluate("voiceEnded = true")
        page.clock.run_for(28_000)
        assert ending not in page.evaluate("said.map(one => one.text)")
        page.clock.run_for(4_000)
        assert page.evaluate("said.map(one => one.text)").count(ending) == 1
        page.keyboard.press("ArrowDown")
        page.clock.run_for(22_000)
        expect(page.locator("body")).to_have_attribute("data-screen", "result")
        page.clock.run_for(24_000)
        assert page.evaluate("said.map(one => one.text)").count(ending) == 2
        expect(page.locator("body")).to_have_attribute("data-screen", "start")
        page.context.close()
    hub.stop()


PLAYED = (
    TAGGED
    + """
window.here = {};
window.ends = [];
const make = URL.createObjectURL;
URL.createObjectURL = sound => {
    const url = make(sound);
    here[url] = new URL(sound.from, location.href).searchParams.get('text');
    return url;
};
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
    const text = here[this.src] || '';
    this.playbackRate = 4; /* whoever tests need not hear it */
    this.addEventListener('ended', () => ends.push(text), { once: true });
    return play.call(this);
};"""
)
KEPT = "words => Object.values(here).some(text => text.startsWith(words))"


def test_that_the_hub_is_away_is_heard_although_the_hub_makes_the_sound(browser: Browser, tmp_path: Path) -> None:
    hub = OfficeHub(tmp_path, small_plan(), PassingClock())
    with hub.served() as address:
        page = open_kiosk(browser, hub, address, (1080, 1920))
        page.evaluate(f"() => {{ {PLAYED} }}")
        waiting, stopped = "Mohon tunggu, sambungan sedang terputus.", "Mesin ini sedang tidak tersambung."
        page.keyboard.press("ArrowDown")
        for words in (waiting, stopped):
            page.wait_for_function(KEPT, arg=words, timeout=PATIENCE_MS)
        page.keyboard.press("Enter")
        expect(page.locator("body")).to_have_attribute("data-screen", "persons")
        page.route("**/kiosk/**", lambda route: route.abort())
        for key in ("ArrowDown", "ArrowDown", "Enter"):
            page.keyboard.press(key)
        page.wait_for_function("words => ends.some(text => text.startsWith(words))", arg=waiting, timeout=PATIENCE_MS)
        page.keyboard.press("Escape")
        page.wait_for_function("words => ends.some(text => text.startsWith(words))", arg=stopped, timeout=PATIENCE_MS)
        page.context.close()
    hub.stop()
