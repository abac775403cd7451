"""What happened to one ticket, in sentences: one for each line of its story, and words for legs, calls and displays."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from admin.audit.words import what_happened
from antrean.queueing import events as e
from antrean.queueing.errors import N_
from antrean.queueing.keeping.report_rows import LEFT, MINUTE, NO_SHOW, SENT_ON, SERVED, UNFINISHED, VisitRow
from antrean.queueing.plan.model import OfficePlan
from antrean.web.text.waits import wait_words

PLAIN: dict[type[e.Event], str] = {
    e.TicketIssued: N_("Number given"),
    e.TicketRecalled: N_("Called again"),
    e.TicketStarted: N_("Service began"),
    e.TicketMarkedNoShow: N_("Did not come to the call"),
    e.TicketReadmitted: N_("Came after all, and waits again"),
    e.TicketReopened: N_("Came back, and waits again"),
    e.VisitorCameBack: N_("Came back with the papers, and waits again"),
    e.TicketResumed: N_("Served again"),
    e.TicketReturned: N_("Sent back to the queue"),
    e.TicketExpired: N_("Still open at the close of the day"),
    e.VisitorSeated: N_("Helped to a seat"),
    e.TicketDeferred: N_("Let others go first"),
    e.VisitorComing: N_("Said to be on the way"),
    e.CommandUndone: N_("The last step was taken back"),
    e.SlipRequested: N_("A copy of the slip was asked for"),
}
OF_AUDIT = (e.TicketCancelled, e.PersonsChanged, e.PriorityChanged, e.TicketServiceChanged)
COMPLETED = {
    "papers_missing": N_("Finished: papers were missing"),
    "referred": N_("Finished: referred to another office"),
}
OUTCOMES = {
    SERVED: N_("served"),
    NO_SHOW: N_("did not come"),
    LEFT: N_("left"),
    UNFINISHED: N_("begun, and not finished"),
    SENT_ON: N_("sent on"),
}
SOUNDS = {
    "spoken": N_("spoken"),
    "chime": N_("only the chime was heard"),
    "muted": N_("silent, as it is set"),
    "answered": N_("not spoken: the visitor was there already"),
    "late": N_("not spoken: it was too old by then"),
    "failed": N_("no sound could be made"),
    "blocked": N_("the browser made no sound"),
}


def story_words(event: e.Event, plan: OfficePlan) -> str:
    """Return the sentence of a line about a ticket; "" of one that belongs to its calls or slips."""
    if (plain := PLAIN.get(type(event))) is not None:
        return gettext(plain)
    if isinstance(event, OF_AUDIT):
        return what_happened(event, plan)
    match event:
        case e.TicketCalled():
            return gettext("Called to %(counter)s", counter=plan.counter_name(event.counter))
        case e.TicketCompleted():
            return gettext(COMPLETED.get(event.outcome, N_("Finished")))
        case e.TicketWentOn():
            return gettext("Goes on to %(service)s", service=plan.service_name(event.service))
        case e.TicketHeld() if event.reason:
            return gettext("Put aside: %(why)s", why=event.reason)
        case e.TicketHeld():
            return gettext("Put aside")
        case e.TicketTransferred() if event.note:
            return what_happened(event, plan)
        case e.TicketTransferred():
            return gettext("Sent on to %(service)s", service=plan.service_name(event.service))
    return ""


def told_words(row: VisitRow) -> str:
    """Return what a visitor was told, and how it was, of the first leg of a visit."""
    if row.wait_low is None or row.wait_high is None:
        return gettext("The visitor was told no wait.")
    said = wait_words((row.wait_low, row.wait_high))
    if row.called_at is None:
        return gettext("Told: %(wait)s. Never called at this service.", wait=said)
    waited = max(row.called_at - row.issued_at, 0)
    minutes = round(waited / MINUTE)
    true = ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if waited < row.wait_low * MINUTE:
        return gettext("Told: %(wait)s. Called after %(true)s: less than told.", wait=said, true=true)
    if waited > row.wait_high * MINUTE:
        return gettext("Told: %(wait)s. Called after %(true)s: longer than told.", wait=said, true=true)
    return gettext("Told: %(wait)s. Called after %(true)s: as told.", wait=said, true=true)


def outcome_words(row: VisitRow) -> str:
    """Return how a leg of a visit ended."""
    if row.outcome:
        return gettext(OUTCOMES[row.outcome])
    return gettext("waits here again") if row.ended_at is not None else gettext("still open")
