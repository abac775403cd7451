"""Why a ticket was called, as a sentence, and why a counter is paused, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import get_locale, gettext, ngettext

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.plan.texts import in_language


def pause_reasons() -> dict[str, str]:
    """Return the reasons for pausing a counter, by the code that is recorded."""
    return {
        "break": gettext("Break"),
        "prayer": gettext("Prayer"),
        "system": gettext("The system is down"),
        "meeting": gettext("Meeting"),
        "other": gettext("Something else"),
    }


def reason_words(facts: Mapping[str, object]) -> str:
    """Return in one sentence why a ticket was called, from the rule and the facts its call recorded."""
    waited = _count(facts, "waited")
    rule = facts.get("rule")
    if (discipline := DISCIPLINES.get(str(rule))) is not None:
        reason = discipline.words_for(facts).reason
        return ngettext(reason.one, reason, waited, **facts)
    match rule:
        case "brought_forward":
            return gettext("Was at a counter before and goes first.")
        case "carried_over":
            return gettext("Was not served on an earlier day and goes first.")
        case "sent_here":
            return ngettext(
                "Waited %(num)d minute; was sent to this counter.",
                "Waited %(num)d minutes; was sent to this counter.",
                waited,
            )
        case "overflow":  # of older lines, which don't say whether anybody waited for them
            return ngettext(
                "Waited %(num)d minute; nobody of this counter's own services could be called.",
                "Waited %(num)d minutes; nobody of this counter's own services could be called.",
                waited,
            )
        case "overflow_empty":
            return ngettext(
                "Waited %(num)d minute; nobody waits for this counter's own services.",
                "Waited %(num)d minutes; nobody waits for this counter's own services.",
                waited,
            )
        case "overflow_sent":
            return ngettext(
                "Waited %(num)d minute; those for this counter's own services wait for another counter.",
                "Waited %(num)d minutes; those for this counter's own services wait for another counter.",
                waited,
            )
        case "overflow_paused":
            return _standing_words(waited, facts)
        case "overflow_overdue":
            return ngettext(
                "Waited %(num)d minute and is overdue in another service.",
                "Waited %(num)d minutes and is overdue in another service.",
                waited,
            )
        case "chosen":
            note = str(facts.get("note") or "")
            return (
                gettext("Chosen by the operator: %(note)s", note=note) if note else gettext("Chosen by the operator.")
            )
    return ""


def _standing_words(waited: int, facts: Mapping[str, object]) -> str:
    """Return that a counter's own services are paused or closed, for how many numbers, and the notice that says why."""
    standing, notices = _count(facts, "standing"), facts.get("notices")
    if facts.get("state") == "closed":
        what = ngettext(
            "Waited %(num)d minute; this counter's own services are closed, with %(standing)d waiting.",
            "Waited %(num)d minutes; this counter's own services are closed, with %(standing)d waiting.",
            waited,
            standing=standing,
        )
    else:
        what = ngettext(
            "Waited %(num)d minute; this counter's own services are paused, with %(standing)d waiting.",
            "Waited %(num)d minutes; this counter's own services are paused, with %(standing)d waiting.",
            waited,
            standing=standing,
        )
    why = in_language(notices, str(get_locale())) if isinstance(notices, Mapping) else ""
    return f"{what} ({why})" if why else what


def _count(facts: Mapping[str, object], name: str) -> int:
    """Return a count among the facts of a call; one of long ago may lack it."""
    found = facts.get(name)
    return found if isinstance(found, int) else 0
