"""What needs somebody now, the worst first: what is wrong, what to do, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext, ngettext

from admin import frame
from admin.today.lamps import printer_lamps, stock_alarms
from admin.today.paper_alarm import paper_alarm
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.paper import without_paper
from antrean.reporting.floor import CounterFloor, Floor, ServiceFloor
from antrean.web.screens.silent import panel_words, silent_lamps
from antrean.web.screens.standstill import StandstillQuestion, standstill_question
from antrean.web.services import services
from antrean.web.text.alarms import clock_words, damage_words, stopped_words
from antrean.web.text.printer_status import SEVERITY
from antrean.web.text.times import clock

MOST_ALIKE = 3  # named one by one: after a power cut all screens are silent


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that needs somebody: `what` is wrong, and the next `step`, "" where the words say it.

    `section` is where it is mended, and `place` a part of its page.
    """

    severity: str
    what: str
    step: str = ""
    section: str = "today"
    place: str = ""


def alarms(floor: Floor, plan: OfficePlan, at: datetime) -> list[Alarm]:
    """Return all alarms, the worst first; of equally bad ones those that stop numbers or calls come first."""
    found = [*_of_the_hub(), *_of_devices(plan), *_of_the_queue(floor, plan, at), *_of_paper_and_stock()]
    return sorted(found, key=lambda one: SEVERITY.index(one.severity))


def _of_the_hub() -> Iterator[Alarm]:
    hub, office = services(), services().office
    stopped = stopped_words(office.holds)
    if stopped is not None:
        yield Alarm("danger", *stopped)
    damage = damage_words(hub.damage.sentences(), lines_lost=bool(hub.damage.missed))
    if damage:
        yield Alarm("danger", damage)
    closed = office.read(lambda day, _plan: day.closed)
    wrong = clock_words(office.guard.state, office.guard.why, office.time.stops(office.business_day(), closed))
    if wrong is not None:
        yield Alarm("warning" if office.guard.state == "jumped" else "danger", *wrong, section="clock")


def _of_devices(plan: OfficePlan) -> Iterator[Alarm]:
    for lamp in printer_lamps():
        yield Alarm(lamp.severity, lamp.what, lamp.step, "printers")
    silent = [one.lamp for one in silent_lamps(services(), plan)]
    for lamp in silent[:MOST_ALIKE]:
        yield Alarm(lamp.severity, lamp.what, lamp.step, "devices")
    more = silent[MOST_ALIKE:]
    if more:
        words = ngettext("and %(num)d more screen", "and %(num)d more screens", len(more))
        yield Alarm(more[0].severity, words, section="devices")
    for words in panel_words(services(), plan, names_shown()):
        yield Alarm("warning", words, place="counters-title")


def names_shown() -> bool:
    """Return whether operators are named to those for whom is drawn: to whoever leads."""
    return frame.may("free_counter")


def _of_the_queue(floor: Floor, plan: OfficePlan, at: datetime) -> Iterator[Alarm]:
    question = services().office.read(lambda day, plan: standstill_question(day, plan, at))
    if question is not None:
        yield _standstill(question)
    long = [one for one in floor.counters if one.is_called_long(at)]
    for counter in long[:MOST_ALIKE]:
        yield _called_long(counter, plan)
    if (more := len(long) - MOST_ALIKE) > 0:
        words = ngettext(
            "At %(num)d more counter nobody has come for the number that is called.",
            "At %(num)d more counters nobody has come for the number that is called.",
            more,
        )
        yield Alarm("warning", words, place="counters-title")
    late = sorted((one for one in floor.services if one.past.part), key=lambda one: -(one.past.percent or 0))
    for service in late[:MOST_ALIKE]:
        yield _past_promise(service, plan)
    if (more := len(late) - MOST_ALIKE) > 0:
        words = ngettext(
            "At %(num)d more service some have waited for longer than was promised.",
            "At %(num)d more services some have waited for longer than was promised.",
            more,
        )
        yield Alarm("warning", words, place="services-title")


def _called_long(counter: CounterFloor, plan: OfficePlan) -> Alarm:
    said = gettext(
        "%(number)s has been called at %(counter)s since %(time)s, and nobody has come.",
        number=counter.number,
        counter=plan.counter_name(counter.code),
        time=clock(counter.since, plan.tz, plan.languages[0]) if counter.since is not None else "",
    )
    return Alarm("warning", said, gettext("Call again, or say that nobody came"), place="counters-title")


def _past_promise(service: ServiceFloor, plan: OfficePlan) -> Alarm:
    said = ngettext(
        "%(service)s: %(num)d of %(all)d has waited for longer than the promised %(minutes)d minutes.",
        "%(service)s: %(num)d of %(all)d have waited for longer than the promised %(minutes)d minutes.",
        service.past.part,
        service=plan.service_name(service.code),
        all=service.past.whole,
        minutes=service.promise,
    )
    return Alarm("warning", said, gettext("Have one more counter serve it"), place="services-title")


def _standstill(question: StandstillQuestion) -> Alarm:
    said = (
        ", ".join(question.names),
        ngettext("No call for %(num)d minute", "No call for %(num)d minutes", question.minutes),
        ngettext("%(num)d waiting", "%(num)d waiting", question.waiting),
    )
    return Alarm("warning", " · ".join(said), gettext("Say whether something is down"), place="still-title")


def _of_paper_and_stock() -> Iterator[Alarm]:
    office = services().office
    lacking = paper_alarm(office.read(lambda day, plan: list(without_paper(day, plan, office.clock()))))
    if lacking:
        yield Alarm("warning", lacking, section="printers")
    for words, severity in office.read(stock_alarms):
        yield Alarm(severity, words, section="stock")


def leads_to(alarm: Alarm) -> bool:
    """Return whether whoever it is drawn for may open the section where it is mended."""
    return frame.may(alarm.section)
