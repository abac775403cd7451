"""Renders the display: the waiting room's board, the board of what is ready, or the small screen of one counter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import render_template, url_for
from flask_babel import force_locale, gettext
from markupsafe import Markup

from antrean.queueing.announcements.state import Announcement
from antrean.queueing.cases.book import CaseBook
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Unknown
from antrean.queueing.hours.calendar import Closed, closed_at
from antrean.queueing.plan.model import Counter, OfficePlan
from antrean.queueing.plan.texts import language_of
from antrean.queueing.standstill.found import standstills, waits_of_arrivals
from antrean.voice.reading import plates_together
from antrean.web.screens.display_scope import scope_of
from antrean.web.screens.legibility import letters
from antrean.web.screens.outages import end_of, outages_said
from antrean.web.screens.settings import DisplaySettings
from antrean.web.screens.zones import is_told, zone_code
from antrean.web.services import services
from antrean.web.text.hours import opens_words, spans_words
from antrean.web.text.times import clock, long_date
from display.goal import goal
from display.ready import Pickup, ReadyBoard, ReadyCodes, pickups, shown_services
from display.rotating_text import InTurn, spans
from display.view_model import Board, board, calls_json, counter_row, messages_json

PAGES = {"room": "display/display.html", "ready": "display/ready_page.html", "counter": "display/side_page.html"}
LETTERS = {"room": ("call", "row", "strip"), "ready": ("code", "row", "strip"), "counter": ("call", "row", "strip")}
READY_FRAGMENTS = ("date", "ready_calls", "ready_codes", "ready_pickup")
FRAGMENTS = ("date", "closed", "empty", "rows", "cards", "services", "counters", "notice")


@dataclass(frozen=True, slots=True)
class Seen:
    """One reading of the office: everything that rendering needs."""

    board: Board
    plan: OfficePlan
    settings: DisplaySettings
    at: datetime
    cases: CaseBook
    announcements: tuple[Announcement, ...] = ()  # to its zone, and to the whole office
    shut: Closed | None = None  # by its hours, and nobody is there who would be called
    outages: tuple[Announcement, ...] = ()  # what is said of outages, once each

    @property
    def said(self) -> tuple[Announcement, ...]:
        """All that is said between calls."""
        return (*self.announcements, *self.outages)

    @property
    def news(self) -> tuple[Announcement, ...]:
        """What has a card: an urgent one stands large, for as long as it holds."""
        return tuple(one for one in self.announcements if not one.urgent)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that take turns, in their order."""
        return self.settings.spoken(self.plan)


def look(settings: DisplaySettings) -> Seen:
    """Read what this display shows of the office."""
    now = services().office.clock()

    def see(day: ServiceDay, plan: OfficePlan) -> Seen:
        language = settings.spoken(plan)[0]
        waits, ends = waits_of_arrivals(day, standstills(day, plan, now), now), day.ends(plan.tz, now)
        shown = board(
            day,
            plan,
            language,
            waits,
            scope_of(settings),
            ends,
            zone_code(plan, settings.zone),
            partial(end_of, day=day, plan=plan, at=now),
        )
        told = tuple(one for one in day.announcements.values() if is_told(one, settings.zone, plan))
        keeps_hours = not services().office.guard.date_unknown
        shut = closed_at(plan, now) if keeps_hours and not day.open_tickets() else None
        here = {one.code for one in plan.services if scope_of(settings).has_service(one.code, plan)}
        outages = tuple(outages_said(day, plan, now, here)) if not day.closed else ()
        return Seen(shown, plan, settings, now, day.standing.cases, told, shut, outages)

    return services().office.read(see)


def room_view(seen: Seen) -> dict[str, Any]:
    """Return the socket's view of a display of the waiting room."""
    plan, languages = seen.plan, seen.languages
    turn = InTurn(languages)
    today = seen.at.astimezone(plan.tz).date()
    believed = _believed()
    context = {
        "board": seen.board,
        "news": [(one.said, {code: plates_together(words) for code, words in one.texts.items()}) for one in seen.news],
        "goal": goal(services().campaign_watch.said(plan.campaign), languages, plan.business_day(seen.at)),
        "each": turn.each,
        "names": turn.names,
        "until": turn.until,
        "N_": _as_it_is,
        "today": spans(languages, lambda code: long_date(today, code)) if believed else "",
        "notices": list(running_texts(seen)),
        "shut": seen.shut,
        "opens": opens_in_each(seen),
    }
    return {
        "html": {name: render_template(f"display/{name}.html", **context) for name in FRAGMENTS},
        "business_day": seen.board.business_day,
        "calls": calls_json(seen.board.calls),
        "messages": messages_json(seen.said, seen.languages),
        "clock": believed,
        "screen": screen(seen),
        "interludes": playlist(seen) if seen.settings.interludes else [],
    }


def opens_in_each(seen: Seen) -> dict[str, str]:
    """Return by language when the office opens next; nothing while it is open, and where nobody knows."""
    opens = seen.shut.opens_at if seen.shut is not None else None
    if opens is None:
        return {}

    def say(code: str) -> str:
        with force_locale(code):
            return opens_words(opens, seen.at, seen.plan.tz)

    return {code: say(code) for code in seen.languages}


def running_texts(seen: Seen) -> Iterator[tuple[str, str, str]]:
    """Yield the office's running text for each language that takes turns: the turn, the text's own language, the text.

    One text that stands for all of them comes once, for the turn "".
    """
    texts = seen.plan.ticker
    found = {code: language_of(texts, code) for code in seen.languages}
    every = set(found.values())
    for turn, code in [("", found[seen.languages[0]])] if len(every) == 1 else found.items():
        if code is not None:
            yield turn, code, texts[code]


