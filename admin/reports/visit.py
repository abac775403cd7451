"""One visit: its waits and service, why it was called, what was shown, spoken and printed, and who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Response, request, url_for
from flask_babel import gettext

from admin import frame
from admin.reports.dates import day_asked
from admin.reports.exports import asked
from admin.reports.page import ReportPage, shown
from admin.reports.visit_words import SOUNDS, outcome_words, story_words, told_words
from admin.section import Routes
from antrean.access.identity import LEADERS, VIEWERS
from antrean.queueing.errors import N_
from antrean.queueing.events import CallAnnounced, TicketCalled
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.keeping.report_rows import EPOCH, CallRow, SlipRow, VisitRow
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.numbers import meant
from antrean.reporting.figures import served, waited, walked
from antrean.reporting.tables import Table, Value
from antrean.web.http.guard import current_identity
from antrean.web.services import Services, services
from antrean.web.text import times
from antrean.web.text.actors import actor_words, names_of_devices
from antrean.web.text.durations import duration_words
from antrean.web.text.printer_status import slip_words
from antrean.web.text.reasons import reason_words

routes = Routes()
LONGEST_NUMBER = 20


@dataclass(frozen=True, slots=True)
class Visit:
    """All that is on record of one number of a day."""

    number: str
    legs: Sequence[VisitRow]
    calls: Sequence[CallRow]
    slips: Sequence[SlipRow]
    lines: Sequence[JournalEntry]


def visit_url(day: date, number: str) -> str:
    """Return the address of the page of a number."""
    return url_for("admin.report_visit", day=day.isoformat(), number=number)


@routes.get("/reports/visit")
def report_visit() -> str | Response:
    """Show one visit, by the `day` and the `number` as it is typed; without a number, the fields that ask for it."""
    hub, plan = services(), frame.plan()
    day = day_asked("day", hub.office.business_day())
    typed = request.args.get("number", "").strip()[:LONGEST_NUMBER]
    found = hub.mode.run_blocking(find_visit, hub, day, typed) if typed else None
    names = current_identity().role in LEADERS

    def page() -> str:
        with frame.in_office_language():
            told = _told(found, plan, names) if found is not None else {}
            day_words = times.long_date(day, plan.languages[0])
            return shown(
                "report_visit",
                day=day,
                day_words=day_words,
                typed=typed,
                visit=found,
                names=names,
                audits=frame.may("audit"),
                **told,
            )

    if found is None:
        return page()
    return asked(f"visit-{day}-{found.number.lower()}", lambda: _tables(found, names), page) or page()


def find_visit(hub: Services, day: date, typed: str) -> Visit | None:
    """Return what is on record of a number of a day, however it was typed; None where it was not given. Blocking."""
    for number in meant(typed):
        legs = hub.reports.visits(day, day, number=number)
        if legs:
            issued = legs[0].issued
            calls = hub.reports.calls(day, day, issued=issued)
            slips = hub.reports.slips(day, day, issued=issued)
            lines = hub.settings.ticket_lines.of(day, number, [call.seq for call in calls])
            return Visit(number, legs, calls, slips, lines)
    return None


def _told(visit: Visit, plan: OfficePlan, names: bool) -> dict[str, object]:
    """Return what the page says of a visit, in the language of the office."""
    devices = names_of_devices(services().mode.run_blocking(services().settings.devices))
    clock = _Clock(plan)
    first = visit.legs[0]
    return {
        "facts": [
            (gettext("Service"), ", ".join(dict.fromkeys(plan.service_name(leg.service) for leg in visit.legs))),
            (gettext("Number given"), clock(first.issued_at)),
            (gettext("Where"), _where(first.device, devices)),
            (gettext("Persons"), str(visit.legs[-1].persons)),
            (gettext("Queue"), gettext("priority") if first.priority else gettext("regular")),
            (gettext("Told and true"), told_words(first)),
        ],
        "legs": [_leg(leg, plan, names) for leg in visit.legs],
        "calls": _calls(visit, plan, devices, names),
        "slips": [
            {
                "what": gettext("Copy %(number)d", number=slip.copy) if slip.copy else gettext("First slip"),
                "printer": _printer(slip, devices),
                "asked": clock(slip.asked_at),
                "settled": clock(slip.settled_at),
                "became": slip_words(slip.state, slip.evidence, slip.reason),
            }
            for slip in visit.slips
        ],
        "story": [
            {
                "when": times.clock(line.at, plan.tz, plan.languages[0], seconds=True),
                "who": actor_words(line.actor, devices, names),
                "what": words,
            }
            for line in visit.lines
            if (words := story_words(line.event, plan))
        ],
    }  # fmt: skip


def _where(device: str, devices: dict[str, str]) -> str:
    """Return where a number was given: at a kiosk, by its name as far as it is known, or at a counter."""
    return devices.get(device, gettext("kiosk")) if device else gettext("at a counter")


def _printer(slip: SlipRow, devices: dict[str, str]) -> str:
    name = devices.get(slip.printer, slip.printer)
    return f"{name} · {gettext('second printer')}" if slip.fallback else name


def _leg(leg: VisitRow, plan: OfficePlan, names: bool) -> dict[str, str]:
    clock = _Clock(plan)
    return {
        "service": plan.service_name(leg.service),
        "since": clock(leg.waiting_since),
        "counter": plan.counter_name(leg.counter) if leg.counter else "–",
        "operator": leg.operator if names else "",
        "end": outcome_words(leg),
        "held": duration_words(leg.held) if leg.held else "",
        "wait": _duration(waited(leg)),
        "walk": _duration(walked(leg)),
        "service_time": _duration(served(leg)),
    }


def _calls(visit: Visit, plan: OfficePlan, devices: dict[str, str], names: bool) -> list[dict[str, object]]:
    """Return each call, with its reason as its line says it; of a day that has left the journal the rule alone."""
    clock = _Clock(plan)
    of_calls = {line.seq: line.event for line in visit.lines if isinstance(line.event, TicketCalled)}
    said: dict[int, list[str]] = {}
    for line in visit.lines:
        if isinstance(line.event, CallAnnounced):
            said.setdefault(line.event.call, []).append(_shown(line, line.event, plan, devices))
    found = []
    for call in visit.calls:
        event = of_calls.get(call.seq)
        facts: dict[str, object] = {"rule": call.rule}
        if event is not None:
            facts.update(event.facts or {})
        elif call.rule:
            facts["waited"] = (call.at - visit.legs[0].waiting_since) // 60_000_000
        drawn = gettext("shown at %(time)s", time=clock(call.drawn_at)) if call.drawn_at is not None else ""
        found.append(
            {
                "when": clock(call.at),
                "counter": plan.counter_name(call.counter),
                "why": gettext("Called again") if call.recall else reason_words(facts),
                "who": event.operator if event is not None and names else "",
                "undone": bool(call.undone),
                "shown": said.get(call.seq) or ([drawn] if drawn else []),
            }
        )
    return found


def _shown(line: JournalEntry, event: CallAnnounced, plan: OfficePlan, devices: dict[str, str]) -> str:
    """Return what a display said of a call: that it was drawn, or what was heard."""
    name = devices.get(event.display) or gettext("a display")
    when = times.clock(line.at, plan.tz, plan.languages[0], seconds=True)
    what = gettext(SOUNDS[event.sound]) if event.sound in SOUNDS else gettext("shown")
    return gettext("%(display)s: %(what)s at %(time)s", display=name, what=what, time=when)


def _tables(visit: Visit, names: bool) -> list[Table]:
    """Return the visit as tables; names of staff only for those who may see them."""
    who = ("operator",) if names else ()
    legs = [
        (
            leg.number, leg.service, _time(leg.waiting_since), _time(leg.called_at), _time(leg.started_at),
            _time(leg.ended_at), leg.calls, leg.held // 1_000_000, leg.counter, leg.outcome,
            *((leg.operator,) if names else ()),
        )
        for leg in visit.legs
    ]  # fmt: skip
    heads = (
        "number", "service", "waiting_since", "called_at", "started_at", "ended_at", "calls", "held_seconds",
        "counter", "outcome", *who,
    )  # fmt: skip
    calls = [
        (_time(call.at), call.counter, call.rule, call.recall, call.undone, _time(call.drawn_at), call.sound)
        for call in visit.calls
    ]
    return [
        Table("legs", heads, legs),
        Table("calls", ("at", "counter", "rule", "again", "taken_back", "shown_at", "sound"), calls),
    ]


@dataclass(frozen=True, slots=True)
class _Clock:
    """Writes a time of the rows as a time of day, to the second; a dash for none."""

    plan: OfficePlan

    def __call__(self, at: int | None) -> str:
        return "–" if at is None else times.clock(_moment(at), self.plan.tz, self.plan.languages[0], seconds=True)


def _moment(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def _time(at: int | None) -> Value:
    return None if at is None else _moment(at).astimezone(frame.plan().tz)


def _duration(took: int | None) -> str:
    return "–" if took is None else duration_words(took)


PAGE = ReportPage(
    name="report_visit",
    title=N_("One visit"),
    about=N_("What happened to one number: its waits, calls, slips, and who did what."),
    routes=routes,
    permissions={"report_visit": VIEWERS},
)
