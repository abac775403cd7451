"""The database's files vanish under a running hub: it stops at once, says why, and goes on when it can."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import requests

from antrean.queueing.plan.model import OfficePlan
from antrean.storage.journal.heads import read_head
from tests.fakes.hub_process import HubProcess, wait_until
from tests.fakes.persistent_clients import Crowd
from tests.fakes.small_disk import small_disk
from tests.fakes.starting import started
from tests.history_checker import read_sqlite, violations

pytestmark = pytest.mark.long

MORE = 30


def head_of(data: Path) -> int:
    head = read_head(data)
    return head.seq if head is not None else 0


def held(hub: HubProcess) -> str:
    told = requests.get(hub.url + "/readyz", timeout=60)
    return "" if told.status_code == 200 else str(told.json()["holds"].get("storage_unavailable", ""))


@pytest.mark.parametrize("mode", ["eventlet", "threading"])
def test_no_number_is_lost_or_told_twice_when_files_vanish_under_a_hub(
    tmp_path: Path, plan: OfficePlan, mode: str
) -> None:
    data = tmp_path / "data"
    hub = HubProcess(data, plan, mode)
    try:
        hub.start()
        token = hub.pair("kiosk", "Front")
        with Crowd([hub]) as crowd:
            crowd.goes_on(MORE)
            (data / "antrean.sqlite3-wal").unlink()
            crowd.goes_on(MORE)
            shutil.rmtree(data.rename(tmp_path / "removed"))  # at once: a hub mends what goes file by file meanwhile
            wait_until(lambda: held(hub) == "database_gone", "the hub to say that its files are gone")
            headers = {"Authorization": f"Bearer {token}"}
            asked = requests.post(
                hub.url + "/kiosk/tickets", json={"service": "card"}, headers=headers, timeout=30
            )  # fmt: skip
            assert (asked.status_code, asked.json()["error"]["code"]) == (503, "storage_unavailable")
            data.mkdir()
            wait_until(hub.ready, "the hub to be ready again")
            crowd.goes_on(MORE)
        hub.kill()
        hub.start()
        with Crowd([hub]) as later:
            later.goes_on(MORE)
        hub.kill()
        lines = read_sqlite(data / "antrean.sqlite3", hub.config.office)
    finally:
        hub.end()
    assert violations(lines, [*crowd.told, *later.told]) == []


def test_a_hub_stops_before_the_disk_is_full_and_goes_on_with_space(tmp_path: Path, plan: OfficePlan) -> None:
    with small_disk(tmp_path / "small", size_mib=40) as disk:
        hub = HubProcess(disk.folder / "data", plan, least_free_mb=8)
        try:
            hub.start()
            with Crowd([hub]) as crowd:
                crowd.goes_on(MORE)
                spare = disk.folder / "spare"
                spare.write_bytes(b"\0" * 2_000_000)
                disk.fill()
                spare.unlink()
                wait_until(lambda: held(hub) == "disk_full", "the hub to say that the disk is full")
                disk.empty()
                wait_until(hub.ready, "the hub to be ready again")
                crowd.goes_on(MORE)
            hub.kill()
            lines = read_sqlite(hub.config.data / "antrean.sqlite3", hub.config.office)
        finally:
            hub.end()
    assert violations(lines, crowd.told) == []


def test_a_wal_that_was_cut_stops_the_hub_and_the_next_start_says_which_lines_are_missing(
    tmp_path: Path, plan: OfficePlan
) -> None:
    data = tmp_path / "data"
    hub = HubProcess(data, plan)
    try:
        hub.start()
        headers = {"Authorization": f"Bearer {hub.pair('kiosk', 'Front')}"}
        for _ in range(MORE):  # so few that none of it has been written from the -wal into the database
            told = requests.post(hub.url + "/kiosk/tickets", json={"service": "card"}, headers=headers, timeout=30)
            assert told.status_code == 201
        wait_until(lambda: head_of(data) == told.json()["seq"], "the newest line to be kept beside the database")
        os.truncate(data / "antrean.sqlite3-wal", 5 * 4096)
        wait_until(lambda: held(hub) == "wal_cut", "the hub to say that its -wal was cut")
        hub.kill()
    finally:
        hub.end()
    code, words = started(data, ANTREAN_OFFICE=plan.office)
    assert (code, words.count("Error: ")) == (3, 1), words
    assert "missing" in words or "the database is damaged" in words
    assert "antrean restore" in words
    assert "Traceback" not in words