def counter_view(seen: Seen) -> dict[str, Any]:
    """Return the socket's view of the small screen of one counter."""
    place = _counter(seen.plan, seen.settings.counter)
    turn = InTurn(seen.languages)
    day_state = services().office.read(lambda day, plan: counter_row(day, plan, place.code, place.name))
    alarm = next((one.texts for one in seen.announcements if one.urgent), {})
    html = render_template(
        "display/side.html", counter=day_state, alarm=alarm, each=turn.each, names=turn.names, N_=_as_it_is
    )
    return {
        "html": {"side": html},
        "business_day": seen.board.business_day,
        "calls": calls_json(seen.board.calls[-1:]),
        "clock": _believed(),
        "screen": screen(seen),
    }


def ready_view(seen: Seen, codes: ReadyBoard) -> dict[str, Any]:
    """Return the socket's view of a display that shows what is ready to be collected, and who is called meanwhile.

    It announces no call, so that none counts as announced here.
    """
    plan, turn = seen.plan, InTurn(seen.languages)
    today = plan.business_day(seen.at)
    shown = shown_services(scope_of(seen.settings), plan)
    ready = codes.codes(seen.cases, plan, shown, today)
    context = {
        "calls": sorted(seen.board.rows, key=lambda call: not call.standing),
        "closed": seen.board.closed or seen.shut is not None,
        "opens": opens_in_each(seen),
        "ready": ready,
        "since": _ready_since(ready, seen),
        "alarm": next((one.texts for one in seen.announcements if one.urgent), {}),
        "pickups": [(one, _pickup_words(one, seen)) for one in pickups(plan, shown, today)],
        "each": turn.each,
        "names": turn.names,
        "N_": _as_it_is,
        "today": spans(seen.languages, lambda code: long_date(today, code)) if _believed() else "",
    }
    return {
        "html": {name: render_template(f"display/{name}.html", **context) for name in READY_FRAGMENTS},
        "business_day": seen.board.business_day,
        "calls": calls_json(seen.board.calls[-1:]),
        "clock": _believed(),
        "screen": {**screen(seen), "chime": seen.settings.chime},
    }


def screen(seen: Seen) -> dict[str, Any]:
    """Return the settings of this display that display.js applies without loading the page again."""
    settings = seen.settings
    sizes = {
        f"--{name}{suffix}": f"{letter.size}vw"
        for suffix, upright in (("", False), ("-upright", True))
        for name, letter in letters(settings.seat_m, settings.width_cm, upright).items()
        if name in LETTERS[settings.layout]
    }
    return {
        "layout": settings.layout,
        "languages": list(seen.languages),
        "turn_seconds": settings.turn_seconds,
        "blank": settings.blank_minutes(),
        "open_counters": seen.board.open_counters,
        "sizes": sizes,
    }


def playlist(seen: Seen) -> list[dict[str, Any]]:
    """Return the playlist items that are shown between calls today, in their order."""
    today = seen.at.astimezone(seen.plan.tz).date()
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "seconds": one.seconds,
            "src": url_for("display.media", name=one.file) if one.file else "",
            "texts": {code: one.texts[code] for code in seen.languages if one.texts.get(code)},
        }
        for one in seen.plan.playlist
        if one.shown_on(today)
    ]


def page(view: dict[str, Any], seen: Seen, announced: Sequence[int], device: str) -> str:
    """Return the whole page, readable before any script runs.

    `announced` are the calls that this display, with this id, announced last, by seq, oldest first.
    """
    language = seen.languages[0]
    turn = InTurn(seen.languages)
    newest = seen.board.newest
    return render_template(
        PAGES[seen.settings.layout],
        view=view,
        announced=list(announced),
        device=device,
        html={name: Markup(html) for name, html in view["html"].items()},
        style=";".join(f"{name}:{size}" for name, size in view["screen"]["sizes"].items()),
        newest=newest,
        language=language,
        each=turn.each,
        names=turn.names,
        N_=_as_it_is,
        clock=clock(seen.at, seen.plan.tz, language) if view["clock"] else "",
    )


def _believed() -> bool:
    """Whether the hub's time may be true: no clock is better than one that is surely wrong."""
    return services().office.guard.state != "wrong"


def _ready_since(ready: ReadyCodes, seen: Seen) -> dict[str, str]:
    """Return by language when the newest codes became ready; nothing where none did today."""
    at = ready.at
    return {code: clock(at, seen.plan.tz, code) for code in seen.languages} if at is not None else {}


def _pickup_words(one: Pickup, seen: Seen) -> dict[str, dict[str, str]]:
    """Return by language within which hours of today codes are collected there, and what to bring."""

    def say(code: str) -> tuple[str, str]:
        with force_locale(code):
            today = spans_words(one.hours or (), code) or gettext("Closed today")
            things = [gettext("the slip with your code"), *(thing.name(code) for thing in one.requirements)]
            return today, gettext("Bring: %(things)s", things=", ".join(things))

    said = {code: say(code) for code in seen.languages}
    hours = {code: words[0] for code, words in said.items()} if one.hours is not None else {}
    return {"hours": hours, "bring": {code: words[1] for code, words in said.items()}}


def _as_it_is(message: str) -> str:
    """Return a message unchanged: it marks the message for the catalogues, and `each` translates it."""
    return message


def _counter(plan: OfficePlan, code: str) -> Counter:
    try:
        return plan.counter(code)
    except Unknown:
        return Counter(code, code, ())
