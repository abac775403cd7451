"""A tile that is filled in says what it would say if it were rendered anew, whatever was rendered before."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import render_template
from flask_babel import force_locale

from antrean.queueing.standstill.found import NoCall
from antrean.web.text.hours import opens_words
from antrean.web.text.pauses import until_words
from antrean.web.text.waits import no_call_words, serving_words
from kiosk.labels import left_words, refused_words, warning_words
from kiosk.tiles import service_tile
from kiosk.view_model import ServiceTile
from tests.fakes.office_hub import OfficeHub

JAKARTA = ZoneInfo("Asia/Jakarta")
TODAY = date(2026, 11, 24)
CLOSES = datetime(2026, 11, 24, 8, tzinfo=UTC)
CARD = ServiceTile("card", "A", "KTP-el <baru>", "card", 1, "open", "", 3, 3, (5, 10))
KINDS: dict[str, dict[str, Any]] = {
    "open": {},
    "nobody": {"ahead": 0, "wait": None},
    "one": {"ahead": 1, "wait": (0, 5)},
    "a few left": {"left": 2},
    "two left": {"left": 1},
    "may not be served": {"reach": "may_not_be_served_today", "closes_at": CLOSES},
    "one before, and not served": {"reach": "unlikely", "closes_at": CLOSES, "ahead": 1},
    "no counter": {"serving": "none_yet"},
    "no call": {"no_call": NoCall(20)},
    "held up": {"held_up": True, "notice": "No network", "until": "11:30"},
    "paused": {"state": "paused", "waiting": 4, "until": "11:30"},
    "paused, one waits": {"state": "paused", "waiting": 1, "notice": "Prayer"},
    "closed": {"state": "closed", "opens_at": datetime(2026, 11, 25, 1, tzinfo=UTC), "waiting": 0},
    "without priority": {"priority": False, "explanation": "Bring <all>"},
    "hands out": {"collects": True},
}


def rendered(tile: ServiceTile, group: str, language: str, nobody: str) -> str:
    noon = datetime(2026, 11, 24, 5, tzinfo=UTC)
    with force_locale(language):
        return render_template(
            "kiosk/service_tile.html",
            service=tile, group=group, language=language, nobody=nobody, left_words=left_words,
            refused_words=refused_words, until_words=until_words, serving_words=serving_words,
            opens_words=lambda at: opens_words(at, noon, JAKARTA), no_call_words=no_call_words,
            warning_words=lambda one: warning_words(one, JAKARTA),
        )  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_tile_that_is_filled_in_is_the_one_that_would_be_rendered(hub: OfficeHub, language: str) -> None:
    with hub.app.test_request_context("/"):
        for group, nobody in (("", ""), ("deeds", "No counter is open now")):
            for name, kind in KINDS.items():
                first = replace(CARD, **kind)
                later = replace(first, ahead=first.ahead and first.ahead + 11, waiting=first.waiting + 7)
                later = replace(later, wait=first.wait and (25, 40))
                for tile in (first, later, first):
                    filled = service_tile(tile, group, language, nobody, JAKARTA, TODAY)
                    assert filled == rendered(tile, group, language, nobody), name


def test_a_closed_service_says_anew_each_day_when_it_opens(hub: OfficeHub) -> None:
    closed = replace(CARD, **KINDS["closed"])
    said = []
    with hub.app.test_request_context("/"):
        for today in (TODAY, date(2026, 11, 25)):
            tile = service_tile(closed, "", "en", "", JAKARTA, today)
            said += re.findall(r"<span>(Opens [a-z]+) at", tile)
    assert said == ["Opens tomorrow", "Opens today"]
