"""The audit's sentences: one for each line of the journal that says who did something."""

from __future__ import annotations

from flask_babel import get_locale, gettext, ngettext

from admin.entry_words import entry_words
from antrean.queueing import events as e
from antrean.queueing.cases.of_visits import journey_of
from antrean.queueing.cutoff.events import BY_SUPERVISOR, LONGER_HOURS, MORE_COUNTERS, OTHER_RULE
from antrean.queueing.errors import N_
from antrean.queueing.events import ADOPTED, BEGUN, DATED, DOUBTED, TOLD
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language
from antrean.queueing.security import events as s
from antrean.web.services import services
from antrean.web.text.numbers import count_words
from antrean.web.text.roles import ROLES
from antrean.web.text.times import told_time

NO_REASONS = ("staff", "visitor_left")  # who cancelled, as earlier releases and phones say it
OF_CLOCK = {
    ADOPTED: N_("The hub goes by another time"),
    BEGUN: N_("A day began that had waited for the right time"),
    DATED: N_("The times of a day were put right"),
    DOUBTED: N_("The hub doubts its clock"),
    TOLD: N_("The hub was told the time"),
}
RESUMED = {
    MORE_COUNTERS: N_("more counters are open"),
    LONGER_HOURS: N_("it closes later"),
    OTHER_RULE: N_("the rule was changed"),
    BY_SUPERVISOR: N_("a supervisor said so"),
}
OF_SETTINGS = N_("Settings changed")
SETTINGS = {
    "services": N_("Services changed"),
    "counters": N_("Counters changed"),
    "hours": N_("Opening hours changed"),
    "rules": N_("Rules changed"),
    "office": N_("Name of the office changed"),
    "discipline": N_("Calling order changed"),
    "languages": N_("Languages changed"),
    "notices": N_("Running text changed"),
    "interludes": N_("What is shown between calls changed"),
    "slip": N_("Slip changed"),
    "stock": N_("Stock items changed"),
    "voice": N_("Voice changed"),
    "zones": N_("Zones changed"),
    "groups": N_("Groups of services changed"),
    "campaign": N_("Campaign changed"),
    "devices": N_("Devices or their settings changed"),
    "staff": N_("Staff changed"),
    "vouchers": N_("Numbers that were not served changed"),
    "lock": N_("Lock of the panels changed"),
    "first_steps": N_("List of first steps shown or put away"),
    "demo": N_("Sample office set up"),
    "made_mine": N_("Sample ended; the office is one's own"),
    "plan": N_("Settings applied from a file"),
    "undo": N_("Settings set back to an earlier state"),
}


def codes_of(event: e.Event) -> list[str]:
    """Return the codes of the cases that a line is about."""
    return str(getattr(event, "cases", "")).split()


