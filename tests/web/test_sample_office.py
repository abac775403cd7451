"""The sample office says on every screen and slip what it is, and what belongs to it belongs to no other office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.access.weak_passwords import refuse_weak
from antrean.commands.sample_office import PASSWORD
from antrean.queueing.errors import Invalid
from antrean.queueing.slips.slip import Slip
from antrean.web.text.slip_words import slip_content
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

HTML = {"Accept": "text/html"}
WORDS = {"id": "Kantor contoh", "en": "Sample office", "su": "Kantor conto"}


def mark(page: str) -> str:
    """Return what stands at the mark of a page."""
    return page.partition('sample-mark"')[2][:400]


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[OfficeHub]:
    made = OfficeHub(tmp_path / "sample", small_plan(demo=True, languages=tuple(WORDS)), SetClock())
    yield made
    made.stop()


def pages(hub: OfficeHub, language: str) -> dict[str, str]:
    """Return one page of each kind of screen in a language, as a browser gets it."""
    services = hub.app.extensions["antrean"]
    found = {}

    def get(client: FlaskClient, path: str, token: str = "") -> str:
        headers = HTML | ({"Authorization": f"Bearer {token}"} if token else {})
        separator = "&" if "?" in path else "?"
        answer = client.get(f"{path}{separator}language={language}", headers=headers)
        assert answer.status_code == 200, path
        return answer.text

    for kind, path in (("kiosk", "/kiosk/"), ("display", "/display/")):
        device, token = pair_device(services.settings, kind, f"A {kind} {language}", hub.office.clock)
        services.identities.load()
        found[kind] = get(hub.app.test_client(), path, token)
        if kind == "display":
            services.settings.set_device_settings(device.id, {"layout": "counter", "counter": "1"})
            services.identities.load()
            found["display beside a counter"] = get(hub.app.test_client(), path, token)
    link = hub.link(hub.issue())
    found["phone"] = get(hub.app.test_client(), f"/mobile_ticket/?ticket={link}")
    found["phone without a ticket"] = get(hub.app.test_client(), "/mobile_ticket/")
    for path in ("/sign_in", "/pair?kind=kiosk", "/new_password", "/"):
        found[path] = get(hub.app.test_client(), path)
    leader = hub.as_staff("Eka")
    found |= {path: get(leader, path) for path in ("/admin/today", "/admin/people", "/admin/voice", "/account")}
    found["panel"] = get(hub.as_staff("Dewi"), "/counter_panel/")
    return found


@pytest.mark.parametrize("language", WORDS)
def test_every_screen_of_the_sample_office_says_so_in_its_readers_language(sample: OfficeHub, language: str) -> None:
    said = {screen: mark(page) for screen, page in pages(sample, language).items()}
    # Staff's screens speak the office's first language, whoever looks at them.
    spoken = {screen: "id" if screen == "panel" or screen.startswith("/admin/") else language for screen in said}
    unsaid = [screen for screen, words in said.items() if WORDS[spoken[screen]] not in words]
    assert unsaid == []


def test_no_screen_of_a_real_office_says_that_it_is_a_sample(hub: OfficeHub) -> None:
    assert [screen for screen, page in pages(hub, "id").items() if mark(page)] == []


def test_a_slip_of_the_sample_office_says_above_its_number_and_in_each_language_that_it_is_none(
    tmp_path: Path,
) -> None:
    said = {}
    for demo in (True, False):
        plan = small_plan(demo=demo, slip={"languages": ["id", "en"]})
        made = OfficeHub(tmp_path / str(demo), plan, SetClock())
        ticket = made.issue()
        with made.app.test_request_context("/"):
            papers = [Slip(ticket.number, copy, "", ticket.issued_at) for copy in (0, 1)]
            said[demo] = [slip_content(plan, ticket, paper) for paper in papers]
        made.stop()
    first, copy = said[True]
    assert (first["mark"], copy["mark"]) == ("CONTOH", "CONTOH, SALINAN 2")
    assert first["footer"][0] == "Dari kantor contoh: bukan nomor sungguhan."
    assert first["translations"][0]["footer"][0] == "From the sample office: no real number."
    assert [one["mark"] for one in said[False]] == ["", "SALINAN 2"]


@pytest.mark.parametrize("typed", [PASSWORD, PASSWORD.upper(), f"{PASSWORD}2026!"])
def test_the_password_of_the_sample_office_is_refused_as_anybodys(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_weak(typed, "Rina")
    assert refused.value.code == "password_common"
