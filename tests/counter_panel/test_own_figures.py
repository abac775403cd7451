"""The page of one's own figures: today and days before it, of whoever asks alone, on a tablet and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from antrean.queueing.commands import CloseCounter, CloseDay, PauseCounter, ResumeCounter
from antrean.queueing.plan.model import OfficePlan
from counter_panel import own
from tests.conftest import SetClock, small_plan
from tests.fakes.chromium import needed
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.played_day import PlayedDay
from tests.web.still_and_reached import WATCH
from tests.web.test_accessibility import AXE, WIDER, faults

AT = "/counter_panel/own_figures"
LONG = "Penerbitan dan Perubahan Kartu Keluarga karena Pindah Datang Antarprovinsi Bersama Seluruh Anggota Keluarga"


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


@pytest.fixture
def played(hub: OfficeHub, clock: SetClock) -> PlayedDay:
    day = PlayedDay(hub, clock)
    day.play()
    day.do(PauseCounter(counter="3", operator="Ani", reason="prayer"))
    day.do(ResumeCounter(counter="3", operator="Ani"), 12)
    day.follow()
    return day


def read(hub: OfficeHub, name: str) -> str:
    answer = hub.as_staff(name).get(AT, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return text_of(answer.text.partition("<main")[2].partition("<dialog")[0])


def test_an_operator_reads_today_with_pauses_walks_and_service_times(played: PlayedDay) -> None:
    words = read(played.hub, "Ani")
    assert "Served 7" in words  # one of them was sent on
    assert "Called numbers 8 9 calls, repeated ones included" in words
    assert "Paused 12 minutes Prayer 12 minutes" in words
    assert "Walking time 30 seconds 9 of 10 within" in words
    assert re.search(r"Card printing 7 4 minutes 9 of 10 within 4 minutes too few to say", words)


def test_each_reads_the_own_figures_and_of_nobody_else(played: PlayedDay) -> None:
    assert "Ani" not in read(played.hub, "Budi")
    for name in ("Budi", "Dewi"):
        words = read(played.hub, name)
        assert "Nothing yet." in words
        assert "Card printing" not in words
    asked = played.hub.as_staff("Budi").get(f"{AT}?operator=Ani&person=Ani", headers={"Accept": "text/html"})
    assert "Card printing" not in asked.text
    assert played.hub.as_staff("Fajar").get(AT).status_code == 403


def test_days_before_stand_below_and_the_first_day_is_empty(played: PlayedDay, clock: SetClock) -> None:
    played.do(CloseCounter(counter="3", operator="Ani"))
    played.do(CloseDay(), actor="supervisor:Dewi")
    clock.forward(seconds=round(timedelta(days=1).total_seconds()))
    played.follow()
    words = read(played.hub, "Ani")
    assert "Nothing yet." in words
    assert "Your last days" in words
    assert "Tuesday, 24 November 2026 7 8" in words
    assert "Card printing 7" in words


def test_figures_are_read_beside_the_loop(played: PlayedDay, monkeypatch: pytest.MonkeyPatch) -> None:
    services = played.hub.app.extensions["antrean"]
    run: list[Callable[..., Any]] = []
    before = services.mode.run_blocking

    def beside(work: Callable[..., Any], *arguments: Any) -> Any:
        run.append(work)
        return before(work, *arguments)

    client = played.hub.as_staff("Ani")
    monkeypatch.setattr(services.mode, "run_blocking", beside)
    assert client.get(AT, headers={"Accept": "text/html"}).status_code == 200
    assert own.read in run


def test_the_way_there_is_offered_before_work_and_in_a_pause_and_not_beside_a_visitor(played: PlayedDay) -> None:
    ani, budi = played.hub.as_staff("Ani"), played.hub.as_staff("Budi")

    def offers(client: Any) -> bool:
        return f'href="{AT}"' in client.get("/counter_panel/").text

    assert (offers(ani), offers(budi)) == (False, True)
    played.do(PauseCounter(counter="3", operator="Ani", reason="break"))
    assert offers(ani)


def test_it_locks_and_is_not_read_while_it_is_locked(played: PlayedDay) -> None:
    ani = played.hub.as_staff("Ani")
    assert 'id="lock"' in ani.get(AT, headers={"Accept": "text/html"}).text
    assert ani.post("/sign_in/lock", json={}).status_code in (200, 204)
    assert ani.get(AT, headers={"Accept": "text/html"}).status_code == 302


def test_it_fits_a_tablet_and_a_phone_with_a_long_name_and_can_be_read_by_everybody(
    browser: Browser, played: PlayedDay
) -> None:
    needed(AXE)
    with played.hub.served() as address:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(f"{address}/sign_in?next={AT}")
        page.fill("input[name=name]", "Ani")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")
        expect(page.locator("h1")).to_have_text("Your figures")
        page.locator(".own-table tbody th").first.evaluate(f"one => {{ one.textContent = '{LONG}' }}")
        for width, height in ((1280, 800), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(WIDER) == []
            assert faults(page) == []
        page.set_viewport_size({"width": 1280, "height": 800})
        page.click("#lock-now")
        expect(page.locator("body")).to_have_class(re.compile("is-locked"))
        expect(page.locator(".own-table").first).to_be_hidden()