def what_happened(event: e.Event, plan: OfficePlan) -> str:
    """Return the sentence of a line; services and counters are named as in `plan`, the one of that time."""
    match event:
        case e.SecurityNoted():
            return _security(event)
        case e.PlanChanged():
            return gettext(SETTINGS.get(event.what, OF_SETTINGS))
        case e.TicketCancelled(reason=reason) if reason not in ("", *NO_REASONS):
            return gettext("%(number)s cancelled: %(why)s", number=event.ticket, why=reason)
        case e.TicketCancelled():
            return gettext("%(number)s cancelled", number=event.ticket)
        case e.PriorityChanged():
            given = gettext("%(number)s was given priority", number=event.ticket)
            return given if event.priority else gettext("Priority of %(number)s taken back", number=event.ticket)
        case e.PersonsChanged(before=0):
            return gettext("%(number)s: persons %(after)d", number=event.ticket, after=event.persons)
        case e.PersonsChanged():
            return gettext(
                "%(number)s: persons %(after)d instead of %(before)d",
                number=event.ticket, after=event.persons, before=event.before,
            )  # fmt: skip
        case e.TicketServiceChanged():
            return gettext(
                "%(number)s: %(after)s instead of %(before)s",
                number=event.ticket, after=plan.service_name(event.service), before=plan.service_name(event.before),
            )  # fmt: skip
        case e.TicketTransferred(to_counter=counter) if counter:
            return gettext(
                "%(number)s sent on to %(counter)s for %(service)s: %(note)s",
                number=event.ticket, counter=plan.counter_name(counter), service=plan.service_name(event.service),
                note=event.note,
            )  # fmt: skip
        case e.TicketTransferred():
            return gettext(
                "%(number)s sent on to %(service)s: %(note)s",
                number=event.ticket, service=plan.service_name(event.service), note=event.note,
            )  # fmt: skip
        case e.CounterHandedOver():
            return gettext(
                "%(counter)s: %(operator)s instead of %(before)s",
                counter=plan.counter_name(event.counter), operator=event.operator, before=event.before,
            )  # fmt: skip
        case e.DayClosed():
            if not event.expired:
                return gettext("Day closed")
            return ngettext(
                "Day closed; %(num)d number was open", "Day closed; %(num)d numbers were open", event.expired
            )
        case e.DayReopened():
            return gettext("Day opened again")
        case e.ClockSet():
            return gettext(OF_CLOCK[event.how])
        case e.ServicePaused() | e.ServiceResumed() | e.ServiceClosed() | e.ServiceOpened():
            return _service(event, plan.service_name(event.service))
        case e.OutageBegun() | e.OutageTold() | e.OutageEnded():
            return _outage(event, plan)
        case e.NumbersStopped() | e.NumbersResumed():
            return _numbers(event, plan.service_name(event.service))
        case e.AnnouncementMade() | e.AnnouncementEnded():
            return _announcement(event, plan)
        case e.StockReceived() | e.StockCounted() | e.StockSpoiled() | e.StockTakenBack():
            return entry_words(event, plan)
        case e.CampaignCorrected():
            return _corrected(event)
        case e.CasesKeyedIn() | e.CasesTakenBack() | e.CasesWithdrawn():
            return _cases(event, plan)
        case e.JournalRestored():
            return gettext("Journal brought back from a backup")
        case _:
            return event.kind


def _service(event: e.ServicePaused | e.ServiceResumed | e.ServiceClosed | e.ServiceOpened, name: str) -> str:
    language = services().office.read(lambda _day, plan: plan.languages[0])
    match event:
        case e.ServicePaused(until=""):
            said = gettext("%(service)s paused", service=name)
        case e.ServicePaused(until=until):
            said = gettext("%(service)s paused until about %(time)s", service=name, time=told_time(until, language))
        case e.ServiceResumed():
            return gettext("%(service)s goes on", service=name)
        case e.ServiceOpened():
            return gettext("%(service)s opened again", service=name)
        case _:
            said = gettext("%(service)s closed for the day", service=name)
    why = in_language(event.reasons, language)
    return f"{said}: {why}" if why else said


def _outage(event: e.OutageBegun | e.OutageTold | e.OutageEnded, plan: OfficePlan) -> str:
    language = services().office.read(lambda _day, plan: plan.languages[0])
    need = next((one.name(language) for one in plan.needs if one.code == event.need), event.need)
    if isinstance(event, e.OutageEnded):
        return ngettext(
            "%(need)s is back after %(num)d minute", "%(need)s is back after %(num)d minutes", event.minutes, need=need
        )
    if not event.until:
        return gettext("%(need)s is down", need=need)
    return gettext("%(need)s is down until about %(time)s", need=need, time=told_time(event.until, language))


def _corrected(event: e.CampaignCorrected) -> str:
    count = count_words(abs(event.persons), str(get_locale() or "en"))
    sign = "+" if event.persons > 0 else "−"
    return gettext("Campaign corrected, persons %(change)s: %(why)s", change=f"{sign}{count}", why=event.reason)


