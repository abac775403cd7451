"""The panel's words: reasons, states and printers said in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from web.printing_words import SEVERITY, printer_words
from web.printing_words import lack_words as lack_words


def place_words(rule: str, facts: Mapping[str, Any], after_own: bool = False) -> str:
    """Return in few words why a waiting ticket has its place; the list beside it shows the running wait.

    `after_own`: numbers of the counter's own services stand before it in the list.
    """
    if after_own and rule in ("overflow_empty", "overflow_paused"):
        return _("Comes after your own services")
    credit = facts.get("credit")
    if rule == "earliest_due_date" and credit:
        return _("Priority: counts as arrived %(credit)d min earlier", credit=int(credit))
    known = {
        "earliest_due_date": _("In order of due time"),
        "first_come_first_served": _("In order of arrival"),
        "strict_priority": _("Priority visitors go first"),
        "interleave": _("Priority and others take turns"),
        "accumulating_priority": _("Priority counts its wait several times"),
        "brought_forward": _("Was at a counter before and goes first"),
        "overflow_empty": _("Nobody waits for your own services"),
        "overflow_paused": _("Your own services are closed")
        if facts.get("state") == "closed"
        else _("Your own services are paused"),
        "overflow_overdue": _("Overdue in another service"),
    }
    return known.get(rule, "")


def hold_reasons() -> dict[str, str]:
    """Return why a ticket may be put aside, by the code that is recorded."""
    return {
        "papers": _("Fetches papers or copies"),
        "system": _("The system is down"),
        "elsewhere": _("Is in another room"),
        "other": _("Something else"),
    }


def pause_reasons() -> dict[str, str]:
    """Return why a counter may pause, by the code that is recorded."""
    return {
        "break": _("Break"),
        "prayer": _("Prayer"),
        "system": _("The system is down"),
        "meeting": _("Meeting"),
        "other": _("Something else"),
    }


def outcomes() -> dict[str, str]:
    """Return how a visit may end, by the code that is recorded."""
    return {
        "finished": _("Everything done"),
        "papers_missing": _("Papers missing"),
        "referred": _("Sent to another office"),
    }


def chosen_reasons() -> dict[str, str]:
    """Return why someone may be called out of order; the words themselves are recorded."""
    words = (_("Came back with the papers"), _("Needs help now"), _("Was called and not heard"), _("Something else"))
    return {sentence: sentence for sentence in words}


def state_words(state: str) -> str:
    """Return a ticket's state."""
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
    }.get(wish, number)


def worst_printer(
    printers: tuple[tuple[str, str], ...], names: Mapping[str, str], helped: frozenset[str] = frozenset()
) -> tuple[str, str, str] | None:
    """Return the words of the printer that needs someone most; its name is said when there are several.

    None in an office without a printer. `helped` are those for which a second printer prints meanwhile.
    """
    if not printers:
        return None
    worst = min(printers, key=lambda one: (SEVERITY.index(printer_words(one[1])[0]), one[0]))
    severity, what, step = printer_words(worst[1])
    if worst[0] in helped and severity == "danger":
        severity, step = "warning", _("The second printer prints; %(step)s", step=step[:1].lower() + step[1:])
    if len(printers) > 1 and severity != "good" and worst[0] in names:
        what = f"{names[worst[0]]}: {what}"
    return severity, what, step
