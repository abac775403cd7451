"""Two hubs on one PostgreSQL whose server stops, whose connections fall silent, and whose Redis is killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from antrean.queueing.plan.model import OfficePlan
from tests.fakes.hub_process import HubProcess, wait_until
from tests.fakes.persistent_clients import Crowd
from tests.fakes.postgres_server import PostgresServer
from tests.fakes.redis_server import RedisServer
from tests.fakes.silent_proxy import SilentProxy
from tests.history_checker import read_postgresql, violations

pytestmark = pytest.mark.long

MORE = 30  # numbers that show that all is well
OFFICE = "test"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    found = PostgresServer()
    try:
        found.start()
        yield found
    finally:
        found.close()


class Town:
    """Two hubs of one office; each reaches the database through a proxy of its own, which can fall silent."""

    def __init__(self, server: PostgresServer, redis: RedisServer, folder: Path, plan: OfficePlan) -> None:
        self.server, self.redis = server, redis
        database = server.new_database()
        self.url = server.url(database)
        self.proxies = [SilentProxy(server.address) for _ in range(2)]
        self.hubs = [
            HubProcess(folder / f"hub-{proxy.port}", plan, "eventlet", server.url(database, proxy.port), redis.url)
            for proxy in self.proxies
        ]

    def start(self) -> None:
        for hub in self.hubs:
            hub.launch()
        for hub in self.hubs:
            wait_until(hub.ready, f"the hub on {hub.url}")

    def end(self) -> None:
        for hub in self.hubs:
            hub.end()
        for proxy in self.proxies:
            proxy.close()

    def all_go_on(self, crowd: Crowd) -> None:
        """Numbers and calls go on at both hubs, and both call themselves ready."""
        for hub in self.hubs:
            crowd.goes_on(MORE, hub=hub)
            crowd.goes_on(1, "ticket.called", hub)
            wait_until(hub.ready, f"the hub on {hub.url} to be ready")

    def check(self, crowd: Crowd, capsys: pytest.CaptureFixture[str]) -> None:
        lines = read_postgresql(self.url, OFFICE)
        with capsys.disabled():
            numbers, calls = crowd.count("ticket.issued"), crowd.count("ticket.called")
            print(f"\n  {numbers} numbers and {calls} calls told, {len(lines)} lines")  # noqa: T201
        assert violations(lines, crowd.told) == []


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    found = RedisServer(tmp_path)
    try:
        found.start()
        yield found
    finally:
        found.close()


@pytest.fixture
def town(server: PostgresServer, redis: RedisServer, tmp_path: Path, plan: OfficePlan) -> Iterator[Town]:
    found = Town(server, redis, tmp_path, plan)
    try:
        found.start()
        yield found
    finally:
        found.end()


def test_a_database_server_that_stops_and_comes_back_loses_and_doubles_nothing(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    with Crowd(town.hubs) as crowd:
        for _ in range(3):
            town.all_go_on(crowd)
            town.server.stop()
            wait_until(lambda: not any(hub.ready() for hub in town.hubs), "both hubs to say that they are not ready")
            town.server.start()
        town.all_go_on(crowd)
    town.check(crowd, capsys)


def test_connections_that_fall_silent_are_replaced_and_nothing_is_lost_or_doubled(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    with Crowd(town.hubs) as crowd:
        for proxy in (*town.proxies, *town.proxies):
            town.all_go_on(crowd)
            proxy.silence()
        town.all_go_on(crowd)
        for proxy in town.proxies:
            proxy.silence(new=True)
        wait_until(lambda: not any(hub.ready() for hub in town.hubs), "both hubs to say that they are not ready")
        for proxy in town.proxies:
            proxy.let_through()
        town.all_go_on(crowd)
    town.check(crowd, capsys)


def test_a_redis_that_is_killed_and_comes_back_costs_nothing_but_time(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    with Crowd(town.hubs) as crowd:
        for _ in range(3):
            wait_until(lambda: town.redis.listeners() == 2, "both hubs to listen")
            town.all_go_on(crowd)
            town.redis.kill()
            town.all_go_on(crowd)
            town.redis.start()
    town.check(crowd, capsys)


def test_a_hub_that_is_killed_beside_another_leaves_one_true_history(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    with Crowd(town.hubs) as crowd:
        for hub in (*town.hubs, *town.hubs, *town.hubs):
            town.all_go_on(crowd)
            hub.kill()
            crowd.goes_on(MORE)
            hub.start()
        town.all_go_on(crowd)
    town.check(crowd, capsys)
