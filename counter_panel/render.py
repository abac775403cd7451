"""Renders the panel's fragments. The page and the socket's view use the same ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, TypedDict

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from antrean.access.identity import LEADERS
from antrean.hub.voices import settings_of
from antrean.queueing.announcements.commands import LONGEST
from antrean.queueing.announcements.state import Announcement
from antrean.queueing.calls.call import Call
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language
from antrean.queueing.slips.paper import Lack, lacks
from antrean.queueing.slips.printers import gives_slips
from antrean.queueing.tickets.coming_back import may_come_back_with_papers
from antrean.queueing.tickets.numbers import sample_number
from antrean.web.http.guard import current_identity, is_locked
from antrean.web.live.view import Html
from antrean.web.operations.results import Says
from antrean.web.screens.display_scope import scope_of
from antrean.web.screens.settings import display_settings
from antrean.web.screens.silent import SilentLamp, counted_printers, silent_lamps
from antrean.web.screens.standstill import standstill_question
from antrean.web.screens.zones import announced_zones, displays_of, rooms_in, zone_name
from antrean.web.services import services
from antrean.web.text import times
from antrean.web.text.actors import actor_words
from antrean.web.text.alarms import clock_wrong_words, stopped_words
from antrean.web.text.catalogues import own_names, texts_in
from antrean.web.text.pauses import until_words
from antrean.web.text.printer_status import worst_lamp
from antrean.web.text.reasons import pause_reasons, reason_words
from antrean.web.text.stock_alarms import level_words
from counter_panel import announcing, labels, search, view_model
from counter_panel.search import Barred, KeptNumber, barred, find, printable, printer_of_number
from counter_panel.view_model import Action, NextTicket, Panel, TicketView, panel

FRAGMENTS = (
    "place",
    "lamps",
    "work",
    "undo",
    "verbs",
    "action",
    "next",
    "held",
    "others",
    "services",
    "papers",
    "list",
    "handed",
    "newcomers",
    "announced",
    "standstill",
)


@dataclass(frozen=True, slots=True)
class _Found:
    """The result of a search: tickets, the operator's counter, and which lack paper, can't wait again or be printed.

    `papers` are those that ended since papers were missing, and whose visitors may come back with them. `kept` are
    those that were not served and can be taken up.
    """

    tickets: tuple[TicketView, ...]
    row: CounterState
    plan: OfficePlan
    lacking: Mapping[str, Lack]
    barred: Mapping[str, Barred]
    printable: frozenset[str]
    papers: frozenset[str]
    kept: tuple[KeptNumber, ...]


class PanelView(TypedDict):
    """What the panel of one operator shows."""

    html: Html
    state: str
    counter: str | None
    action: Annotated[Action, Says("what the big button does")]
    ticket: str | None
    ticket_state: str | None
    persons: int | None
    waiting: int
    held: int


def view(operator: str) -> PanelView:
    """Return the whole view of one operator: the HTML fragments, and the facts that the script needs."""
    hub = services()
    now = hub.office.clock()
    (seen, plan, lacking, list_comes), announced, question = hub.office.read(
        lambda day, plan: (
            _seen(day, plan, operator, now),
            tuple(day.announcements.values()),
            standstill_question(day, plan, now),
        )
    )
    names = {device.id: device.name for device in hub.identities.devices()}
    current = seen.current
    with force_locale(plan.languages[0]):
        silent = silent_lamps(hub, plan, seen.code)
        context = {
            "panel": seen,
            "stopped": stopped_words(hub.office.holds),
            "clock_wrong": clock_wrong_words(hub.office),
            "reason": reason_words(current.reason) if current is not None else "",
            "printer": worst_lamp(counted_printers(hub, seen.printers, silent), names),
            "silent": _silent(seen, silent),
            "lacking": lacking,
            "list_comes": list_comes,
            "until_words": until_words,
            "brief": lambda day: times.brief_date(day, plan.languages[0]),
            "stock": [level_words(one, plan.languages[0]) for one in seen.stock],
            "question": question,
            "announced": [_announced_row(one, plan) for one in announced],
        }
        html = {name: drawn(name, plan, **context) for name in FRAGMENTS}
    return {
        "html": html,
        "state": seen.state,
        "counter": seen.code,
        "action": seen.action,
        "ticket": current.ticket.number if current is not None else None,
        "ticket_state": current.ticket.state if current is not None else None,
        "persons": current.ticket.persons if current is not None else None,
        "waiting": seen.waiting,
        "held": len(seen.held),
    }


def _silent(seen: Panel, found: Sequence[SilentLamp]) -> list[SilentLamp]:
    """Return those lamps of silent screens that the panel shows.

    Where none of the waiting room's displays is there, the lamp of a call says so while its visitor is waited for.
    """
    said = seen.announcement is not None and seen.announcement.state in ("waiting", "unseen", "aside")
    return [one for one in found if not (said and one.room and one.lamp.severity == "danger")]


def _in_room(call: Call) -> bool:
    """Return whether a paired display of the waiting room should show this call."""
    settings = [
        display_settings(device.settings) for device in services().identities.devices() if device.kind == "display"
    ]
    return any(one.layout == "room" and scope_of(one).has_call(call) for one in settings)


def _seen(
    day: ServiceDay, plan: OfficePlan, operator: str, now: datetime
) -> tuple[Panel, OfficePlan, dict[str, Lack], bool]:
    """Return what the operator sees, the plan, which of the shown numbers have no paper, and whether a list comes out.

    That is the list of missing papers of the visitor at the counter.
    """
    seen = panel(day, plan, operator, now, _in_room, date_known=not services().office.guard.date_unknown)
    shown = [row.ticket.number for row in seen.next]
    printer = ""
    if seen.current is not None:
        shown.append(seen.current.ticket.number)
        printer = printer_of_number(day, plan, seen.current.ticket.number)
    return seen, plan, lacks(day, plan, now, shown), bool(printer) and gives_slips(day, printer)


def page(view: dict[str, Any], kiosks: Sequence[tuple[str, str]]) -> str:
    """Return the page around the fragments, always in the office's first language.

    `kiosks` are those that have a printer, by id and name.
    """
    plan = services().office.read(lambda _day, plan: plan)
    with force_locale(plan.languages[0]):
        return render_template(
            "counter_panel/page.html",
            view=view,
            office=plan.office,
            services=[(service.code, service.name(plan.languages[0])) for service in plan.services],
            counters=[(counter.code, counter.name) for counter in plan.counters],
            leads=current_identity().role in LEADERS,
            follows_cases=plan.follows_cases,
            collects=any(service.collects for service in plan.services),
            hold_reasons=labels.hold_reasons(),
            pause_reasons=pause_reasons(),
            outcomes=labels.outcomes(),
            ready_notes=labels.ready_notes(),
            kiosks=kiosks,
            chosen_reasons=labels.chosen_reasons(),
            cancel_reasons=labels.cancel_reasons(),
            phrases=announcing.PHRASES,
            times=announcing.TIMES,
            longest=LONGEST,
            locked=is_locked(current_identity()),
            lock_minutes=plan.limits.lock_minutes,
            sample_number=sample_number(plan),
            zones=[(one.code, one.name(plan.languages[0])) for one in announced_zones(services(), plan)],
        )


def found(typed: str, operator: str, printers: Sequence[tuple[str, str]]) -> str:
    """Return the HTML of a search for a number; `printers` (id, name) are those at which slips come out."""
    now = services().office.clock()
    result = services().office.read(lambda day, plan: _found(day, plan, typed, operator, now, bool(printers)))
    plan, row = result.plan, result.row
    with force_locale(plan.languages[0]):
        return drawn(
            "found",
            plan,
            tickets=result.tickets,
            typed=typed.strip(),
            mine=row.code,
            acts=bool(row.code) or current_identity().role in LEADERS,
            busy=labels.busy_words(row),
            occupied=bool(row.ticket),
            lacking=result.lacking,
            printable=result.printable,
            papers=result.papers,
            kept=result.kept,
            printers=printers,
            day_words=lambda day: times.short_date(day, plan.languages[0]),
            barred={number: labels.barred_words(why, plan.limits) for number, why in result.barred.items()},
        )


def waiting(typed: str, service: str, operator: str) -> str:
    """Return the HTML of the list of all whom an operator can call, narrowed as `search.waiting` says."""
    now = services().office.clock()
    rows, row, plan, lacking = services().office.read(
        lambda day, plan: _waiting(day, plan, typed, service, operator, now)
    )
    with force_locale(plan.languages[0]):
        return drawn("waiting", plan, rows=rows, busy=labels.busy_words(row), lacking=lacking)


def preview(phrase: str, about: str, zone: str, times: str) -> str:
    """Return the HTML of what would be announced: in which words, on how many displays, and whether it is heard."""
    plan = services().office.read(lambda _day, plan: plan)
    with force_locale(plan.languages[0]):
        seen = announcing.preview(phrase, about, zone, times, plan.languages, lambda texts: _spoken_in(texts, plan))
        names = {code: own_names().get(code, code) for code in plan.languages}
        heard = [names[code] for code in seen.spoken]
        named = plan.zone_name(zone) if zone else ""
        return drawn(
            "announcing", plan, seen=seen, names=names, heard=heard, zone=named, displays=_displays_on(plan, zone)
        )


def _announced_row(one: Announcement, plan: OfficePlan) -> dict[str, Any]:
    """Return what holds, as the list of it says: its words in the office's language, and whether they are heard."""
    return {
        "one": one,
        "words": in_language(one.texts, plan.languages[0]),
        "zone": zone_name(services(), plan, one.zone) if one.zone else "",
        "who": actor_words(one.actor, {}),
        "heard": bool(_spoken_in(one.texts, plan)),
    }


