"""The content of slips: the office's layout and lines, and the text of one ticket in its languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext, ngettext

from antrean.printing.slip.content import BLOCKS
from antrean.queueing.cases.codes import spaced
from antrean.queueing.estimation.open_time import Reach
from antrean.queueing.hours.calendar import closes_at, spans_on
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.plan.texts import in_language
from antrean.queueing.services.state import OPEN_TODAY, ServiceToday
from antrean.queueing.slips.events import SPARED
from antrean.queueing.slips.slip import Slip
from antrean.queueing.tickets.coming_back import keeps_place, may_come_back_with_papers
from antrean.queueing.tickets.numbers import sample_number
from antrean.queueing.tickets.ticket import Ticket, came_back_from
from antrean.queueing.vouchers.book import Voucher
from antrean.web.services import services
from antrean.web.text.bring import bring
from antrean.web.text.coming_back import come_on_words, is_another_day
from antrean.web.text.hours import coming_days, spans_words
from antrean.web.text.outages import waits_words
from antrean.web.text.spare import spare
from antrean.web.text.tickets import case_of, follow_url
from antrean.web.text.times import brief_date, brief_span, day_name, long_time, short_date
from antrean.web.text.waits import Wait, reach_words, wait_words

# Of the office's slip, what says how it looks; its header and footer lines go with the words of each language.
LAYOUT = ("blocks", "fields", "sizes", "number_size", "languages", "logo", "qr_module", "beep", "papers", "case")
MOST_KEPT = 1000
SAMPLE_AHEAD, SAMPLE_WAIT, SAMPLE_CASE = 7, (15, 30), "XXXXXXXX"
LISTED_DAYS = 3  # on which the office opens next, on a list for whoever comes back
# The documents stand on the slip of a number where they fit into three or four lines of the narrow paper.
MOST_PAPERS, LONGEST_PAPERS = 3, 100
VOUCHER_BLOCKS = ("office", "mark", "number", "service", "fields", "qr", "case", "footer")
VOUCHER_NUMBER, VOUCHER_MODULE = 4, 5


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a slip says of its ticket beside the number and the service.

    `people_ahead` and `wait` are those at the issue; they are left out where the first is None. `reach` is whether the
    visitor may not be served before the service `closes`. `held_up`: why the service is held up by an outage now, by
    language, and until about when. `case` is the code of what the visitor applies for, and `collects` are those of what
    they came to collect.
    """

    persons: int
    people_ahead: int | None
    wait: Wait
    priority: bool
    code: str = ""
    then: str = ""
    reach: Reach = ""
    closes: datetime | None = None
    held_up: tuple[tuple[str, str], ...] = ()
    until: str = ""
    case: str = ""
    collects: str = ""


def slip_layout(settings: Mapping[str, Any], documents: bool = True, cases: bool = True) -> dict[str, Any]:
    """Return the layout as print agents read it.

    The documents to bring and the code of a case have their places also where the layout was saved before there were
    any. In an office without `documents`, or without `cases`, nothing is said of them: an agent of an earlier release,
    on a kiosk's machine, does not know the word.
    """
    layout = {key: settings[key] for key in LAYOUT if key in settings}
    for part, there in (("case", cases), ("papers", documents)):
        if not there:
            layout.pop(part, None)
            if "blocks" in layout:
                layout["blocks"] = [block for block in layout["blocks"] if block != part]
        elif "blocks" in layout and part not in layout["blocks"]:
            before = set(BLOCKS[: BLOCKS.index(part)])
            place = max((at for at, block in enumerate(layout["blocks"], 1) if block in before), default=0)
            layout["blocks"] = [*layout["blocks"][:place], part, *layout["blocks"][place:]]
    return layout


class SlipContents:
    """The content of open slips, composed once and kept until the plan or the ticket changes.

    Every view of a print agent holds its next slips.
    """

    def __init__(self) -> None:
        self._plan: OfficePlan | None = None
        self._kept: dict[tuple[Any, ...], dict[str, Any]] = {}

    def of(self, plan: OfficePlan, ticket: Ticket, slip: Slip, today: ServiceToday = OPEN_TODAY) -> dict[str, Any]:
        """Return the content of a ticket's slip, whose service stands as `today` says; callers must not change it."""
        if plan is not self._plan or len(self._kept) >= MOST_KEPT:
            self._plan, self._kept = plan, {}
        facts = _facts(plan, ticket, today)
        told = (ticket.service, facts, ticket.language)
        key = (ticket.issued_at, ticket.number, ticket.seq, slip.copy, *told)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = slip_content(plan, ticket, slip, today)
        return found

    def of_voucher(self, plan: OfficePlan, slip: Slip, held: Voucher | None) -> dict[str, Any]:
        """Return the content of a voucher's slip; callers must not change it."""
        if plan is not self._plan or len(self._kept) >= MOST_KEPT:
            self._plan, self._kept = plan, {}
        key = (slip.asked_at, slip.ticket, slip.copy, held)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = voucher_content(plan, slip, held)
        return found


