"""Renders the kiosk in every language. The page and the socket's view use the same fragments."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from string import ascii_uppercase
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale, gettext
from markupsafe import Markup

from antrean.queueing.cases.codes import LETTERS, spaced
from antrean.queueing.counters.serving import serving
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language, language_of
from antrean.queueing.standstill.found import standstill, standstills, waits_of_tickets
from antrean.queueing.tickets.numbers import places as places_of_number
from antrean.queueing.tickets.ticket import Ticket
from antrean.web.http.guard import current_identity
from antrean.web.screens.settings import kiosk_settings
from antrean.web.services import services
from antrean.web.text.bring import asks, bring, brings
from antrean.web.text.case_words import since_words, stage_words, told_words
from antrean.web.text.catalogues import own_names, texts_in
from antrean.web.text.hours import coming_days, opens_words, spans_words
from antrean.web.text.outages import waits_words
from antrean.web.text.pauses import until_words
from antrean.web.text.spare import spare, spares
from antrean.web.text.tickets import follow_url, places_of_case
from antrean.web.text.times import clock, day_and_month, day_name
from antrean.web.text.waits import no_call_words, serving_words
from kiosk.cases import LookedUp
from kiosk.groups import places
from kiosk.labels import left_words, refused_words, verdict_words, warning_words
from kiosk.qr_codes import QrCodes
from kiosk.result import result as filled_result
from kiosk.tiles import service_tile
from kiosk.view_model import (
    IN_HOURS,
    Carries,
    Outside,
    ServiceTile,
    Stopped,
    found_ticket,
    issued_ticket,
    may_print_again,
    served_alike,
    slip_word,
)

MORE_SIGNS = "".join(sign for sign in ascii_uppercase if sign not in LETTERS) + "1234567890"
LINE_MM = 4.8  # the smallest letters, and the unit of all sizes on a panel of 15 inches
PANELS_15_INCHES_MM = {"square": 304.8, "wide": 332.0, "tall": 186.8}  # their widths by shape, as in kiosk.css


def start(
    plan: OfficePlan,
    tiles: Mapping[str, Sequence[ServiceTile]],
    no_slips: bool = False,
    stopped: Stopped = "",
    alarm: Mapping[str, str] | None = None,
    outside: Outside = IN_HOURS,
    carries: Carries = "",
) -> dict[str, Markup]:
    """Return the start screen by language; `tiles` are the services by language.

    `no_slips`: no slip is printed now. `stopped` says why no number is given: the day was closed, it is outside the
    hours of the office, or nothing can be saved; `outside` when it opens next. `alarm` is an urgent announcement to the
    whole office, by language: nobody chooses a service meanwhile. `carries`: whether numbers were carried over.
    """
    now = services().office.clock()
    today = plan.business_day(now)
    days = coming_days(plan, today) if outside.stopped else []

    def opens(at: datetime | None) -> str:
        return opens_words(at, now, plan.tz)

    context = {
        "no_slips": no_slips, "stopped": stopped, "outside": outside, "carries": carries, "until_words": until_words,
        "opens_words": opens, "serving_words": serving_words, "no_call_words": no_call_words,
        "follows_cases": plan.follows_cases,
    }  # fmt: skip

    def drawn(code: str) -> str:
        words = in_language(alarm or {}, code) or ""
        shown = [
            (day_name(one.day, code), spans_words(one.spans, code), in_language(one.reasons, code) or "")
            for one in days
        ]
        nobody = "" if no_slips or carries else serving_words(served_alike(tiles[code]))

        def tile(one: ServiceTile, group: str) -> Markup:
            return service_tile(one, group, code, nobody, plan.tz, today)

        return render_template(
            "kiosk/start.html",
            tiles=tiles[code],
            service_tile=tile,
            places=places(plan, tiles[code], code),
            language=code,
            alarm=words,
            alarm_language=language_of(alarm or {}, code),
            days=shown,
            why=in_language(outside.reasons, code) or "",
            nobody=nobody,
            **texts_in(code),
            **context,
        )

    return _in_each(plan, drawn)


def brings_of(plan: OfficePlan) -> dict[str, Markup]:
    """Return what is to be brought for each service that asks for it, by language; drawn once for each plan."""
    return _of_plan(plan, "brings", lambda code: render_template("kiosk/bring_list.html", brings=brings(plan, code)))


def spares_of(plan: OfficePlan) -> dict[str, Markup]:
    """Return what each service says of visits that are not needed, by language; drawn once for each plan."""
    return _of_plan(plan, "spares", lambda code: render_template("kiosk/spare_list.html", spares=spares(plan, code)))


def _of_plan(plan: OfficePlan, what: str, render: Callable[[str], str]) -> dict[str, Markup]:
    parts = current_app.extensions
    drawn: dict[str, tuple[OfficePlan, dict[str, Markup]]] = parts.setdefault(f"antrean_kiosk_{what}", {})
    kept = drawn.get(plan.office)
    if kept is None or kept[0] is not plan:
        kept = drawn[plan.office] = (plan, _in_each(plan, render))
    return kept[1]


def result(ticket: Ticket, language: str, address: str = "") -> Markup:
    """Return the result screen of a ticket.

    `address` is where its holder follows it, for the kiosk that gave it; "" for any other, which shows no code of it.
    """
    office = services().office
    now = office.clock()
    shown, zone = office.read(
        lambda day, plan: (
            issued_ticket(
                ticket,
                plan,
                language,
                address,
                slip_word(day, ticket),
                may_print_again(day, plan, ticket),
                serving(day, plan, ticket.service) if ticket.state == "waiting" else "open",
                _held_up(day, plan, ticket, language, now),
                _no_call(day, plan, ticket, now),
            ),
            plan.tz,
        )
    )
    if not address:
        return filled_result(replace(shown, case=""), zone, language, Markup(""))
    beginning = follow_url("")
    return filled_result(shown, zone, language, _codes().svg(beginning, address.removeprefix(beginning)))


def found(number: str, printed: bool) -> dict[str, Markup]:
    """Return by language the result screen of a ticket whose slip was lost, without the code of its link.

    `printed`: a copy comes out here; else its visitor takes a photo.
    """
    now = services().office.clock()
    screens = services().office.read(
        lambda day, plan: {
            language: replace(
                found_ticket(
                    day,
                    plan,
                    day.ticket(number),
                    language,
                    waits_of_tickets(day, standstills(day, plan, now), now),
                    lambda ticket, own: day.waits.reach_of_ticket(ticket, own, now),
                ),
                held_up=_held_up(day, plan, day.ticket(number), language, now),
                no_call=_no_call(day, plan, day.ticket(number), now),
            )
            for language in plan.languages
        }
    )
    shown = {code: one if printed else replace(one, slip="none") for code, one in screens.items()}
    zone = services().office.read(lambda _day, plan: plan.tz)
    return {code: filled_result(one, zone, code, Markup("")) for code, one in shown.items()}


def _held_up(day: ServiceDay, plan: OfficePlan, ticket: Ticket, language: str, now: datetime) -> str:
    """Return that the service of a waiting ticket is held up by an outage; "" where it is not."""
    today = day.held_up(ticket.service) if ticket.state == "waiting" else None
    if today is None:
        return ""
    until = day.still_to_come(today.until, plan.tz, now)
    with force_locale(language):
        return waits_words(today.reason(language), until)


def _no_call(day: ServiceDay, plan: OfficePlan, ticket: Ticket, now: datetime) -> int:
    """Return for how many minutes nobody was called of a waiting ticket's service whose queue stands still; else 0."""
    if ticket.state != "waiting":
        return 0
    still = standstill(day, plan, plan.service(ticket.service), now)
    return still.told(now).minutes if still is not None else 0