def _spoken_in(texts: Mapping[str, str], plan: OfficePlan) -> tuple[str, ...]:
    return services().voices.announced_in(texts, settings_of(plan.voice, {}), plan.languages)


def _displays_on(plan: OfficePlan, zone: str) -> int:
    """Return how many displays of the waiting rooms are on that show what is announced to a zone, "" for all."""
    hub = services()
    every = [one for one, set_to in displays_of(hub) if set_to.layout == "room"]
    rooms = rooms_in(hub, plan, zone) if zone else every
    return sum(hub.publisher.present("display", one.id) for one in rooms)


def corrections(number: str, operator: str) -> str:
    """Return the HTML of what an operator can put right of a number. Refuses one that does not exist today."""
    hub = services()
    seen, plan = hub.office.read(
        lambda day, plan: (view_model.correctable(day, plan, operator, number, hub.office.clock()), plan)
    )
    with force_locale(plan.languages[0]):
        return drawn("corrections", plan, seen=seen, until_words=until_words)


def colleagues(operator: str) -> str:
    """Return the HTML of the colleagues to whom an operator can hand the counter over."""
    hub = services()
    row, sitting, plan = hub.office.read(
        lambda day, plan: (
            day.counter_of(operator) or CounterState(""),
            {row.operator for row in day.counters.values() if row.state != "closed"},
            plan,
        )
    )
    names = [name for name in hub.identities.staff_at_counters() if name not in sitting]
    with force_locale(plan.languages[0]):
        return drawn("hand_over", plan, names=names, number=row.ticket)