def slip_content(plan: OfficePlan, ticket: Ticket, slip: Slip, today: ServiceToday = OPEN_TODAY) -> dict[str, Any]:
    """Return the content of a ticket's slip, in the language of the ticket and those that the office adds."""
    mark = ""
    if slip.copy:
        with force_locale(ticket.language):
            mark = gettext("COPY %(copy)d", copy=slip.copy + 1)
    links = services().links
    facts, link = replace(_facts(plan, ticket, today), code=links.code(ticket)), links.of(ticket)
    return _content(
        plan, plan.slip, ticket.language, ticket.number, ticket.service, facts, ticket.issued_at, link, mark
    )


def voucher_content(plan: OfficePlan, slip: Slip, held: Voucher | None) -> dict[str, Any]:
    """Return the content of a voucher's slip, in the first language of the office.

    `held` is the voucher; None where it was redeemed while its slip was sent: the slip then has its number alone.
    """
    language = plan.languages[0]
    with force_locale(language):
        marks = [_sample_mark(plan, language), gettext("COMING BACK")]
        if slip.again:
            marks.append(gettext("COPY %(copy)d", copy=slip.again + 1))
        content = {"office": plan.name, "number": slip.number, "mark": ", ".join(filter(None, marks))}
        content["language"] = language
        if held is None:
            return content
        links, service = services().links, plan.service_name(held.service, language)
        if held.then:
            then = plan.service_name(held.then, language)
            service = gettext("%(service)s, then %(then)s", service=service, then=then)
        facts = [
            *([(gettext("Persons"), str(held.persons))] if held.persons > 1 else []),
            *([(gettext("Queue"), gettext("priority"))] if held.priority else []),
            (gettext("Valid"), _days(held, language)),
            (gettext("Code"), links.code(held)),
        ]
        return {
            **content,
            "service": service,
            "fields": [{"label": label, "value": value} for label, value in facts],
            "qr": follow_url(links.of(held), case_of(held)),
            **_cases(language, held.case, held.collects),
            "footer": [
                gettext("Not served on %(day)s: you are among the first.", day=brief_date(held.day, language)),
                gettext("At the kiosk: “I lost my slip”, or ask our staff."),
                gettext("This number is not called; you get a new one."),
            ],
        }


def voucher_layout(cases: bool = False) -> dict[str, Any]:
    """Return the layout of vouchers' slips: short, since hundreds may be printed, without logo and office's lines.

    Those of an office that follows no `cases` have no place for a code, for agents of an earlier release.
    """
    return {
        "blocks": [block for block in VOUCHER_BLOCKS if block != "case" or cases],
        "sizes": {"office": 1, "service": 1},
        "number_size": VOUCHER_NUMBER,
        "qr_module": VOUCHER_MODULE,
    }


def _days(held: Voucher, language: str) -> str:
    """Return on which days a voucher holds."""
    if held.valid_from == held.valid_until:
        return short_date(held.valid_from, language)
    return brief_span(held.valid_from, held.valid_until, language)


def list_content(plan: OfficePlan, slip: Slip, lacking: Ticket | None = None) -> dict[str, Any]:
    """Return the content of a paper without a number: what its service asks for, or why a visit is not needed.

    The first says as well what it costs and takes, and when to come. A service that has left the plan meanwhile says
    nothing any more; the paper then has its code alone. `lacking` is the ticket whose papers were missing, where the
    list is for its visitor: then it says which, and how to come back with its number.
    """
    language = slip.language
    service = next((one for one in plan.services if one.code == slip.service), None)
    if slip.about == SPARED:
        return _spared_content(plan, slip, service)
    with force_locale(language):
        asked = bring(service, language) if service is not None else None
        week = coming_days(plan, plan.business_day(slip.asked_at))
        open_on = [(one.day, spans) for one in week if (spans := spans_on(plan, one.day, service))][:LISTED_DAYS]
        title, papers = gettext("Documents to bring"), list(asked.documents) if asked is not None else []
        if lacking is not None:
            named = plan.missing_names(slip.service, slip.papers, language)
            title, papers = (gettext("Papers missing"), list(named)) if named else (title, papers)
        facts = [
            *(
                ((gettext("Number"), lacking.number), (gettext("Code"), services().links.code(lacking)))
                if lacking
                else ()
            ),
            (gettext("Cost"), asked.cost if asked is not None else ""),
            (gettext("Time by law"), asked.legal_time if asked is not None else ""),
            *((day_name(day, language), spans_words(spans, language)) for day, spans in open_on),
        ]
        return {
            **_of_list(plan, slip),
            "fields": [{"label": label, "value": value} for label, value in facts if value],
            "papers_title": title,
            "papers": papers or [slip.service],
            "footer": _coming_back(plan, slip, lacking) if lacking is not None else _taking_a_number(),
        }


