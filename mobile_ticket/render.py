"""Renders the page of one ticket, and the message that all phones get."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import segno
from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from antrean.queueing.cases.telling import NONE_MEASURED
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.standstill.found import no_calls, waits_of_tickets
from antrean.queueing.tickets.numbers import sample_number
from antrean.queueing.vouchers.book import Voucher
from antrean.web.live.stamp import stamp
from antrean.web.services import offices, services
from antrean.web.text.case_links import case_url
from antrean.web.text.catalogues import own_names
from antrean.web.text.coming_back import come_on_words, is_another_day
from antrean.web.text.times import told_time
from mobile_ticket.case_view import CaseView, case_view
from mobile_ticket.view_model import (
    COUNTER_LENGTHS,
    Followed,
    ReachOf,
    followed,
    kept_place,
    queue_view,
    reach_unknown,
)


def view() -> dict[str, Any]:
    """Return what every follower gets."""
    now = services().office.clock()

    def seen(day: ServiceDay, plan: OfficePlan) -> dict[str, Any]:
        still = no_calls(day, plan, now)
        waits, ends = waits_of_tickets(day, still, now), day.ends(plan.tz, now)
        return queue_view(day, plan, waits, ends, _reaches(day, now), still)

    return services().office.read(seen)


def page(number: str, link: str, language: str, message: str = "") -> str:
    """Return the page of a ticket for the holder of its link; `message` says why what they asked was refused."""
    now = services().office.clock()

    def seen(day: ServiceDay, plan: OfficePlan) -> tuple[int, Followed]:
        still = no_calls(day, plan, now)
        waits, ends = waits_of_tickets(day, still, now), day.ends(plan.tz, now)
        return day.seq, followed(
            day, plan, number, language, waits, ends, _reaches(day, now), still, _days_now(day, plan, now)
        )

    seq, ticket = services().office.read(seen)
    code = services().office.read(lambda day, _plan: services().links.code(day.ticket(number)))
    with force_locale(language):
        return render_template(
            "mobile_ticket/page.html",
            ticket=ticket,
            code=code,
            until=told_time(ticket.until, language),
            come_on=come_on_words(ticket.come_on, date.fromisoformat(ticket.day), language),
            another_day=is_another_day(ticket.come_on, date.fromisoformat(ticket.day)),
            view={"seq": seq, **stamp(services().office, services().build)},
            token=link,
            address={"ticket": link, "case": ticket.case.code if ticket.case is not None else None},
            case_qr=_case_qr(ticket.case),
            language=language,
            languages=_languages(),
            counter_lengths=COUNTER_LENGTHS,
            draw_id=lambda: secrets.token_hex(16),
            message=message,
        )


def voucher(held: Voucher, link: str, language: str) -> tuple[str, int]:
    """Return the page of a number that was not served on an earlier day: when and how it is taken up again.

    It is not found any more (404) when the time to do so is over, and says until when that was.
    """
    hub = services()
    shown = hub.office.read(lambda day, plan: kept_place(day, plan, held, language))
    with force_locale(language):
        html = render_template(
            "mobile_ticket/voucher.html",
            kept=shown,
            token=link,
            language=language,
            languages=_languages(),
            code=hub.links.code(held),
        )
    return html, 404 if shown.over else 200


def case(code: str, language: str) -> str:
    """Return the page of a code: how far its cases are."""
    now = services().office.clock()
    with force_locale(language):
        shown = services().office.read(
            lambda day, plan: case_view(day, plan, code, now, language, _days_now(day, plan, now))
        )
        return render_template(
            "mobile_ticket/case.html",
            view=shown,
            case_qr=_case_qr(shown),
            endpoint="cases.page",
            address={"code": code},
            language=language,
            languages=_languages(),
        )


def ask_case(typed: str = "", message: str = "") -> str:
    """Return the page that asks for the code of a case; `message` says why the one that was typed leads nowhere."""
    return render_template(
        "mobile_ticket/ask_case.html",
        typed=typed,
        message=message,
        endpoint="cases.ask",
        address={},
        languages=_languages(),
    )


def _case_qr(shown: CaseView | None) -> Markup:
    """Return the QR code of a case's address, for a reader that is held to the phone; "" where there is none."""
    return Markup(_drawn(case_url(shown.code))) if shown is not None else Markup("")


@lru_cache(maxsize=200)
def _drawn(address: str) -> str:
    return str(segno.make(address, error="m", micro=False).svg_inline(border=4, omitsize=True, light="#fff"))


def find(gone: bool = False, number: str = "", message: str = "") -> str:
    """Return the page that leads to a ticket by its number and short code.

    `gone`: a link was followed that is of no ticket of today. `message` says why an attempt was refused.
    """
    names = offices().names()
    # Of several offices each may give its numbers other digits.
    example = "A-012" if names else services().office.read(lambda _day, plan: sample_number(plan))
    return render_template(
        "mobile_ticket/find.html",
        token="",
        languages=_languages(),
        gone=gone,
        number=number,
        message=message,
        offices=names,
        example=example,
        follows_cases=any(one.office.read(lambda _day, plan: plan.follows_cases) for one in offices()),
    )


def _days_now(day: ServiceDay, plan: OfficePlan, now: datetime) -> Mapping[str, int]:
    if not plan.follows_cases:
        return NONE_MEASURED
    return services().case_days.of(day.standing.cases, plan, plan.business_day(now))


def _reaches(day: ServiceDay, now: datetime) -> ReachOf:
    """Return what says of a ticket whether it is served today: nobody knows on a machine that doesn't know the date."""
    if services().office.guard.date_unknown:
        return reach_unknown
    return lambda ticket, own_ahead: day.waits.reach_of_ticket(ticket, own_ahead, now)


def _languages() -> list[tuple[str, str]]:
    codes = services().office.read(lambda _day, plan: plan.languages)
    return [(code, own_names().get(code, code)) for code in codes]
