"""Zones that displays name by words become entries of the plan at a start, and each display has its zone as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from antrean.access.devices import pair_device
from antrean.config import Config
from antrean.hub.start.zones import adopt_zones
from antrean.queueing.errors import Unavailable
from antrean.queueing.office import Office
from antrean.queueing.plan.zones import Zone
from antrean.storage.settings.rows import Settings
from app import open_office
from tests.conftest import SetClock, small_plan
from tests.fakes.made_once import lay_office

WORDS = ("Lantai 2", "", " lantai  2", "Lobi utama", "NIK 3208011205900001")


@pytest.fixture
def opened(tmp_path: Path, clock: SetClock) -> tuple[Office, Settings]:
    """An office of an earlier release, with a display for each of the words."""
    config = Config(data=tmp_path, office="test", async_mode="threading")
    lay_office(config, small_plan(zones=()), lambda _settings: None)
    office, settings = open_office(config, clock)
    for word in WORDS:
        pair_device(settings, "display", f"Layar {word[:8]}", clock, {"zone": word, "seat_m": 7.0})
        clock.forward(seconds=1)
    return office, settings


def zones_of_displays(settings: Settings) -> list[object]:
    return [one.settings["zone"] for one in settings.devices()]


def test_each_word_is_a_zone_once_and_displays_name_it_by_its_code(opened: tuple[Office, Settings]) -> None:
    office, settings = opened
    adopt_zones(office, settings)
    assert settings.load_plan().zones == (
        Zone("lantai-2", {"id": "Lantai 2"}),
        Zone("lobi-utama", {"id": "Lobi utama"}),
    )
    assert zones_of_displays(settings) == ["lantai-2", "", "lantai-2", "lobi-utama", WORDS[-1]]
    assert all(one.settings["seat_m"] == 7.0 for one in settings.devices())


def test_a_further_start_changes_nothing(opened: tuple[Office, Settings]) -> None:
    office, settings = opened
    adopt_zones(office, settings)
    seq, plan, said = office.read(lambda day, _plan: day.seq), settings.load_plan(), zones_of_displays(settings)
    adopt_zones(office, settings)
    assert office.read(lambda day, _plan: day.seq) == seq
    assert (settings.load_plan(), zones_of_displays(settings)) == (plan, said)


def test_a_start_that_was_cut_off_between_the_two_steps_is_finished_by_the_next(
    opened: tuple[Office, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, settings = opened

    def cut_off(*_values: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(settings, "set_device_settings", cut_off)
        with pytest.raises(KeyboardInterrupt):
            adopt_zones(office, settings)
    assert zones_of_displays(settings) == list(WORDS)
    adopt_zones(office, settings)
    assert zones_of_displays(settings)[:4] == ["lantai-2", "", "lantai-2", "lobi-utama"]


def test_a_hub_whose_journal_takes_nothing_starts_all_the_same(
    opened: tuple[Office, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, settings = opened

    def full(*_values: object, **_more: object) -> None:
        raise Unavailable("storage_unavailable")

    monkeypatch.setattr(office, "execute", full)
    adopt_zones(office, settings)
    assert (settings.load_plan().zones, zones_of_displays(settings)) == ((), list(WORDS))
