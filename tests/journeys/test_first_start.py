"""From an empty folder to an office: in a browser, and through kills of the real hub between any two steps."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect

from antrean.config import ROOT
from tests.conftest import SetClock
from tests.fakes.hub_process import wait_until
from tests.fakes.new_hub import CLINIC, PASSWORD, NewHub
from tests.fakes.new_hub_process import NewHubProcess


@pytest.fixture
def new(tmp_path: Path, clock: SetClock) -> Iterator[NewHub]:
    hub = NewHub(tmp_path, clock)
    yield hub
    hub.stop()


def test_a_clinic_in_makassar_is_set_up_by_the_pages_alone_and_its_kiosk_comes_by_itself(
    new: NewHub, browser: Browser
) -> None:
    with new.served() as address:
        context = browser.new_context(locale="id-ID")
        kiosk = context.new_page()
        kiosk.goto(f"{address}/kiosk/")
        expect(kiosk.get_by_text("Kantor ini sedang disiapkan.")).to_be_visible()
        page = context.new_page()
        page.goto(address)
        expect(page.locator("#code")).to_have_value(new.first.code.code)
        page.get_by_role("button", name="Mulai").click()
        onward = page.get_by_role("button", name="Berikutnya")
        onward.click()  # language
        page.get_by_label("Nama kantor Anda").fill("Klinik Bahagia")
        onward.click()
        page.get_by_label("Indonesia Tengah (WITA)").check()
        onward.click()
        page.get_by_label("Klinik atau puskesmas").check()
        onward.click()
        page.get_by_role("checkbox", name="Poli Gigi").uncheck()
        onward.click()
        page.get_by_label("Loket").fill("2")
        onward.click()
        page.get_by_label("2", exact=True).fill("Loket Dalam")
        onward.click()
        page.get_by_role("link", name="Kembali").click()
        expect(page.get_by_label("2", exact=True)).to_have_value("Loket Dalam")
        onward.click()
        page.get_by_label("Senin sampai Kamis: Tutup").fill("13:30")
        onward.click()
        page.get_by_label("Nama Anda").fill("Sitti")
        for label in ("Kata sandi baru", "Kata sandi sekali lagi"):
            page.get_by_label(label).fill(PASSWORD)
        onward.click()
        expect(page.get_by_text("Senin sampai Kamis: 08.00–13.30")).to_be_visible()
        expect(page.get_by_text("Poli Gigi")).to_have_count(0)
        page.get_by_role("button", name="Mulai dengan kantor ini").click()
        page.wait_for_url("**/admin/**")
        expect(page.get_by_role("link", name="Sitti")).to_be_visible()
        expect(page.locator(".brand")).to_contain_text("Klinik Bahagia")
        kiosk.wait_for_url("**/pair?kind=kiosk")
    plan = new.app.extensions["antrean"].office.read(lambda _day, plan: plan)
    assert (plan.name, plan.zone, [one.name for one in plan.counters]) == (
        "Klinik Bahagia", "Asia/Makassar", ["Loket 1", "Loket Dalam"],
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("mode", ["eventlet", "threading"])
def test_a_hub_killed_between_any_two_steps_is_gone_on_with_and_the_print_agent_waits_for_the_office(
    tmp_path: Path, mode: str
) -> None:
    hub = NewHubProcess(tmp_path, mode)
    code = hub.begin()
    with (tmp_path / "agent.log").open("wb") as log:
        agent = subprocess.Popen(
            [str(Path(sys.executable).parent / "antrean"), "print-agent"],
            cwd=ROOT, env={**os.environ, "ANTREAN_DATA": str(tmp_path), "ANTREAN_HUB_URL": hub.url},
            stdout=subprocess.DEVNULL, stderr=log,
        )  # fmt: skip
    try:
        with requests.Session() as client:
            for step, fields in CLINIC.items():
                assert client.post(f"{hub.url}/first_start/", json={"code": code}, timeout=60).status_code == 200
                told = client.post(f"{hub.url}/first_start/{step}", json=dict(fields), timeout=60)
                assert told.status_code == 200, told.text
                if step == "administrator":
                    break  # whose password is asked for again after a kill
                hub.kill()
                code = hub.begin()
            made = client.post(f"{hub.url}/first_start/summary", json={}, timeout=60)
            assert (made.status_code, made.json()["next"]) == (200, "/admin/"), made.text
            page = client.get(f"{hub.url}/admin/today", headers={"Accept": "text/html"}, timeout=60)
            assert (page.status_code, "Klinik Bahagia" in page.text) == (200, True)
            wait_until(lambda: _printer(hub) not in ("", "no_report"), "the print agent's first report")
        assert agent.poll() is None
        assert (tmp_path / "voice" / "id").is_dir()
        hub.kill()
        hub.start()
        known = {"name": "Sitti", "password": PASSWORD}
        assert requests.post(f"{hub.url}/sign_in", json=known, timeout=60).status_code == 200
    finally:
        agent.terminate()
        agent.wait(60)
        hub.end()


def _printer(hub: NewHubProcess) -> str:
    """Return the state of the office's printer, "" where nobody knows of one."""
    printers = requests.get(f"{hub.url}/readyz", timeout=60).json()["printers"]
    return next(iter(printers.values()), "")
