"""A setting is one field: it is stored with the others, and an office that never saved it has its default."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from antrean.config import Config
from antrean.queueing.plan import document
from antrean.queueing.plan.model import Limits
from antrean.web.screens import settings as screens
from app import open_office
from tests.conftest import SetClock, small_plan


@dataclass(frozen=True, slots=True)
class MoreLimits(Limits):
    """The limits with one more field."""

    helpers: int = 2


@dataclass(frozen=True, slots=True)
class MoreOfAKiosk(screens.KioskSettings):
    """What one kiosk does, with one more field."""

    pause_minutes: int = 5


def test_a_new_limit_is_stored_and_has_its_default_where_none_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(data=tmp_path, office="test")
    _office, settings = open_office(config, SetClock())
    settings.create_office(small_plan())
    monkeypatch.setattr(document, "Limits", MoreLimits)
    assert settings.load_plan().limits == MoreLimits()
    _office, other = open_office(Config(data=tmp_path, office="other"), SetClock())
    other.create_office(small_plan(office="other", limits=MoreLimits(recalls=1, helpers=4)))
    assert other.load_plan().limits == MoreLimits(recalls=1, helpers=4)
    first = settings.revision(1)
    assert first is not None
    assert "helpers" not in first.body  # as an office of the release before still has it


def test_a_new_setting_of_a_screen_is_read_and_checked_by_its_type_and_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "KioskSettings", MoreOfAKiosk)
    monkeypatch.setattr(screens, "RANGES", {**screens.RANGES, "pause_minutes": (1, 60)})
    read = screens.kiosk_settings
    assert read(MappingProxyType({})) == MoreOfAKiosk()
    assert read({"pause_minutes": 9, "reach": True}) == MoreOfAKiosk(reach=True, pause_minutes=9)
    assert read({"pause_minutes": 90}) == MoreOfAKiosk()
    assert screens.checked_kiosk({"pause_minutes": 9}) == {"pause_minutes": 9}
