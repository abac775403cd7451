"""What a change of settings leaves in the journal: what it was, what it is, and who did it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from antrean.queueing.events import PlanChanged, ServicePaused, from_data
from antrean.queueing.journal.entry import to_data
from antrean.queueing.plan.changes import LONGEST_TEXT, difference
from tests.fakes.office_hub import OfficeHub


@pytest.fixture
def heard(hub: Any) -> list[Any]:
    entries: list[Any] = []
    hub.office.subscribe(entries.extend)
    return entries


def changed(heard: list[Any]) -> tuple[str, Any, Any, str]:
    """What the newest line on settings says: what was changed, before, after, and by whom."""
    entry = [entry for entry in heard if type(entry.event) is PlanChanged][-1]
    return entry.event.what, entry.event.before, entry.event.after, entry.actor


def test_a_service_closed_for_longer_is_journalled_with_what_it_was(
    hub: OfficeHub, dewi: FlaskClient, heard: list[Any]
) -> None:
    closed = {"state": "closed_longer", "opens_on": "2026-12-01", "text_id": "Pindah gedung"}
    dewi.post("/admin/services/card", json=closed)
    assert changed(heard) == (
        "services",
        {"service": "card", "closed": False, "opens_on": None, "closure_reasons": {"id": None}},
        {"service": "card", "closed": True, "opens_on": "2026-12-01", "closure_reasons": {"id": "Pindah gedung"}},
        "supervisor:Dewi",
    )


def test_a_service_paused_today_changes_no_setting_and_says_who_did_it(
    hub: OfficeHub, dewi: FlaskClient, heard: list[Any]
) -> None:
    plan = hub.app.extensions["antrean"].settings.load_plan()
    dewi.post("/admin/services/card", json={"state": "paused", "text_id": "Sistem mati"})
    assert [(one.event, one.actor) for one in heard] == [
        (ServicePaused("card", {"id": "Sistem mati"}), "supervisor:Dewi")
    ]
    assert hub.app.extensions["antrean"].settings.load_plan() == plan


def test_running_text_is_journalled_with_what_it_was(hub: OfficeHub, dewi: FlaskClient, heard: list[Any]) -> None:
    for words in ("Pagi", "Siang"):
        dewi.post("/admin/screens/notices", json={"text_id": words})
    assert changed(heard) == ("notices", {"id": "Pagi"}, {"id": "Siang"}, "supervisor:Dewi")


def test_a_screens_settings_are_journalled_with_what_they_were(
    hub: OfficeHub, dewi: FlaskClient, heard: list[Any]
) -> None:
    services = hub.app.extensions["antrean"]
    kiosk, _ = pair_device(services.settings, "kiosk", "Kiosk 1", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    for width in (50.0, 70.0):
        assert dewi.post(f"/admin/screens/{kiosk.id}", json={"width_cm": width}).status_code == 200
    what, before, after, actor = changed(heard)
    assert (what, before, actor) == ("devices", {"device": "Kiosk 1", "width_cm": 50.0}, "supervisor:Dewi")
    assert after == {"device": "Kiosk 1", "width_cm": 70.0}


def test_an_interlude_is_journalled_when_it_comes_and_when_it_goes(
    hub: OfficeHub, dewi: FlaskClient, heard: list[Any]
) -> None:
    dewi.post("/admin/screens/interludes", json={"text_id": "Libur besok"})
    what, before, after, _actor = changed(heard)
    assert (what, before, after["interlude"]["texts"]) == ("interludes", None, {"id": "Libur besok"})
    dewi.post(f"/admin/screens/interludes/{after['interlude']['id']}/remove", json={})
    assert changed(heard)[1:3] == (after, None)


def test_a_line_of_the_journal_stays_small_whatever_was_uploaded() -> None:
    change = difference({}, {"logo": "", "header": "Lama"}, {"logo": "A" * 200_000, "header": "Lama"})
    assert change.before == {"logo": ""}
    assert len(change.after["logo"]) < LONGEST_TEXT
    assert "200000" in change.after["logo"]


def test_a_line_of_a_release_before_stays_readable() -> None:
    old = from_data("plan.changed", {"what": "devices"})
    assert old == PlanChanged("devices")
    new = PlanChanged("devices", {"printers": []}, {"printers": ["cups://tiket"]})
    assert from_data("plan.changed", to_data(new)) == new