def _taking_a_number() -> list[str]:
    return [gettext("This is no number."), gettext("Come back with these, and take a number then.")]


def _coming_back(plan: OfficePlan, slip: Slip, lacking: Ticket) -> list[str]:
    """Return how a visitor whose papers were missing comes back; the kiosk takes them where the office allows it.

    Whose number went on to another service brings them once that has ended.
    """
    stage = next((leg for leg in reversed(lacking.legs) if leg.service == slip.service), None)
    told = stage.come_on if stage is not None else ""
    today = plan.business_day(slip.asked_at)
    words = [come_on_words(told, today, slip.language)] if told else []
    if is_another_day(told, today):
        return words
    if lacking.service != slip.service:
        if not keeps_place(lacking, plan):
            return [gettext("Come back with these, and take a number then.")]
        return [
            *words,
            gettext(
                "After your other service, bring them while the office is open today and show this number to an "
                "operator: you need not wait from the end."
            ),
            gettext("On another day, please take a new number."),
        ]
    kiosk = gettext("Or touch “I lost my slip” at the kiosk and type number and code: you need not wait from the end.")
    return [
        *words,
        gettext("Bring them while the office is open today and show this number to an operator: you go first."),
        *([kiosk] if may_come_back_with_papers(lacking, plan) else []),
        gettext("On another day, please take a new number."),
    ]


def _spared_content(plan: OfficePlan, slip: Slip, service: Service | None) -> dict[str, Any]:
    """Return the content of a paper that says why a visit is not needed."""
    language = slip.language
    words = spare(service, language).words if service is not None else ""
    with force_locale(language):
        return {
            **_of_list(plan, slip),
            "papers_title": gettext("You need not come for this."),
            "papers": [words or slip.service],
            "footer": [gettext("This is no number.")],
        }


def _of_list(plan: OfficePlan, slip: Slip) -> dict[str, Any]:
    """Return what every paper without a number says: whose it is, of which service and when it was asked for."""
    language = slip.language
    return {
        "office": plan.name,
        "service": plan.service_name(slip.service, language),
        "issued": long_time(slip.asked_at, plan.tz, language),
        "header": _lines(plan.slip, "header", language),
        "mark": _sample_mark(plan, language),
        "language": language,
    }


def sample_content(plan: OfficePlan, settings: Mapping[str, Any], language: str, at: datetime) -> dict[str, Any]:
    """Return the content of a sample slip with these settings."""
    followed = next((one for one in plan.services if one.journey is not None), None)
    service = followed or plan.services[0]
    case = SAMPLE_CASE if followed is not None else ""
    facts = _Facts(2, SAMPLE_AHEAD, SAMPLE_WAIT, priority=False, code="0000", case=case)
    number = sample_number(plan, service.series)
    link = services().links.sample(number)
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
        if facts.case and settings.get("case", True):
            with force_locale(translation["language"]):
                translation["footer"] = [_keep_words(), *translation["footer"]]
    return {
        "office": plan.name,
        "number": number,
        "issued": long_time(issued_at, plan.tz, language),
        "qr": follow_url(link, facts.case or facts.collects.partition(" ")[0]),
        "header": _lines(settings, "header", language),
        "mark": ", ".join(part for part in (_sample_mark(plan, language), mark) if part),
        "language": language,
        "translations": translations,
        **words,
        **_papers(plan, language, service, facts.then),
        **_cases(language, facts.case, facts.collects),
    }


