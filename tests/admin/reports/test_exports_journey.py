"""A long export in a browser: begun, seen to go on, saved and read, ended, failed, and cut off by a restart."""

from __future__ import annotations

import csv
import os
import re
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from antrean.hub.exports import Exports
from antrean.hub.long_exports import RUNNING, LongExports
from antrean.queueing.errors import Unavailable
from antrean.storage.database.engine import database_url
from antrean.storage.reports.tables import open_reports
from bench.reports import OF_A_DAY, write_days
from tests.admin.today.test_day_journey import signed_in
from tests.conftest import SetClock
from tests.fakes.hub_process import wait_until
from tests.fakes.made_once import create_app
from tests.fakes.office_hub import OfficeHub

PAGE = "/admin/reports/exports"
DAYS = 60
ROWS = DAYS * OF_A_DAY


@pytest.fixture
def hub(hub: OfficeHub) -> OfficeHub:
    """An office with the visits of some months."""
    config = hub.app.extensions["antrean"].config
    engine = open_reports(database_url(config.database_url, config.data))
    write_days(engine, config.office, DAYS)
    engine.dispose()
    return hub


@contextmanager
def held(exports: LongExports) -> Iterator[None]:
    """Stop the process of an export once it has told of rows, until this is left."""
    wait_until(lambda: _has_told(exports), "rows are told")
    process = exports._process.pid
    assert process > 0, exports.now  # 0 would be all processes of this test
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        if exports._process.pid == process:
            os.kill(process, signal.SIGCONT)


def _has_told(exports: LongExports) -> bool:
    told = exports._told()
    return exports.now is not None and exports.now.state == RUNNING and told is not None and told["rows"] > 0


def begin(page: Page, way: str) -> None:
    page.fill("#since", "2021-01-01")
    page.fill("#until", "2021-12-31")
    page.select_option("#way", way)
    page.get_by_role("button", name="Buat berkas").click()


def exports_of(hub: OfficeHub) -> LongExports:
    found: LongExports = hub.app.extensions["antrean"].long_exports
    return found


@pytest.mark.slow
def test_an_export_goes_on_while_whoever_began_it_is_elsewhere_and_is_saved(
    browser: Browser, hub: OfficeHub, tmp_path: Path
) -> None:
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", PAGE)
        begin(page, "xlsx")
        state = page.locator("[data-fragment=export]")
        with held(exports_of(hub)):
            expect(state.get_by_role("progressbar")).to_be_visible(timeout=30_000)
            page.evaluate("window.seen = true")
            expect(state).to_contain_text(re.compile(r"[1-9][\d.]* baris sejauh ini"), timeout=30_000)
            begin(page, "csv")
            expect(page.locator("[data-said]")).to_contain_text("Tunggu")
            assert page.evaluate("window.seen")
            page.goto(address + "/admin/reports/day")
            page.goto(address + PAGE)
            expect(state).to_contain_text("baris sejauh ini")
            page.evaluate("window.seen = true")
        save = page.get_by_role("link", name="Simpan berkas")
        expect(save).to_be_visible(timeout=120_000)
        assert page.evaluate("window.seen")
        with page.expect_download() as saved:
            save.click()
        assert saved.value.suggested_filename == "visits-2021-01-01-2021-12-31.xlsx"
        saved.value.save_as(tmp_path / "rows.xlsx")
        with closing(openpyxl.load_workbook(tmp_path / "rows.xlsx", read_only=True)) as book:
            rows = list(book["visits"].iter_rows(values_only=True))
        assert len(rows) == 1 + ROWS
        assert "operator" in rows[0]
        page.get_by_role("button", name="Hapus berkas").click()
        expect(state).to_be_empty()
        assert exports_of(hub).file() is None


@pytest.mark.slow
def test_an_export_that_is_ended_failed_or_cut_off_says_what_to_do(
    browser: Browser, hub: OfficeHub, clock: SetClock, tmp_path: Path
) -> None:
    exports = exports_of(hub)
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", PAGE)
        state = page.locator("[data-fragment=export]")
        begin(page, "csv")
        with held(exports):
            page.get_by_role("button", name="Hentikan").click()
            expect(state).to_be_empty()
        assert (exports.now, exports._process.running) == (None, False)
        exports._asked["floor"] = 1 << 60
        begin(page, "csv")
        expect(state).to_contain_text("hampir penuh", timeout=60_000)
        page.get_by_role("button", name="Singkirkan").click()
        expect(state).to_be_empty()
        exports._asked["floor"] = 0
        begin(page, "csv")
        with held(exports):
            config = hub.app.extensions["antrean"].config
            hub.stop()
        page.context.close()
    hub.app = create_app(config, clock)
    with hub.served() as address:
        page = browser.new_context().new_page()
        page.goto(f"{address}/sign_in?next={PAGE}")
        page.fill("input[name=name]", "Dewi")
        page.fill("input[name=password]", "long-enough")
        page.click("main button")
        state = page.locator("[data-fragment=export]")
        expect(state).to_contain_text("Mulai sekali lagi", timeout=30_000)
        begin(page, "csv")
        save = page.get_by_role("link", name="Simpan berkas")
        expect(save).to_be_visible(timeout=120_000)
        with page.expect_download() as saved:
            save.click()
        saved.value.save_as(tmp_path / "rows.csv")
        with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == ROWS


def test_a_file_that_can_not_be_made_now_is_refused_in_words(
    browser: Browser, hub: OfficeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_asked: object) -> bytes:
        raise Unavailable("export_failed")

    monkeypatch.setattr(Exports, "paper", refused)
    with hub.served() as address:
        page = signed_in(browser, address, "Dewi", "/admin/reports/day")
        page.get_by_role("link", name="PDF").click()
        expect(page.locator("main")).to_contain_text("Berkas tidak dapat dibuat")