def _cases(event: e.CasesKeyedIn | e.CasesTakenBack | e.CasesWithdrawn, plan: OfficePlan) -> str:
    """Return the sentence without the codes, of which there may be many (`codes_of`)."""
    count = len(codes_of(event))
    match event:
        case e.CasesKeyedIn():
            journey = journey_of(plan, event.service)
            stage = journey.stage(event.stage) if journey is not None else None
            return ngettext(
                "%(num)d case of %(service)s entered at “%(stage)s”",
                "%(num)d cases of %(service)s entered at “%(stage)s”",
                count,
                service=plan.service_name(event.service),
                stage=stage.name(plan.languages[0]) if stage is not None else event.stage,
            )
        case e.CasesTakenBack(ticket=""):
            return ngettext("Last move of %(num)d case taken back", "Last move of %(num)d cases taken back", count)
        case e.CasesTakenBack(ticket=number):
            return ngettext(
                "End of %(number)s taken back: %(num)d case is not collected",
                "End of %(number)s taken back: %(num)d cases are not collected",
                count,
                number=number,
            )
        case e.CasesWithdrawn(ticket=""):
            return ngettext(
                "%(num)d case withdrawn: %(why)s", "%(num)d cases withdrawn: %(why)s", count, why=event.reason
            )
        case e.CasesWithdrawn(ticket=number):
            return ngettext(
                "End of %(number)s taken back: %(num)d case is withdrawn",
                "End of %(number)s taken back: %(num)d cases are withdrawn",
                count,
                number=number,
            )


def _numbers(event: e.NumbersStopped | e.NumbersResumed, name: str) -> str:
    match event:
        case e.NumbersStopped(after=""):
            return gettext("%(service)s gives no more numbers before closing", service=name)
        case e.NumbersStopped(after=after):
            return gettext(
                "%(service)s gives no more numbers before closing, after %(number)s", service=name, number=after
            )
        case e.NumbersResumed(reason=why) if why:
            return gettext("%(service)s gives numbers again: %(why)s", service=name, why=why)
        case e.NumbersResumed(why=why):
            return gettext("%(service)s gives numbers again: %(why)s", service=name, why=gettext(RESUMED[why]))


def _announcement(event: e.AnnouncementMade | e.AnnouncementEnded, plan: OfficePlan) -> str:
    language = services().office.read(lambda _day, plan: plan.languages[0])
    words = in_language(event.texts, language) or ""
    match event:
        case e.AnnouncementEnded():
            return gettext("Announcement ended: %(words)s", words=words)
        case e.AnnouncementMade(urgent=True, zone=""):
            return gettext("Announced everywhere, urgent: %(words)s", words=words)
        case e.AnnouncementMade(urgent=True):
            return gettext(
                "Announced in %(zone)s, urgent: %(words)s", zone=plan.zone_name(event.zone, language), words=words
            )
        case e.AnnouncementMade(zone=""):
            return gettext("Announced everywhere: %(words)s", words=words)
        case _:
            return gettext("Announced in %(zone)s: %(words)s", zone=plan.zone_name(event.zone, language), words=words)


