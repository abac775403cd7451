"""What the hub gives a display to speak its calls, and what becomes of the display's word, over HTTP."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import CallNext, ChangePlan, CompleteTicket, ReturnTicket, StartService
from antrean.queueing.plan.document import plain
from antrean.voice.sound import RATE
from tests.fakes.office_hub import OfficeHub
from tests.fakes.plan import save_part
from tests.fakes.voice import tone_pack


@pytest.fixture
def spoken(tmp_path: Path, hub: OfficeHub) -> None:
    """Give the office a small recorded voice."""
    tone_pack(tmp_path / "voice" / "id", "id")
    hub.office.execute(ChangePlan(what="voice"))


def call_one(hub: OfficeHub) -> int:
    hub.issue()
    return hub.office.execute(CallNext(counter="3", operator="Ani")).seq


def seconds(sound: bytes) -> float:
    with wave.open(io.BytesIO(sound), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return file.getnframes() / RATE


def fetch(display: FlaskClient, key: str) -> Any:
    return display.get(f"/display/voice/{key}.wav")


def change(hub: OfficeHub, **voice: Any) -> None:
    save_part(hub.office, "voice", plain(voice))


@pytest.mark.usefixtures("spoken")
def test_every_call_has_a_sound_that_may_be_kept_and_the_same_words_have_the_same(
    hub: OfficeHub, display: FlaskClient
) -> None:
    first = call_one(hub)
    hub.office.execute(ReturnTicket(ticket="A-001", counter="3"))
    again = hub.office.execute(CallNext(counter="3", operator="Ani")).seq
    hub.office.execute(StartService(ticket="A-001", counter="3"))
    hub.office.execute(CompleteTicket(ticket="A-001", counter="3"))
    other = call_one(hub)
    sound = display.get("/display/view").get_json()["sound"]
    assert (sound["volume"], sound["repeat"], sound["mute"]) == (100, 2, [])
    calls = {int(seq): keys for seq, keys in sound["calls"].items()}
    assert calls[first] == calls[again]
    assert set(calls[other]["call"]).isdisjoint(calls[first]["call"])
    call, short = calls[first]["call"], calls[first]["short"]
    answers = [fetch(display, key) for key in (sound["chime"], call[0], short[0])]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert {answer.mimetype for answer in answers} == {"audio/wav"}
    assert all("immutable" in answer.headers["Cache-Control"] for answer in answers)
    chime, whole, rushed = (seconds(answer.data) for answer in answers)
    assert 1 < chime < 2
    assert rushed < whole


@pytest.mark.usefixtures("spoken")
def test_sounds_are_given_to_displays_only_and_only_those_that_calls_have(hub: OfficeHub, display: FlaskClient) -> None:
    seq = call_one(hub)
    key = display.get("/display/view").get_json()["sound"]["calls"][str(seq)]["call"][0]
    hub.app.extensions["antrean"].voices.load()  # as a hub of the same office that has drawn nothing yet
    assert fetch(display, key).status_code == 200
    for unknown in ("0123456789abcdef0123", "chime-0", "..%2F..%2Fsecret_key", "a" * 500):
        assert fetch(display, unknown).status_code == 404
    for nobody in (hub.app.test_client(), hub.as_staff("Ani")):
        assert fetch(nobody, key).status_code == 403


@pytest.mark.usefixtures("spoken")
def test_settings_reach_the_view_at_once_and_one_display_may_be_silent(hub: OfficeHub, display: FlaskClient) -> None:
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "display", "Layar tangga", hub.office.clock)
    other = hub.app.test_client()
    other.set_cookie("antrean_display", token)
    seq = str(call_one(hub))
    digits = display.get("/display/view").get_json()["sound"]["calls"][seq]
    services.settings.set_device_settings(device.id, {"voice": {"volume": 0}})
    change(hub, numbers="words", volume=30, mute=[[720, 780]], repeat=1)
    sound = display.get("/display/view").get_json()["sound"]
    assert (sound["volume"], sound["repeat"], sound["mute"]) == (30, 1, [[720, 780]])
    assert sound["calls"][seq]["call"] != digits["call"]
    assert fetch(display, sound["calls"][seq]["call"][0]).status_code == 200
    assert other.get("/display/view").get_json()["sound"] == {**sound, "volume": 0}
    change(hub, volume="loud")
    assert display.get("/display/view").get_json()["sound"]["volume"] == 100


@pytest.mark.usefixtures("spoken")
def test_languages_are_spoken_in_order_and_what_has_no_clip_is_left_out(
    hub: OfficeHub, display: FlaskClient, tmp_path: Path
) -> None:
    change(hub, languages=["su", "id"])
    seq = str(call_one(hub))
    only = display.get("/display/view").get_json()["sound"]["calls"][seq]["call"]
    assert len(only) == 1
    tone_pack(tmp_path / "voice" / "su", "su")
    hub.office.execute(ChangePlan(what="voice"))
    both = display.get("/display/view").get_json()["sound"]["calls"][seq]["call"]
    assert both[1:] == only
    assert all(fetch(display, key).status_code == 200 for key in both)
    (tmp_path / "voice" / "su" / "hiji.wav").unlink()
    change(hub, languages=["su", "id"], numbers="words")
    lost, kept = display.get("/display/view").get_json()["sound"]["calls"][seq]["call"]
    assert (fetch(display, lost).status_code, fetch(display, kept).status_code) == (404, 200)


def test_a_voice_is_made_at_the_first_call_of_an_office_without_one(
    hub: OfficeHub, display: FlaskClient, tmp_path: Path
) -> None:
    assert not (tmp_path / "voice").exists()
    seq = str(call_one(hub))
    key = display.get("/display/view").get_json()["sound"]["calls"][seq]["call"][0]
    assert 3 < seconds(fetch(display, key).data) < 9
    assert (tmp_path / "voice" / "id" / "voice.json").exists()


def test_what_was_heard_of_a_call_is_noted_and_spoken_outweighs_shown(hub: OfficeHub, display: FlaskClient) -> None:
    seq = call_one(hub)

    def heard() -> dict[int, str]:
        return hub.office.read(lambda day, _plan: dict(day.sounded))

    def say(sound: object) -> tuple[int, int]:
        before = hub.seq()
        status = display.post("/display/announcements", json={"seq": seq, "sound": sound}).status_code
        return status, hub.seq() - before

    for refused in ("loud", 5, "x" * 30, None, ["spoken"]):
        assert say(refused) == (422, 0)
    assert (say("blocked"), heard()) == ((204, 1), {seq: "blocked"})
    first = hub.office.read(lambda day, _plan: dict(day.announced))
    assert (say("muted"), heard()) == ((204, 0), {seq: "blocked"})
    assert (say("spoken"), heard()) == ((204, 1), {seq: "spoken"})
    assert (say("spoken"), say("blocked"), heard()) == ((204, 0), (204, 0), {seq: "spoken"})
    assert hub.office.read(lambda day, _plan: dict(day.announced)) == first


def test_the_operator_is_told_what_the_waiting_room_heard(hub: OfficeHub, display: FlaskClient) -> None:
    ani = hub.as_staff("Ani")
    for sound, words in {
        "spoken": ": diumumkan</span>",  # without a time: the one that is known is that of the drawing
        "chime": ": diumumkan</span>",
        "": ": tampil di layar <",
        "answered": ": tampil di layar <",
        "muted": "tampil tanpa suara",
        "late": "tampil tanpa suara",
        "blocked": "layar tidak bersuara",
        "failed": "layar tidak bersuara",
    }.items():
        seq = call_one(hub)
        display.post("/display/announcements", json={"seq": seq, "sound": sound})
        lamps = ani.get("/counter_panel/view").get_json()["html"]["lamps"]
        assert words in lamps
        assert ("panggil dengan suara" in lamps) == (sound in ("blocked", "failed"))
        assert 'class="lamp danger" data-display' not in lamps
        number = hub.office.read(lambda day, _plan: day.calls[-1].number)
        hub.office.execute(StartService(ticket=number, counter="3"))
        hub.office.execute(CompleteTicket(ticket=number, counter="3"))
