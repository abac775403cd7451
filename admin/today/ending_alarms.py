"""What ends by itself within sixty days, in sentences that say what to do; on *Today*."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from admin import frame
from antrean.storage.settings.endings import Ending, ending_soon, soon
from antrean.web.services import Services
from antrean.web.text import times


def endings(services: Services) -> list[str]:
    """Return the sentences; none while the clock is in doubt, as the date is then unknown."""
    if services.office.guard.state != "ok":
        return []
    today = services.office.clock().date()
    said = [_cookie(ending) for ending in ending_soon(services.identities.devices(), today)]
    until = services.certificate.until
    if until is not None and soon(until, today):
        said.append(_certificate(services.certificate.url, until, today))
    return said


def _cookie(ending: Ending) -> str:
    return gettext(
        "%(device)s last opened its page on %(since)s. Open it there before %(until)s, or it has to be paired again.",
        device=ending.device,
        since=_day(ending.since),
        until=_day(ending.until),
    )


def _certificate(address: str, until: date, today: date) -> str:
    if until < today:
        return gettext(
            "The certificate of %(address)s has ended: phones and screens refuse it. Renew it.", address=address
        )
    return gettext(
        "The certificate of %(address)s ends on %(until)s. Renew it before, or phones and screens refuse it.",
        address=address,
        until=_day(until),
    )


def _day(day: date) -> str:
    return times.long_date(day, frame.plan().languages[0])
