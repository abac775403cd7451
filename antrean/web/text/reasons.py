"""The reason of a call as a sentence, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale, gettext, ngettext

from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.plan.texts import in_language


def reason_words(facts: Mapping[str, Any]) -> str:
    """Return in one sentence why a ticket was called, from the rule and the facts its call recorded."""
    waited = int(facts.get("waited", 0))
    rule = facts.get("rule")
    if (discipline := DISCIPLINES.get(str(rule))) is not None:
        reason = discipline.words_for(facts).reason
        return ngettext(reason.one, reason, waited, **facts)
    match rule:
        case "brought_forward":
            return gettext("Was at a counter before and goes first.")
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


def _standing_words(waited: int, facts: Mapping[str, Any]) -> str:
    """Return that a counter's own services are paused or closed, for how many numbers, and the notice that says why."""
    standing, notices = int(facts.get("standing", 0)), facts.get("notices") or {}
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
    why = in_language(notices, str(get_locale()))
    return f"{what} ({why})" if why else what
