"""The content of slips: the office's layout and lines, and the text of one ticket in its languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext

from antrean.printing.slip.content import BLOCKS
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language
from antrean.queueing.slips.slip import Slip
from antrean.queueing.tickets.ticket import Ticket
from antrean.web.services import services
from antrean.web.text.tickets import follow_url
from antrean.web.text.times import long_time
from antrean.web.text.waits import Wait, wait_words

# Of the office's slip, what says how it looks; its header and footer lines go with the words of each language.
LAYOUT = ("blocks", "fields", "sizes", "number_size", "languages", "logo", "qr_module", "beep")
MOST_KEPT = 1000
SAMPLE_AHEAD, SAMPLE_WAIT = 7, (15, 30)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a slip says of its ticket beside the number and the service."""

    persons: int
    people_ahead: int
    wait: Wait
    priority: bool
    code: str = ""
    then: str = ""


def slip_layout(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layout as print agents read it."""
    return {key: settings[key] for key in LAYOUT if key in settings}


class SlipContents:
    """The content of open slips, composed once and kept until the plan or the ticket changes.

    Every view of a print agent holds its next slips.
    """

    def __init__(self) -> None:
        self._plan: OfficePlan | None = None
        self._kept: dict[tuple[Any, ...], dict[str, Any]] = {}

    def of(self, plan: OfficePlan, ticket: Ticket, slip: Slip) -> dict[str, Any]:
        """Return the content of a ticket's slip; callers must not change it."""
        if plan is not self._plan or len(self._kept) >= MOST_KEPT:
            self._plan, self._kept = plan, {}
        facts = _facts(ticket)
        told = (ticket.service, facts, ticket.language)
        key = (ticket.issued_at, ticket.number, ticket.seq, slip.copy, *told)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = slip_content(plan, ticket, slip)
        return found


def slip_content(plan: OfficePlan, ticket: Ticket, slip: Slip) -> dict[str, Any]:
    """Return the content of a ticket's slip, in the language of the ticket and those that the office adds."""
    mark = ""
    if slip.copy:
        with force_locale(ticket.language):
            mark = gettext("COPY %(copy)d", copy=slip.copy + 1)
    links = services().links
    facts, link = replace(_facts(ticket), code=links.code(ticket)), links.of(ticket)
    return _content(
        plan, plan.slip, ticket.language, ticket.number, ticket.service, facts, ticket.issued_at, link, mark
    )


def sample_content(plan: OfficePlan, settings: Mapping[str, Any], language: str, at: datetime) -> dict[str, Any]:
    """Return the content of a sample slip with these settings."""
    service = plan.services[0]
    facts = _Facts(2, SAMPLE_AHEAD, SAMPLE_WAIT, priority=False, code="0000")
    number, link = f"{service.series}-012", services().links.sample(service.series)
    return _content(plan, settings, language, number, service.code, facts, at, link, "")


def _content(
    plan: OfficePlan,
    settings: Mapping[str, Any],
    language: str,
    number: str,
    service: str,
    facts: _Facts,
    issued_at: datetime,
    link: str,
    mark: str,
) -> dict[str, Any]:
    words = _words(plan, settings, language, service, facts)
    more = [code for code in settings.get("languages", ()) if code != language and code in plan.languages]
    translations = [{"language": code, **_words(plan, settings, code, service, facts)} for code in more]
    for translation in translations:
        del translation["qr_caption"]
    return {
        "office": plan.name,
        "number": number,
        "issued": long_time(issued_at, plan.tz, language),
        "qr": follow_url(link),
        "header": _lines(settings, "header", language),
        "mark": ", ".join(part for part in (_sample_mark(plan, language), mark) if part),
        "language": language,
        "translations": translations,
        **words,
    }


def _words(plan: OfficePlan, settings: Mapping[str, Any], language: str, service: str, facts: _Facts) -> dict[str, Any]:
    with force_locale(language):
        always = [(gettext("Queue"), gettext("priority"))] if facts.priority else []
        always += [(gettext("Valid"), gettext("today only")), (gettext("Code"), facts.code)]
        has_table = "fields" in settings.get("blocks", BLOCKS)
        footer = _lines(settings, "footer", language) or [gettext("Please keep this slip until you are served.")]
        sample = [gettext("From the sample office: no real number.")] if plan.demo else []
        name = plan.service(service).name(language)
        if facts.then:
            then = plan.service(facts.then).name(language)
            name = gettext("%(service)s, then %(then)s", service=name, then=then)
        return {
            "service": name,
            "fields": [
                {"key": "persons", "label": gettext("Persons"), "value": str(facts.persons)},
                {"key": "people_ahead", "label": gettext("Ahead of you"), "value": str(facts.people_ahead)},
                {"key": "wait", "label": gettext("Estimated wait"), "value": wait_words(facts.wait)},
                *({"label": label, "value": value} for label, value in always if has_table),
            ],
            "qr_caption": gettext("Scan to follow your number"),
            "footer": [*sample, *([] if has_table else (f"{label}: {value}" for label, value in always)), *footer],
        }


def _sample_mark(plan: OfficePlan, language: str) -> str:
    """Return the word above the number that says that the slip is of the sample office; "" in any other."""
    if not plan.demo:
        return ""
    with force_locale(language):
        return gettext("SAMPLE")


def _facts(ticket: Ticket) -> _Facts:
    return _Facts(ticket.persons, ticket.people_ahead_at_issue, ticket.wait_at_issue, ticket.priority, then=ticket.then)


def _lines(settings: Mapping[str, Any], block: str, language: str) -> list[str]:
    return list(in_language(settings.get(block, {}), language) or ())
