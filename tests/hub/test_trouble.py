"""A database that fails for a while: what is answered meanwhile, what monitors are told, and that it passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.access.staff import add_staff
from antrean.queueing.commands import ChangePlan
from antrean.queueing.errors import Unavailable
from antrean.queueing.office import JournalError
from antrean.storage.database.engine import database_url, open_engine
from tests.conftest import SetClock
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import PASSWORD, QUICK, OfficeHub
from tests.fakes.plan import close_service


@pytest.fixture
def kiosk(hub: OfficeHub) -> FlaskClient:
    services = hub.app.extensions["antrean"]
    client = hub.app.test_client()
    client.set_cookie("antrean_kiosk", pair_device(services.settings, "kiosk", "Kiosk 1", hub.office.clock)[1])
    return client


@contextmanager
def away(hub: OfficeHub, table: str) -> Iterator[None]:
    """Have a table missing, so that every statement that needs it fails."""
    engine = open_engine(database_url("", hub.app.extensions["antrean"].config.data))
    with engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE {table} RENAME TO away"))
    yield
    with engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE away RENAME TO {table}"))


def test_a_hub_that_could_not_save_a_number_is_not_ready_until_it_could(
    hub: OfficeHub, kiosk: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    wish = {"service": "card", "request_id": "request-1"}
    with away(hub, "journal"):
        refused = kiosk.post("/kiosk/tickets", json=wish)
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "storage_unavailable")
        assert "no such table: journal" in caplog.text
        ready = kiosk.get("/readyz")
        assert (ready.status_code, ready.get_json()["journal"]) == (503, "storage_unavailable")
        assert kiosk.get("/kiosk/services").status_code == 200
    assert kiosk.post("/kiosk/tickets", json=wish).get_json()["ticket"]["number"] == "A-001"
    assert kiosk.post("/kiosk/tickets", json=wish).get_json()["ticket"]["number"] == "A-001"
    assert kiosk.get("/readyz").status_code == 200


def test_a_hub_that_nobody_asks_any_more_is_ready_again_after_half_a_minute(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    with away(hub, "journal"):
        assert kiosk.post("/kiosk/tickets", json={"service": "card"}).status_code == 503
    assert kiosk.post("/kiosk/tickets", json={"service": "nothing"}).status_code == 404
    assert kiosk.get("/readyz").status_code == 200
    with away(hub, "journal"):
        assert kiosk.post("/kiosk/tickets", json={"service": "card"}).status_code == 503
    assert kiosk.get("/readyz").status_code == 503
    clock.forward(seconds=31)
    assert kiosk.get("/readyz").status_code == 200


def test_a_held_hub_is_not_ready_and_says_why_until_it_is_released(hub: OfficeHub, kiosk: FlaskClient) -> None:
    assert kiosk.get("/readyz").get_json()["holds"] == {}
    hub.office.hold("storage_unavailable", "disk_full")
    told = kiosk.get("/readyz")
    assert (told.status_code, told.get_json()["holds"]) == (503, {"storage_unavailable": "disk_full"})
    assert kiosk.get("/kiosk/services").status_code == 200
    assert kiosk.post("/kiosk/tickets", json={"service": "card"}).status_code == 503
    hub.office.release("storage_unavailable")
    assert kiosk.get("/readyz").status_code == 200


def test_settings_that_can_not_be_read_are_read_with_the_next_wish(hub: OfficeHub, kiosk: FlaskClient) -> None:
    services = hub.app.extensions["antrean"]
    with away(hub, "devices"):
        with pytest.raises(JournalError, match="no such table"):
            services.settings.load_plan()
        with pytest.raises(Unavailable):
            close_service(hub.office, "family")
    refused = kiosk.post("/kiosk/tickets", json={"service": "family"})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "service_closed")


def test_whoever_lost_a_role_loses_it_although_the_database_failed_at_that_moment(hub: OfficeHub) -> None:
    dewi = hub.as_staff("Dewi")
    add_staff(hub.app.extensions["antrean"].settings, "Dewi", "operator", PASSWORD, QUICK)
    with away(hub, "staff"):
        seq = hub.office.execute(ChangePlan(what="staff")).seq
        assert hub.seq() == seq
    wait_until(lambda: dewi.get("/admin/view").status_code == 403, "the role to be read again")


def test_a_page_that_needs_the_database_says_that_it_is_away_and_not_that_it_is_broken(
    hub: OfficeHub, caplog: pytest.LogCaptureFixture
) -> None:
    dewi = hub.as_staff("Dewi")
    with away(hub, "plans"):
        refused = dewi.post("/admin/services/card", json={"state": "closed_longer"})
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "storage_unavailable")
    assert "no such table: plans" in caplog.text
    assert "Traceback" not in caplog.text
