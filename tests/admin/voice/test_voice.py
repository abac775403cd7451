"""The voice page: what a supervisor saves is how displays speak from the next call on."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.voice import tone_pack

SAVED = "Tersimpan. Panggilan berikutnya terdengar seperti ini."
FORM = {"language_id": True, "numbers": "digits", "repeat": 2, "volume": 100}


@dataclass(frozen=True)
class Display:
    id: str
    browser: FlaskClient

    def __call__(self) -> Any:
        """Return what its view says of the sound."""
        return self.browser.get("/display/view").get_json()["sound"]


@pytest.fixture
def display(hub: OfficeHub) -> Display:
    """Give a paired display; called, it is what its view says of the sound."""
    services = hub.app.extensions["antrean"]
    device, token = pair_device(services.settings, "display", "Layar lobi", lambda: datetime(2026, 11, 24, tzinfo=UTC))
    hub.office.execute(ChangePlan(what="devices"))
    client = hub.app.test_client()
    client.set_cookie("antrean_display", token)
    return Display(device.id, client)


def test_what_is_saved_reaches_the_displays_and_stands_in_the_form(
    hub: OfficeHub, dewi: FlaskClient, display: Display
) -> None:
    answer = dewi.post(
        "/admin/voice",
        json={
            **FORM, "language_en": True, "numbers": "words", "repeat": 1, "volume": 60,
            "mute_from_1": "12:00", "mute_to_1": "13:00", "mute_from_2": "17:30", "mute_to_2": "00:00",
        },
    )  # fmt: skip
    assert (answer.status_code, answer.json) == (
        200,
        {"said": "Tersimpan. Panggilan berikutnya terdengar seperti ini.", "revision": 2},
    )
    sound = display()
    assert (sound["volume"], sound["repeat"], sound["mute"]) == (60, 1, [[720, 780], [1050, 0]])
    plan = hub.office.read(lambda _day, plan: plan)
    assert plan.voice["languages"] == ["id", "en"]
    page = dewi.get("/admin/voice", headers={"Accept": "text/html"}).text
    for shown in ('value="12:00"', 'value="13:00"', 'value="17:30"', 'value="00:00"', 'value="words" checked'):
        assert shown in page
    assert "A dua belas" in page
    assert dewi.post("/admin/voice", json=FORM).status_code == 200
    assert display()["mute"] == []


WRONG = (
    {"volume": 101},
    {"volume": "loud"},
    {"repeat": 0},
    {"numbers": "roman"},
    {"mute_from_1": "12:00"},
    {"mute_from_1": "12:00", "mute_to_1": "12:00"},
    {"mute_from_9": "26:00", "mute_to_9": "27:00"},
)


def test_what_can_not_be_is_refused_and_changes_nothing(hub: OfficeHub, dewi: FlaskClient) -> None:
    before = hub.seq()
    for wrong in WRONG:
        assert dewi.post("/admin/voice", json={**FORM, **wrong}).status_code == 422, wrong
        assert (hub.seq(), hub.office.read(lambda _day, plan: plan.voice)) == (before, {})


def test_one_display_is_silenced_and_given_its_voice_back_keeping_what_else_it_has(
    hub: OfficeHub, dewi: FlaskClient, display: Display
) -> None:
    settings = hub.app.extensions["antrean"].settings
    settings.set_device_settings(display.id, {"voice": {"repeat": 3}})
    hub.office.execute(ChangePlan(what="devices"))
    assert dewi.post("/admin/voice/displays", json={f"volume_{display.id}": 0}).status_code == 200
    assert (display()["volume"], display()["repeat"]) == (0, 3)
    assert dewi.post("/admin/voice/displays", json={f"volume_{display.id}": 120}).status_code == 422
    assert display()["volume"] == 0
    assert dewi.post("/admin/voice/displays", json={f"volume_{display.id}": "office"}).status_code == 200
    assert (display()["volume"], display()["repeat"]) == (100, 3)


def test_a_supervisor_can_listen_to_every_voice_and_is_told_which_is_missing(
    hub: OfficeHub, dewi: FlaskClient, tmp_path: Path
) -> None:
    tone_pack(tmp_path / "voice" / "id", "id")
    hub.office.execute(ChangePlan(what="voice"))
    sample = dewi.get("/admin/voice/sample/id.wav")
    assert sample.mimetype == "audio/wav"
    with wave.open(BytesIO(sample.data), "rb") as file:
        assert file.getnframes() > file.getframerate()
    for nothing in ("su", "xx"):
        assert dewi.get(f"/admin/voice/sample/{nothing}.wav").status_code == 404
    page = dewi.get("/admin/voice", headers={"Accept": "text/html"}).text
    assert "Rekaman: tones" in page
    assert "Suara bawaan" in page
    assert "Belum ada suara" in page


def test_operators_have_no_say(hub: OfficeHub) -> None:
    ani = hub.as_staff("Ani")
    assert ani.post("/admin/voice", json=FORM).status_code == 403
    assert ani.post("/admin/voice/displays", json={}).status_code == 403
    assert ani.get("/admin/voice/sample/id.wav").status_code == 403
