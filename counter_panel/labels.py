"""The panel's labels: reasons, states and printers in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.errors import Refused
from antrean.queueing.plan.model import Limits
from antrean.web.http.errors import sentence
from antrean.web.text.printer_status import lack_words as lack_words


def place_words(rule: str, facts: Mapping[str, object], after_own: bool = False) -> str:
    """Return in a few words why a waiting ticket has its place; the list beside it shows the running wait.

    `after_own`: numbers of the counter's own services stand before it in the list.
    """
    if after_own and rule in ("overflow_empty", "overflow_sent", "overflow_paused"):
        return _("Comes after your own services")
    if rule in DISCIPLINES:
        return _(DISCIPLINES[rule].words_for(facts).place, **facts)
    known = {
        "brought_forward": _("Was at a counter before and goes first"),
        "carried_over": _("Was not served on an earlier day and goes first"),
        "sent_here": _("Was sent to this counter"),
        "overflow_sent": _("Your own visitors wait for another counter"),
        "overflow_empty": _("Nobody waits for your own services"),
        "overflow_paused": _("Your own services are closed")
        if facts.get("state") == "closed"
        else _("Your own services are paused"),
        "overflow_overdue": _("Overdue in another service"),
    }
    return known.get(rule, "")


def hold_reasons() -> dict[str, str]:
    """Return the reasons for putting a ticket on hold, by the code that is recorded."""
    return {
        "papers": _("Fetches papers or copies"),
        "system": _("The system is down"),
        "elsewhere": _("Is in another room"),
        "other": _("Something else"),
    }


def outcomes() -> dict[str, str]:
    """Return the outcomes of a visit, by the code that is recorded."""
    return {
        "finished": _("Everything done"),
        "papers_missing": _("Papers missing"),
        "referred": _("Sent to another office"),
    }


def chosen_reasons() -> dict[str, str]:
    """Return the reasons for calling a visitor out of order; the words themselves are recorded."""
    words = (_("Came back with the papers"), _("Needs help now"), _("Was called and not heard"), _("Something else"))
    return {sentence: sentence for sentence in words}


def cancel_reasons() -> tuple[str, ...]:
    """Return the reasons for taking a visitor out of the queue; the words themselves are recorded."""
    return (_("The visitor has left"), _("The visitor wishes it"), _("A number too many was taken"))


def ready_notes() -> tuple[str, ...]:
    """Return what a counter most often says to the next one about a visitor; the words themselves are recorded."""
    return (
        _("Papers are checked and complete"),
        _("A paper is still missing"),
        _("Photo and fingerprints are taken"),
        _("Only to be handed out"),
    )


def called_out_words(calls: int) -> str:
    """Return what to do with a visitor who was called as often as the office allows."""
    return ngettext(
        "Called %(num)d time and no more. Next: Absent, or Back to the queue.",
        "Called %(num)d times and no more. Next: Absent, or Back to the queue.",
        calls,
    )


def room_words(left: int) -> str:
    """Return for how many more persons a service that takes only so many on one day takes numbers."""
    return sentence(Refused("too_many_persons", left=left) if left else Refused("too_many_today"))


def holds_full_words(held: int) -> str:
    """Return what to do at a counter that holds as many numbers as the office allows."""
    return ngettext(
        "%(num)d number is on hold and no more fit. Next: Finish, then Continue with one on hold.",
        "%(num)d numbers are on hold and no more fit. Next: Finish, then Continue with one on hold.",
        held,
    )


def state_words(state: str) -> str:
    """Return the label of a ticket's state."""
    return {
        "waiting": _("Waiting"),
        "called": _("Being called"),
        "serving": _("Being served"),
        "held": _("On hold"),
        "completed": _("Finished"),
        "no_show": _("Absent"),
        "cancelled": _("Cancelled"),
        "expired": _("Expired"),
    }.get(state, state)


def barred_words(barred: str, limits: Limits) -> str:
    """Return why a visitor can't be let wait again; empty for one who can."""
    match barred:
        case "closed":
            return sentence(Refused("day_closed"))
        case "late":
            return ngettext(
                "Absent for more than %(num)d minute: a new number is needed.",
                "Absent for more than %(num)d minutes: a new number is needed.",
                limits.readmit_minutes,
            )
        case "often":
            return ngettext(
                "Was let wait again %(num)d time: a new number is needed.",
                "Was let wait again %(num)d times: a new number is needed.",
                limits.readmits,
            )
    return ""


def busy_words(row: CounterState) -> str:
    """Return why no visitor can be called to a counter now; empty when one can."""
    if not row.code:
        return sentence(Refused("not_at_counter"))
    if row.ticket:
        return _("Finish the current visitor first")
    return "" if row.state == "open" else sentence(Refused("counter_paused"))


def undo_words(wish: str, number: str, called: str = "") -> str:
    """Return what the last wish was, for the button that takes it back; `called` is whom it called as well."""
    if called:
        return _("%(number)s: finished, %(called)s called", number=number, called=called)
    return {
        "start": _("%(number)s: service started", number=number),
        "complete": _("%(number)s: finished", number=number),
        "no_show": _("%(number)s: marked absent", number=number),
        "hold": _("%(number)s: put on hold", number=number),
        "transfer": _("%(number)s: sent on", number=number),
        "return": _("%(number)s: back to the queue", number=number),
        "persons": _("%(number)s: number of persons changed", number=number),
        "priority": _("%(number)s: priority changed", number=number),
        "service": _("%(number)s: service changed", number=number),
    }.get(wish, number)