def _cases(language: str, case: str, collects: str) -> dict[str, Any]:
    """Return the codes of a number as its slip says them: of what the visitor applies for, and of what they collect."""
    if not case and not collects:
        return {}
    with force_locale(language):
        applied = {"title": gettext("Case code"), "codes": [spaced(case)], "words": _keep_words()}
        came_for = {
            "title": gettext("With this number you collect"),
            "codes": [spaced(code) for code in collects.split()],
        }
        return {"cases": [*([applied] if case else ()), *([came_for] if collects else ())]}


def _keep_words() -> str:
    return gettext("Keep this code: it tells you how far it is, and you need it to collect it.")


def _papers(plan: OfficePlan, language: str, *services: str) -> dict[str, Any]:
    """Return the documents of the visit's services as the slip of a number says them: by name where they are few."""
    names = list(dict.fromkeys(one.name(language) for code in services for one in plan.requirements_of(code)))
    if not names:
        return {}
    with force_locale(language):
        if len(names) <= MOST_PAPERS and sum(map(len, names)) <= LONGEST_PAPERS:
            return {"papers_title": gettext("Please have these ready:"), "papers": names}
        count = ngettext("%(num)d document to bring", "%(num)d documents to bring", len(names))
        at_kiosk = all(plan.service(code).ask_requirements for code in services if plan.requirements_of(code))
        title = (
            gettext("%(documents)s: the list is at the kiosk and on your phone.", documents=count)
            if at_kiosk
            else gettext("%(documents)s: the list is on your phone.", documents=count)
        )
        return {"papers_title": title}


def _words(plan: OfficePlan, settings: Mapping[str, Any], language: str, service: str, facts: _Facts) -> dict[str, Any]:
    with force_locale(language):
        always = [(gettext("Queue"), gettext("priority"))] if facts.priority else []
        kept = bool(facts.case) and settings.get("case", True)
        # Whoever keeps a slip for weeks must not read that it is of no use tomorrow.
        valid = gettext("Number valid") if kept else gettext("Valid")
        always += [(valid, gettext("today only")), (gettext("Code"), facts.code)]
        ahead = [
            {"key": "people_ahead", "label": gettext("Ahead of you"), "value": str(facts.people_ahead)},
            {"key": "wait", "label": gettext("Estimated wait"), "value": wait_words(facts.wait)},
        ]
        has_table = "fields" in settings.get("blocks", BLOCKS)
        keep = [] if kept else [gettext("Please keep this slip until you are served.")]  # the code says for how long
        footer = _lines(settings, "footer", language) or keep
        sample = [gettext("From the sample office: no real number.")] if plan.demo else []
        may_not = [reach_words(facts.reach, facts.closes, plan.tz, language)] if facts.reach and facts.closes else []
        why = in_language(dict(facts.held_up), language)
        held_up = [waits_words(why, facts.until)] if why else []
        name = plan.service_name(service, language)
        if facts.then:
            then = plan.service_name(facts.then, language)
            name = gettext("%(service)s, then %(then)s", service=name, then=then)
        return {
            "service": name,
            "fields": [
                {"key": "persons", "label": gettext("Persons"), "value": str(facts.persons)},
                *(ahead if facts.people_ahead is not None else ()),
                *({"label": label, "value": value} for label, value in always if has_table),
            ],
            "qr_caption": gettext("Scan to follow your number"),
            "footer": [
                *held_up,
                *may_not,
                *sample,
                *([] if has_table else (f"{label}: {value}" for label, value in always)),
                *footer,
            ],
        }


def _sample_mark(plan: OfficePlan, language: str) -> str:
    """Return the word above the number that says that the slip is of the sample office; "" in any other."""
    if not plan.demo:
        return ""
    with force_locale(language):
        return gettext("SAMPLE")


def _facts(plan: OfficePlan, ticket: Ticket, today: ServiceToday) -> _Facts:
    ahead: int | None = ticket.people_ahead_at_issue
    reach = ticket.reach_at_issue
    if came_back_from(ticket) is not None:
        ahead, reach = None, ""  # whoever comes back with papers has another place than when the number was given
    service = next((one for one in plan.services if one.code == ticket.service), None)
    closes = closes_at(plan, ticket.issued_at, service) if reach else None
    held_up = tuple(sorted(today.reasons.items())) if today.outage else ()
    return _Facts(
        ticket.persons, ahead, ticket.wait_at_issue, ticket.priority, "", ticket.then, reach, closes, held_up,
        today.until if held_up else "", ticket.case, ticket.collects,
    )  # fmt: skip


def _lines(settings: Mapping[str, Any], block: str, language: str) -> list[str]:
    return list(in_language(settings.get(block, {}), language) or ())
