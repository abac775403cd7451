"""The board in words: why a figure is not sure, where cases are held up, and what happened to one case."""

from __future__ import annotations

from flask_babel import gettext

from antrean.queueing import events as e
from antrean.queueing.cases import board as b
from antrean.queueing.cases.book import COLLECTED, EXPIRED, Case
from antrean.queueing.cases.commands import AT_OFFICE
from antrean.queueing.errors import N_
from antrean.queueing.journal.kinds import Event
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import OfficePlan
from antrean.web.text.numbers import count_words

UNSURE = {
    b.FEW_WEEKS: N_("not sure: fewer than four whole weeks are known"),
    b.FEW_CASES: N_("not sure: too few cases left"),
    b.GROWING: N_("not sure: more came than went on"),
    b.SHRINKING: N_("not sure: more went on than came"),
    b.BY_HAND: N_("not sure: many were keyed in, withdrawn or expired"),
    b.UNEVEN: N_("not sure: the weeks differ much"),
}


def unsure_words(stay: b.Stay) -> str:
    """Return why the days of a stay are not sure; "" where they are."""
    return gettext(UNSURE[stay.unsure]) if stay.unsure else ""


def bottleneck_words(seen: b.ServiceBoard, language: str) -> str:
    """Return where cases are held up and why; "" where nobody knows."""
    found = seen.bottleneck
    if found is None:
        return ""
    if found.why == b.LONGEST:
        return gettext("They stay longest there.")
    if found.why == b.GROWS:
        return gettext("More came than went on.")
    here = next(one for one in seen.stages if one.stage == found.stage)
    come, limit = count_words(here.came_a_day, language), count_words(here.limit or 0, language)
    return gettext("%(come)s a day come, and %(limit)s can go on.", come=come, limit=limit)


def held_up(seen: b.ServiceBoard) -> str:
    """Return the code of the stage that more cases come to than leave it; "" for none. A slow stage alone is none."""
    found = seen.bottleneck
    return found.stage.code if found is not None and found.why != b.LONGEST else ""


def where_words(case: Case, plan: OfficePlan, language: str) -> str:
    """Return in which stage a case is, or how it ended."""
    if case.ended == COLLECTED:
        return gettext("Collected")
    if case.ended == EXPIRED:
        return gettext("Expired")
    return stage_name(plan, case.service, case.stage, language)


def stage_name(plan: OfficePlan, service: str, stage: str, language: str) -> str:
    """Return the name of a stage; its code where it left the journey."""
    journey = plan.service(service).journey if plan.has_service(service) else None
    return stage_of(journey, stage, language)


def stage_of(journey: Journey | None, stage: str, language: str) -> str:
    """Return the name of a stage of a journey; its code where it left it."""
    found = journey.stage(stage) if journey is not None else None
    return found.name(language) if found is not None else stage


def happened_words(event: Event, plan: OfficePlan, service: str) -> str:
    """Return what a line of the journal says of one case."""
    match event:
        case e.CasesOpened(ticket=ticket, stage=stage):
            return gettext("Begun with number %(ticket)s: %(stage)s", ticket=ticket, stage=_of(plan, service, stage))
        case e.CasesKeyedIn(stage=stage):
            return gettext("Keyed in: %(stage)s", stage=_of(plan, service, stage))
        case e.CasesMoved(ticket=ticket) if ticket:
            return gettext("Collected with number %(ticket)s", ticket=ticket)
        case e.CasesMoved(stage=stage):
            return gettext("Moved on: %(stage)s", stage=_of(plan, service, stage))
        case e.CasesTakenBack():
            return gettext("Last move taken back")
        case e.CasesExpired():
            return gettext("Expired: too long in one stage")
        case e.CaseAsked(place=place) if place == AT_OFFICE:
            return gettext("Somebody asked at a kiosk")
        case e.CaseAsked():
            return gettext("Somebody asked by phone")
        case _:
            return event.kind


def _of(plan: OfficePlan, service: str, stage: str) -> str:
    return stage_name(plan, service, stage, plan.languages[0])
