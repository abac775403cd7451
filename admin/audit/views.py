"""Audit: who did what and when, and from where as long as that is kept; for administrators only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from flask import request
from flask_babel import gettext

from admin import frame
from admin.audit.words import codes_of, names_of, what_happened
from admin.changes import changes, with_left
from admin.entry_words import ENTRIES
from admin.section import Routes, View
from antrean.queueing import events as e
from antrean.queueing.cases.codes import family, read, spaced
from antrean.queueing.errors import N_, Invalid
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.security import events as s
from antrean.queueing.tickets.numbers import meant
from antrean.storage.settings.digests import SettingsDamaged
from antrean.web.services import services
from antrean.web.text import times
from antrean.web.text.actors import actor_words, names_of_devices

routes = Routes()

PAGE = 50
MOST_DIGITS = 18
_OF_NUMBERS = (e.TicketCancelled, e.PersonsChanged, e.PriorityChanged, e.TicketServiceChanged, e.TicketTransferred)
_OF_SERVICES = (
    e.ServicePaused, e.ServiceResumed, e.ServiceClosed, e.ServiceOpened, e.OutageBegun, e.OutageTold, e.OutageEnded,
    e.NumbersStopped, e.NumbersResumed,
)  # fmt: skip
_OF_ANNOUNCEMENTS = (e.AnnouncementMade, e.AnnouncementEnded)
_OF_CASES = (e.CasesKeyedIn, e.CasesTakenBack, e.CasesWithdrawn)
_OF_DAY = (e.DayClosed, e.DayReopened, e.ClockSet, e.JournalRestored)
ABOUT: dict[str, tuple[str, Callable[[e.Event], bool]]] = {
    "": (N_("Everything"), lambda event: True),
    "sign_in": (N_("Signing in and out"), lambda event: _is(event, s.SIGN_IN, s.SIGN_OUT)),
    "failures": (N_("Attempts that failed"), lambda event: _is(event, *s.FAILURES, s.OTHERS)),
    "people": (
        N_("People"),
        lambda event: _is(
            event,
            s.STAFF_ADDED,
            s.STAFF_CHANGED,
            s.STAFF_REMOVED,
            s.STAFF_INVITED,
            s.INVITATION_ENDED,
            s.COUNTER_LEFT,
            s.PASSWORD_CHANGED,
            s.CODE_GIVEN,
            s.SESSIONS_ENDED,
            s.PIN_SET,
            s.PIN_REMOVED,
            s.PIN_BLOCKED,
            s.SECOND_SET,
            s.SECOND_REMOVED,
            s.RECOVERY_USED,
        ),
    ),
    "devices": (
        N_("Devices"),
        lambda event: _is(event, s.DEVICE_PAIRED, s.BROWSER_PAIRED, s.DEVICE_CHANGED, s.DEVICE_REVOKED),
    ),
    "settings": (N_("Settings"), lambda event: isinstance(event, e.PlanChanged) or _is(event, s.BACKUPS_LED)),
    "services": (N_("Services paused and closed"), lambda event: isinstance(event, _OF_SERVICES)),
    "numbers": (N_("Numbers cancelled, corrected or sent on"), lambda event: isinstance(event, _OF_NUMBERS)),
    "cases": (N_("Cases entered, taken back or withdrawn"), lambda event: isinstance(event, _OF_CASES)),
    "counters": (N_("Counters handed over"), lambda event: isinstance(event, e.CounterHandedOver)),
    "stock": (N_("Entries in the stock"), lambda event: isinstance(event, ENTRIES)),
    "campaign": (N_("Corrections of the campaign"), lambda event: isinstance(event, e.CampaignCorrected)),
    "announcements": (N_("Announcements"), lambda event: isinstance(event, _OF_ANNOUNCEMENTS)),
    "day": (N_("Day and clock"), lambda event: isinstance(event, _OF_DAY)),
}


def render() -> View:
    """Return the section's view. The page lists one moment, and nothing on it changes by itself."""
    return {"html": {}}