def colleague(counter: str) -> str:
    """Return the HTML of who sits at a counter and with which visitor. Refuses one that does not exist."""
    name, row, plan = services().office.read(
        lambda day, plan: (plan.counter(counter).name, replace(day.counter(counter)), plan)
    )
    with force_locale(plan.languages[0]):
        return drawn("take_over", plan, counter=name, row=row)


def _waiting(
    day: ServiceDay, plan: OfficePlan, typed: str, service: str, operator: str, now: datetime
) -> tuple[tuple[NextTicket, ...], CounterState, OfficePlan, Mapping[str, Lack]]:
    rows = search.waiting(day, plan, operator, now, typed, service)
    row = day.counter_of(operator) or CounterState("")
    return rows, row, plan, lacks(day, plan, now, [row.ticket.number for row in rows])


def _found(day: ServiceDay, plan: OfficePlan, typed: str, operator: str, now: datetime, prints: bool) -> _Found:
    tickets = find(day, plan, typed)
    numbers = [ticket.number for ticket in tickets]
    return _Found(
        tickets=tickets,
        row=day.counter_of(operator) or CounterState(""),
        plan=plan,
        lacking=lacks(day, plan, now, numbers),
        barred={number: barred(day, plan, now, number) for number in numbers},
        printable=frozenset(number for number in numbers if printable(day, plan, number)),
        papers=frozenset(number for number in numbers if may_come_back_with_papers(day.ticket(number), plan)),
        kept=search.kept(day, plan, typed, prints),
    )


def drawn(name: str, plan: OfficePlan, **context: Any) -> Markup:
    """Return a template of the panel, drawn with its words and times in the office's first language.

    Whoever draws it forces that language: words that are not the template's own are looked up in it.
    """

    def ms(at: datetime | None) -> str:
        return "" if at is None else str(int(at.timestamp() * 1000))

    def clock(at: datetime) -> str:
        return times.clock(at, plan.tz, plan.languages[0], seconds=True)

    def short_clock(at: datetime) -> str:
        return times.clock(at, plan.tz, plan.languages[0])

    html = render_template(
        f"counter_panel/{name}.html",
        words=labels,
        pause_words=lambda reason: pause_reasons().get(reason, reason),
        ms=ms,
        clock=clock,
        short_clock=short_clock,
        **texts_in(plan.languages[0]),
        **context,
    )
    return Markup(html)
