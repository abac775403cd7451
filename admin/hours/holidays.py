"""The holidays of a country in a year, as suggestions: none closes an office before somebody takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from babel.core import get_global

from antrean.web.services import services

Names = Mapping[str, str]  # by language


def country_of(zone: ZoneInfo) -> str:
    """Return the country in which a time zone is, such as ID; "" for one that is of no country."""
    return str(get_global("zone_territories").get(zone.key, ""))


def holidays_of(country: str, number: int, languages: tuple[str, ...], asker: str) -> dict[date, Names]:
    """Return the holidays of a year with their names; none for a country that nobody has listed.

    The calendar costs 20 MB to load, so that a child of the hub looks into it.
    """
    if not country:
        return {}
    told, _ = services().heavy.do(asker, "holidays", country=country, year=number, languages=list(languages))
    return {date.fromisoformat(day): names for day, names in sorted(told["days"].items())}