def cases(found: LookedUp, plan: OfficePlan, tiles: Mapping[str, Sequence[ServiceTile]]) -> dict[str, Markup]:
    """Return by language the screen that says how far the cases are that a code means.

    `tiles` are the services by language: whether the one at which they are collected gives numbers now.
    """

    def drawn(code: str) -> str:
        collect = [(one, tile) for one in found.collect for tile in tiles[code] if tile.code == one.service]
        return render_template(
            "kiosk/case.html",
            language=code,
            found=found,
            plan=plan,
            collect=collect,
            verdict=verdict_words(found),
            stage_words=lambda seen: stage_words(seen, code),
            since_words=lambda seen: since_words(seen, code),
            told_words=lambda seen: told_words(seen, plan, code),
            day_words=lambda day: day_and_month(day, code),
            refused_words=refused_words,
            warning_words=lambda tile: warning_words(tile, plan.tz),
            to_bring=lambda service: bring(plan.service(service), code).documents,
            spaced=spaced,
            request_id=secrets.token_hex(16),
        )

    return _in_each(plan, drawn)


def expect_results() -> None:
    """Prepare the tables for the QR codes of this office's links, with the code of a case where there may be one."""
    plan = services().office.read(lambda _day, plan: plan)
    for service in plan.services:
        link = services().links.places(places_of_number(service.series, plan.number_digits))
        if plan.follows_cases:
            _codes().expect(follow_url(""), link + places_of_case())
        if service.journey is None:
            _codes().expect(follow_url(""), link)


