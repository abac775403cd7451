"""A file of rows of a long time: made beside the hub, offered for a day, and never left half."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from antrean.hub.async_mode import ThreadingMode
from antrean.hub.long_exports import FAILED, INTERRUPTED, READY, RUNNING, LongExports
from antrean.queueing.errors import Refused
from antrean.storage.database.engine import database_url
from tests.conftest import SetClock
from tests.fakes.hub_process import wait_until
from tests.fakes.office_hub import OfficeHub
from tests.fakes.played_day import PlayedDay

ROOT = Path(__file__).parents[2]
Make = Callable[..., LongExports]


@pytest.fixture
def made(hub: OfficeHub, clock: SetClock, tmp_path: Path) -> Iterator[Make]:
    """Give what makes the long exports of an office with ten tickets of one day."""
    day = PlayedDay(hub, clock)
    day.play()
    day.follow()
    config = hub.app.extensions["antrean"].config
    begun: list[LongExports] = []

    def make(floor: int = 0, root: Path = ROOT) -> LongExports:
        address = database_url(config.database_url, config.data)
        begun.append(
            LongExports(
                config.office, address, tmp_path, ThreadingMode(), time.monotonic, clock, root, floor, lambda: None
            )
        )
        return begun[-1]

    yield make
    for one in begun:
        one.stop()


def begin(exports: LongExports, day: date, way: str = "csv", what: str = "visits", names: bool = True) -> None:
    exports.begin(what, way, day.replace(month=1, day=1), day, "Asia/Jakarta", names, "supervisor:Dewi")


def end(exports: LongExports) -> None:
    def is_over() -> bool:
        exports.look()
        return exports.now is None or exports.now.state != RUNNING

    wait_until(is_over, "the export to end")


def test_every_row_stands_in_the_file_with_times_of_the_offices_clock(made: Make, hub: OfficeHub) -> None:
    exports, day = made(), hub.office.business_day()
    begin(exports, day)
    end(exports)
    file = exports.file()
    assert exports.now is not None
    assert (exports.now.state, exports.now.rows) == (READY, 11)  # ten tickets, one of them at two services
    assert file is not None
    assert file.stat().st_mode & 0o077 == 0
    with file.open(encoding="utf-8", newline="") as read:
        rows = list(csv.DictReader(read))
    assert len(rows) == 11
    assert (rows[0]["business_day"], rows[0]["operator"], rows[0]["held_seconds"]) == (day.isoformat(), "Ani", "0")
    assert rows[0]["issued_at"].endswith("+07:00")


def test_a_workbook_without_names_of_staff(made: Make, hub: OfficeHub) -> None:
    exports = made()
    begin(exports, hub.office.business_day(), way="xlsx", what="counters", names=False)
    end(exports)
    file = exports.file()
    assert file is not None
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    (heads, row) = book["counters"].iter_rows(values_only=True)
    assert heads == ("business_day", "seq", "counter", "opened_at", "closed_at")
    assert (row[2], row[4]) == ("3", None)


def test_one_at_a_time_and_one_that_is_ended_leaves_nothing(made: Make, hub: OfficeHub, tmp_path: Path) -> None:
    exports, day = made(), hub.office.business_day()
    begin(exports, day)
    with pytest.raises(Refused) as refused:
        begin(exports, day)
    assert refused.value.code == "export_running"
    exports.drop()
    assert (exports.now, exports.file(), list((tmp_path / "exports").iterdir())) == (None, None, [])


def test_what_a_hub_was_at_when_it_ended_is_said_to_be_interrupted(made: Make, hub: OfficeHub, tmp_path: Path) -> None:
    before = made()
    begin(before, hub.office.business_day())
    before.stop()
    after = made()
    after.load()
    assert after.now is not None
    assert (after.now.state, after.now.what, after.file()) == (INTERRUPTED, "visits", None)
    begin(after, hub.office.business_day())
    end(after)
    assert after.now.state == READY
    third = made()
    third.load()
    assert third.file() is not None


def test_a_file_is_gone_after_a_day(made: Make, hub: OfficeHub, clock: SetClock, tmp_path: Path) -> None:
    exports = made()
    begin(exports, hub.office.business_day())
    end(exports)
    clock.forward(hours=23)
    exports.look()
    assert exports.file() is not None
    clock.forward(hours=2)
    exports.look()
    assert (exports.now, list((tmp_path / "exports").iterdir())) == (None, [])


def test_none_is_begun_or_finished_where_the_disk_is_nearly_full(made: Make, hub: OfficeHub, tmp_path: Path) -> None:
    full = made(floor=1 << 60)
    with pytest.raises(Refused) as refused:
        begin(full, hub.office.business_day())
    assert refused.value.code == "disk_nearly_full"
    filling = made()
    filling._asked["floor"] = 1 << 60
    begin(filling, hub.office.business_day())
    end(filling)
    assert filling.now is not None
    assert (filling.now.state, filling.now.why, filling.file()) == (FAILED, "disk_nearly_full", None)
