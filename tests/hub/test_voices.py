"""Sounds are made one at a time, each once for all who ask, and refused when too many wait."""

from __future__ import annotations

import threading

import pytest

from antrean.access.devices import pair_device
from antrean.hub.voices import EACH, PLACES, TEXTS, Voices
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import OfficeHub


class Gate:
    """A composer whose work stands until the test lets it go on; `begun` says what, in its order."""

    def __init__(self, voices: Voices, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[str] = []
        self.opened = threading.Event()
        monkeypatch.setattr(voices._composer, "read_aloud", lambda _language, text, _numbers: self._make(text))
        monkeypatch.setattr(voices._composer, "chime", lambda: self._make("chime"))

    def _make(self, what: str) -> bytes:
        self.begun.append(what)
        assert self.opened.wait(60)
        return b"RIFF" + what.encode()


def paired(hub: OfficeHub, kind: str, name: str) -> str:
    services = hub.app.extensions["antrean"]
    _, token = pair_device(services.settings, kind, name, hub.office.clock)
    services.identities.load()
    return str(token)


def test_a_kiosk_that_asks_without_end_is_refused_and_holds_up_no_call_and_no_other_kiosk(
    hub: OfficeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    voices = hub.app.extensions["antrean"].voices
    gate, outcomes = Gate(voices, monkeypatch), list[tuple[str, int]]()
    tokens = {name: paired(hub, "kiosk", name) for name in ("greedy", "other")} | {
        "display": paired(hub, "display", "Lobby")
    }

    def begin(who: str, path: str) -> threading.Thread:
        def ask() -> None:
            headers = {"Authorization": f"Bearer {tokens[who]}"}
            answer = hub.app.test_client().get(path, headers=headers)
            if answer.status_code == 503:
                assert answer.get_json()["error"]["code"] == "busy"
                assert int(answer.headers["Retry-After"]) > 0
            outcomes.append((who, answer.status_code))

        def seen() -> int:
            return len(gate.begun) + len(voices.lane._waiting) + len(outcomes)

        before = seen()
        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        wait_until(lambda: seen() > before, f"{path} is in the queue")
        return thread

    askers = [begin("greedy", f"/kiosk/speech.wav?text=text-{number}") for number in range(10)]
    askers.append(begin("other", "/kiosk/speech.wav?text=another"))
    askers.append(begin("display", "/display/voice/chime-1.wav"))
    gate.opened.set()
    for asker in askers:
        asker.join(60)
        assert not asker.is_alive()
    assert gate.begun == ["text-0", "chime", "text-1", "text-2", "another"]
    assert sorted(outcomes) == [("display", 200)] + [("greedy", 200)] * EACH + [("greedy", 503)] * 7 + [("other", 200)]
    assert PLACES[TEXTS] < 10


def test_a_sound_that_all_displays_ask_for_at_once_is_made_once(
    hub: OfficeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    voices = hub.app.extensions["antrean"].voices
    gate, heard = Gate(voices, monkeypatch), list[bytes]()
    askers = [threading.Thread(target=lambda: heard.append(voices.sound("chime-1")), daemon=True) for _ in range(80)]
    for asker in askers:
        asker.start()
    wait_until(lambda: sum(map(len, voices.lane._shared.values())) == 79, "all of them ask")
    gate.opened.set()
    for asker in askers:
        asker.join(60)
    assert heard == [b"RIFFchime"] * 80
    assert gate.begun == ["chime"]