def page(
    view: dict[str, Any],
    screen: str,
    language: str,
    *,
    tile: ServiceTile | None = None,
    priority: bool = False,
    number: str = "",
    message: str = "",
    result: str = "",
    cases: Mapping[str, Markup] | None = None,
) -> str:
    """Return the whole kiosk with one of its screens shown; `view` is the same as the socket's.

    `tile` and `priority` are the chosen service and the ticked box when the screen asks for the number of persons;
    `number` is what was typed of a lost slip. `message` says why a wish was refused. `cases` are the screens of those
    that were looked up.
    """
    plan = services().office.read(lambda _day, plan: plan)

    def each(name: str, **context: Any) -> dict[str, Markup]:
        return _in_each(plan, lambda code: render_template(f"kiosk/{name}.html", language=code, **context))

    device = current_identity().device
    settings = kiosk_settings(device.settings if device is not None else {})
    with force_locale(language):
        return render_template(
            "kiosk/kiosk.html",
            view=view,
            panel=panel_sizes(settings.width_cm),
            reach=settings.reach,
            device=device.id if device is not None else "",
            prints=bool(plan.printer_of(device.id if device is not None else "")),
            screen=screen,
            service=tile.code if tile is not None else "",
            language=language,
            languages=[(code, own_names().get(code, code)) for code in plan.languages],
            start={code: Markup(view["html"][f"start.{code}"]) for code in plan.languages},
            brings={code: Markup(view["html"][f"bring.{code}"]) for code in plan.languages},
            spares={code: Markup(view["html"][f"spare.{code}"]) for code in plan.languages},
            spare=_in_each(plan, lambda code: _spare("spare", plan, tile, code)),
            spared=_in_each(plan, lambda code: _spare("spared", plan, tile, code)),
            documents=_in_each(plan, lambda code: _documents(plan, tile, code)),
            persons=each(
                "persons",
                tile=tile,
                priority=priority,
                request_id=secrets.token_hex(16),
                left_words=left_words,
                warning_words=lambda tile: warning_words(tile, plan.tz),
            ),
            lost=each(
                "lost",
                series=list(dict.fromkeys(service.series for service in plan.services)),
                request_id=secrets.token_hex(16),
                number=number,
                message=message,
            )
            if screen == "lost"
            else {},
            code=each(
                "code", tile=tile, request_id=secrets.token_hex(16), letters=LETTERS, more=MORE_SIGNS, message=message
            )
            if plan.follows_cases
            else {},
            case=cases or dict.fromkeys(plan.languages, ""),
            waiting=each("waiting"),
            listed=each("listed"),
            problem=each("problem", message=message),
            stopped=each("stopped"),
            foots=_in_each(plan, _foot),
            sample_words=_in_each(plan, _sample) if plan.demo else {},
            result=result,
            clock=clock(services().office.clock(), plan.tz, language),
        )


def _documents(plan: OfficePlan, tile: ServiceTile | None, language: str) -> str:
    """Return the screen that asks for the documents of the chosen service, in the language of the request."""
    service = plan.service(tile.code) if tile is not None else None
    asked = bring(service, language) if service is not None and asks(service) else None
    request_id = secrets.token_hex(16)
    return render_template("kiosk/documents.html", language=language, tile=tile, bring=asked, request_id=request_id)


def _spare(screen: str, plan: OfficePlan, tile: ServiceTile | None, language: str) -> str:
    """Return the screen that asks if the visit to the chosen service is needed, or the one that says why it is not."""
    said = spare(plan.service(tile.code), language) if tile is not None else None
    return render_template(
        f"kiosk/{screen}.html", language=language, tile=tile, spare=said, request_id=secrets.token_hex(16)
    )


def panel_sizes(width_cm: float) -> str:
    """Return what kiosk.css has to know of a declared panel: a millimetre and a line of text, in percent of the width.

    A line is never smaller than on a panel of 15 inches of the same shape. Returns nothing for an undeclared panel.
    """
    if not width_cm:
        return ""
    millimetre = 100 / (width_cm * 10)
    lines = {shape: LINE_MM * max(millimetre, 100 / width) for shape, width in PANELS_15_INCHES_MM.items()}
    said = {"declared-mm": millimetre, **{f"line-{shape}": line for shape, line in lines.items()}}
    return "".join(f"; --{name}: {round(value, 4)}" for name, value in said.items())


def _codes() -> QrCodes:
    """Return the QR codes of this app; their tables are computed in the background."""
    parts = current_app.extensions
    if "antrean_kiosk_codes" not in parts:
        parts["antrean_kiosk_codes"] = QrCodes(
            parts["antrean_socketio"].start_background_task, services().mode.step_aside
        )
    codes: QrCodes = parts["antrean_kiosk_codes"]
    return codes


def _foot(code: str) -> str:
    question = gettext("Which service do you need?")  # who recorded the kiosk recorded this
    return render_template("kiosk/foot.html", language=code, borrowed=not services().voices.reads(question, code))


def _sample(_code: str) -> str:
    return gettext("Sample office")


def _in_each(plan: OfficePlan, render: Callable[[str], str]) -> dict[str, Markup]:
    html = {}
    for code in plan.languages:
        with force_locale(code):
            html[code] = Markup(render(code))
    return html
