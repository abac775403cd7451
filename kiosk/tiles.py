"""The tiles of the start screen: rendered once for all moments that differ only in their figures, then filled in.

Each number that is taken changes how many are ahead in nearly every tile, and hardly ever anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from antrean.web.text.catalogues import texts_in
from antrean.web.text.hours import opens_words
from antrean.web.text.pauses import until_words
from antrean.web.text.waits import no_call_words, serving_words
from kiosk.forms import Form
from kiosk.labels import left_words, refused_words, warning_words
from kiosk.view_model import ServiceTile

SLOTS = ("ahead", "low", "high")


def service_tile(tile: ServiceTile, group: str, language: str, nobody: str, zone: ZoneInfo, today: date) -> Markup:
    """Return the tile of a service on a day of the office's clock; `group` is the code of the one it is behind, or "".

    `nobody` says that no counter is open, where that is said once beside the question.
    """
    low, high = tile.wait or (0, 0)
    figures = {"ahead": str(tile.ahead), "low": str(low), "high": str(high)}
    return _form(_kind(tile), group, language, nobody, zone, today).filled(figures)


def _kind(tile: ServiceTile) -> ServiceTile:
    """Return the tile without the figures that are filled in, so that all tiles of its kind share a form.

    Who waits is counted on tiles that give no number, and who is ahead in the warning that says so.
    """
    return replace(
        tile,
        waiting=0 if tile.open else tile.waiting,
        ahead=tile.ahead if tile.reach else min(tile.ahead, 1),
        wait=(0, 0) if tile.wait else None,
    )


@lru_cache(maxsize=1000)
def _form(kind: ServiceTile, group: str, language: str, nobody: str, zone: ZoneInfo, today: date) -> Form:
    noon = datetime.combine(today, time(12), zone)

    def render(slots: Mapping[str, Markup]) -> str:
        figures: dict[str, Any] = {"wait": (slots["low"], slots["high"])} if kind.wait else {}
        if kind.ahead and not kind.reach:
            figures["ahead"] = slots["ahead"]
        return render_template(
            "kiosk/service_tile.html",
            service=replace(kind, **figures),
            group=group,
            language=language,
            nobody=nobody,
            left_words=left_words,
            refused_words=refused_words,
            until_words=until_words,
            opens_words=lambda at: opens_words(at, noon, zone),
            warning_words=lambda tile: warning_words(tile, zone),
            serving_words=serving_words,
            no_call_words=no_call_words,
            **texts_in(language),
        )

    with force_locale(language):
        return Form.rendered(SLOTS, render)