def _security(event: e.SecurityNoted) -> str:
    person, device, count = event.person, event.device, event.count
    known = services().device_kinds.get(event.device_kind)
    role, kind = gettext(ROLES.get(event.role, event.role)), gettext(known.noun) if known else event.device_kind
    match event.what:
        case s.SIGN_IN:
            return gettext("Signed in")
        case s.SIGN_OUT:
            return gettext("Signed out")
        case s.SIGN_IN_FAILED if person:
            return ngettext(
                "%(num)d wrong password for %(person)s", "%(num)d wrong passwords for %(person)s", count, person=person
            )
        case s.SIGN_IN_FAILED:
            return ngettext(
                "%(num)d attempt to sign in under a name that nobody here has",
                "%(num)d attempts to sign in under names that nobody here has",
                count,
            )
        case s.SIGN_IN_SLOWED if person:
            return ngettext(
                "%(num)d attempt to sign in as %(person)s came too soon after others and was refused",
                "%(num)d attempts to sign in as %(person)s came too soon after others and were refused",
                count,
                person=person,
            )
        case s.SIGN_IN_SLOWED:
            return ngettext(
                "%(num)d attempt to sign in came too soon after others and was refused",
                "%(num)d attempts to sign in came too soon after others and were refused",
                count,
            )
        case s.SESSIONS_ENDED:
            return gettext("Open sessions of %(person)s ended", person=person)
        case s.PASSWORD_CHANGED:
            return gettext("Password of %(person)s changed", person=person)
        case s.PIN_SET:
            return gettext("PIN of %(person)s set", person=person)
        case s.PIN_REMOVED:
            return gettext("PIN of %(person)s removed", person=person)
        case s.PIN_FAILED:
            return ngettext(
                "%(num)d wrong PIN for %(person)s", "%(num)d wrong PINs for %(person)s", count, person=person
            )
        case s.SECOND_SET:
            return gettext("Authenticator app of %(person)s set up", person=person)
        case s.SECOND_REMOVED:
            return gettext("Authenticator app of %(person)s removed", person=person)
        case s.RECOVERY_USED:
            return gettext("Recovery code of %(person)s used", person=person)
        case s.SECOND_FAILED:
            return ngettext(
                "%(num)d wrong code of the authenticator app for %(person)s",
                "%(num)d wrong codes of the authenticator app for %(person)s",
                count,
                person=person,
            )
        case s.PIN_BLOCKED:
            return gettext("Five wrong PINs of %(person)s: the password is asked for", person=person)
        case s.CODE_GIVEN:
            return gettext("One-time code for %(person)s", person=person)
        case s.STAFF_ADDED:
            return gettext("%(person)s added as %(role)s", person=person, role=role)
        case s.STAFF_CHANGED:
            return gettext("%(person)s is now %(role)s", person=person, role=role)
        case s.STAFF_REMOVED:
            return gettext("%(person)s removed", person=person)
        case s.STAFF_INVITED:
            return gettext("%(person)s of another office invited as %(role)s", person=person, role=role)
        case s.INVITATION_ENDED:
            return gettext("Invitation of %(person)s ended", person=person)
        case s.COUNTER_LEFT:
            return gettext("The counter of %(person)s was freed", person=person)
        case s.DEVICE_PAIRED:
            return gettext("%(device)s paired as %(kind)s", device=device, kind=kind)
        case s.BROWSER_PAIRED:
            return gettext("A browser became %(device)s (%(kind)s)", device=device, kind=kind)
        case s.DEVICE_CHANGED:
            return gettext("Now named %(device)s (%(kind)s)", device=device, kind=kind)
        case s.BACKUPS_LED if device:
            return gettext("Second place of the backups: %(folder)s", folder=device)
        case s.BACKUPS_LED:
            return gettext("Backups have no second place any more")
        case s.DEVICE_REVOKED:
            return gettext("%(device)s is no longer paired (%(kind)s)", device=device, kind=kind)
        case s.PAIRING_FAILED:
            return ngettext(
                "%(num)d attempt to pair a browser with a wrong code",
                "%(num)d attempts to pair a browser with a wrong code",
                count,
            )
        case s.PAIRING_SLOWED:
            return ngettext(
                "%(num)d attempt to pair a browser came too soon after others and was refused",
                "%(num)d attempts to pair a browser came too soon after others and were refused",
                count,
            )
        case _:
            return ngettext(
                "%(num)d more of the same minute, not told one by one",
                "%(num)d more of the same minute, not told one by one",
                count,
            )


def names_of(entry: JournalEntry) -> set[str]:
    """Return the names in a line: of the actor, and of the person or device it is about."""
    names = {entry.actor.partition(":")[2]}
    if isinstance(entry.event, e.SecurityNoted):
        names |= {entry.event.person, entry.event.device}
    if isinstance(entry.event, e.CounterHandedOver):
        names |= {entry.event.operator, entry.event.before}
    return names - {""}
