"""A hub on PostgreSQL whose connections fall silent, or whose journal is locked: it says so, and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from antrean.queueing.plan.model import OfficePlan
from tests.fakes.hub_process import HubProcess, wait_until
from tests.fakes.silent_proxy import SilentProxy

pytestmark = [
    pytest.mark.long,
    pytest.mark.postgresql,
    pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True),
]


@pytest.fixture
def proxy(fresh_database: str) -> Iterator[SilentProxy]:
    url = sa.make_url(fresh_database)
    with SilentProxy((url.host or "127.0.0.1", url.port or 5432)) as running:
        yield running


@pytest.fixture(params=["eventlet", "threading"])
def hub(
    request: pytest.FixtureRequest, tmp_path: Path, plan: OfficePlan, fresh_database: str, proxy: SilentProxy
) -> Iterator[HubProcess]:
    behind = sa.make_url(fresh_database).set(host="127.0.0.1", port=proxy.port)
    running = HubProcess(tmp_path, plan, request.param, behind.render_as_string(hide_password=False))
    try:
        running.start()
        yield running
    finally:
        running.end()


class Kiosk:
    """Asks once, and says the status and the number or the code."""

    def __init__(self, hub: HubProcess) -> None:
        self.url = hub.url
        self.headers = {"Authorization": "Bearer " + hub.pair("kiosk", "Kiosk 1")}

    def ask(self, request_id: str) -> tuple[int, str]:
        wish = {"service": "card", "request_id": request_id}
        answer = requests.post(self.url + "/kiosk/tickets", json=wish, headers=self.headers, timeout=30)
        said = answer.json()
        return answer.status_code, said["ticket"]["number"] if answer.ok else said["error"]["code"]

    def ready(self) -> int:
        return requests.get(self.url + "/readyz", timeout=30).status_code


def test_a_silent_connection_is_replaced_and_no_number_is_lost_or_doubled(hub: HubProcess, proxy: SilentProxy) -> None:
    kiosk = Kiosk(hub)
    wait_until(lambda: kiosk.ask("first-one") == (201, "A-001"), "the first number")
    proxy.silence()
    wait_until(lambda: kiosk.ask("second-one") == (201, "A-002"), "a number on a new connection")
    proxy.silence(new=True)
    assert kiosk.ask("third-one") == (503, "storage_unavailable")
    assert kiosk.ready() == 503
    proxy.let_through()
    wait_until(lambda: kiosk.ask("third-one") == (201, "A-003"), "numbers again")
    wait_until(lambda: kiosk.ready() == 200, "the hub to be ready")
    assert kiosk.ask("second-one") == (201, "A-002")


def test_a_hub_that_nobody_asks_for_numbers_says_itself_that_the_database_is_silent(
    hub: HubProcess, proxy: SilentProxy
) -> None:
    kiosk = Kiosk(hub)
    proxy.silence(new=True)
    wait_until(lambda: kiosk.ready() == 503, "the hub to say so")
    proxy.let_through()
    wait_until(lambda: kiosk.ready() == 200, "the hub to be ready")


def test_a_journal_that_somebody_has_locked_is_refused_for_as_long_and_no_longer(
    hub: HubProcess, fresh_database: str
) -> None:
    kiosk = Kiosk(hub)
    with sa.create_engine(fresh_database, poolclass=NullPool).connect() as other:
        other.exec_driver_sql("LOCK TABLE journal")
        assert kiosk.ask("first-one") == (503, "storage_unavailable")
        assert kiosk.ready() == 503
        other.rollback()
    wait_until(lambda: kiosk.ask("first-one") == (201, "A-001"), "numbers again")