@routes.get("/audit")
def audit() -> str:
    """List who did what, newest first. `about`, `person` and `of` filter; `before` is where the page begins.

    `of` is a ticket number or the code of a case, however it is typed. The eight letters of a visit find all its cases.
    """
    about, person = request.args.get("about", ""), request.args.get("person", "")
    of = request.args.get("of", "").strip()
    number, code = meant(of), read(of)
    if about not in ABOUT:
        raise Invalid("value_invalid", field="about")
    before = request.args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= MOST_DIGITS):
        raise Invalid("value_invalid", field="before")

    def wanted(entry: JournalEntry) -> bool:
        # A visitor's own number is nobody's business.
        ours = entry.actor.partition(":")[0] != "visitor"
        return (
            ours
            and not _says_nothing(entry.event)
            and ABOUT[about][1](entry.event)
            and (not person or person in names_of(entry))
            and (not of or _is_about(entry.event, number, code))
        )

    hub, plan = services(), frame.plan()
    found = hub.mode.run_blocking(hub.settings.security.page, PAGE, int(before) if before else None, wanted)
    people = hub.mode.run_blocking(lambda: sorted(one.name for one in hub.settings.staff()))
    devices = hub.mode.run_blocking(lambda: names_of_devices(hub.settings.devices()))
    then = _plans_then(found.entries, plan)
    with frame.in_office_language():
        rows = [
            {
                "day": times.long_date(entry.at.astimezone(plan.tz).date(), plan.languages[0]),
                "when": times.clock(entry.at, plan.tz, plan.languages[0]),
                "who": gettext("unknown") if _is(entry.event, *s.FAILURES) else actor_words(entry.actor, devices),
                "what": what_happened(entry.event, then[entry.seq]),
                "visit": visit_of(entry),
                "codes": [spaced(code) for code in codes_of(entry.event)],
                "changes": changes(entry.event, then[entry.seq]),
                "warns": _is(entry.event, *s.FAILURES, s.OTHERS),
                "addresses": found.addresses.get(getattr(entry.event, "address", ""), ()),
            }
            for entry in found.entries
        ]
        days = [(day, list(of_day)) for day, of_day in groupby(rows, key=lambda row: row["day"])]
        choices = [(key, gettext(title)) for key, (title, _) in ABOUT.items()]
    names = [("", ""), *((name, name) for name in people)]
    return frame.page(
        "audit", days=days, about=about, person=person, of=of, before=before, next=found.before, choices=choices,
        names=names,
    )  # fmt: skip


def _plans_then(entries: Sequence[JournalEntry], plan: OfficePlan) -> dict[int, OfficePlan]:
    """Return by line the plan that was in force after it, with what the line took away, in today's languages.

    It is today's where the plans are damaged: what people did is to be read then more than ever.
    """
    hub = services()
    try:
        wanted = {seq for entry in entries for seq in (entry.seq, entry.seq + 1)}
        then = hub.mode.run_blocking(hub.settings.plans_at, wanted)
    except SettingsDamaged:
        return {entry.seq: plan for entry in entries}
    return {
        entry.seq: replace(with_left(then[entry.seq + 1], then[entry.seq]), languages=plan.languages)
        for entry in entries
    }


def visit_of(entry: JournalEntry) -> dict[str, str] | None:
    """Return the number that a line is about and the day of its visit; None of a line that is about none."""
    number = getattr(entry.event, "ticket", "")
    return {"number": number, "day": entry.business_day.isoformat()} if number else None


def _is_about(event: e.Event, numbers: Sequence[str], code: str) -> bool:
    """Whether a line is about one of these numbers, or about the case or the visit of this code."""
    if code and any(code in (one, family(one)) for one in codes_of(event)):
        return True
    return getattr(event, "ticket", "") in numbers


def _says_nothing(event: e.Event) -> bool:
    """Whether it is a number sent on without a note, as happens all day."""
    return isinstance(event, e.TicketTransferred) and not event.note


def _is(event: e.Event, *whats: str) -> bool:
    return isinstance(event, e.SecurityNoted) and event.what in whats
