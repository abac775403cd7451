"""Commands about cases: move them through the stages of their journey, take that back, bring in cases from before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.cases.book import Case
from antrean.queueing.cases.codes import read
from antrean.queueing.cases.of_visits import is_ready, journey_of
from antrean.queueing.command.base import KIOSK, OPERATOR, SUPERVISOR, VISITOR, Command, Standing, command
from antrean.queueing.command.checks import CODE, REASON, SERVICE
from antrean.queueing.command.fields import GIVEN, OneOf, Text
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid, Refused, Unknown
from antrean.queueing.plan.journeys import LEADERS
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.privacy import refuse_identity_numbers

STAGE = Text(40)
MOST_AT_ONCE = 500  # cases in one command
AT_OFFICE, BY_PHONE = "office", "phone"  # where residents ask


def _read(codes: Sequence[str]) -> list[str]:
    """Return the codes of a list, each once. Refuses an empty one, one that is too long, and what can be no code."""
    refuse_identity_numbers(*codes)
    found = list(dict.fromkeys(read(code) for code in codes))
    if not 0 < len(found) <= MOST_AT_ONCE or "" in found:
        raise Invalid("value_invalid", field="cases")
    return found


def _known(standing: Standing, codes: Sequence[str]) -> list[Case]:
    """Return the cases that codes mean to staff. Refuses what is not known."""
    found: dict[str, Case] = {}
    for code in _read(codes):
        cases = standing.cases.named(code)
        if not cases:
            raise Unknown("case_unknown", case=code)
        found.update((one.code, one) for one in cases)
    return list(found.values())


@command(
    "move_cases",
    gives=(e.CasesMoved,),
    given_by=(OPERATOR,),
    refuses=("case_ended", "case_moved", "case_unknown", "note_has_id_number", "stage_for_leaders", "stage_unknown"),
)
class MoveCases(Command):
    """Move cases on to a stage of their journey, which is after the one in which they are.

    The letters alone mean all cases of a visit. Cases that are in the stage already, or beyond, are left out; refused
    where none is left (`case_moved`, `case_ended`). Refuses a stage to which only those who lead move cases.
    """

    cases: tuple[str, ...]
    stage: Annotated[str, STAGE]
    leads: Annotated[bool, GIVEN] = False

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the move, for each kind of end one."""
        moved: dict[bool, list[str]] = {}
        found = _known(standing, self.cases)
        for case in found:
            journey = journey_of(plan, case.service)
            stage = journey.stage(self.stage) if journey is not None else None
            if journey is None or stage is None:
                raise Unknown("stage_unknown")
            if stage.moved_by == LEADERS and not self.leads:
                raise Refused("stage_for_leaders")
            if not case.ended and journey.place(case.stage) < journey.place(self.stage):
                moved.setdefault(stage == journey.last, []).append(case.code)
        if not moved:
            raise Refused("case_ended" if all(one.ended for one in found) else "case_moved", case=found[0].code)
        return [e.CasesMoved(" ".join(codes), self.stage, ends) for ends, codes in sorted(moved.items())]


@command(
    "take_back_cases",
    gives=(e.CasesTakenBack,),
    given_by=(OPERATOR,),
    refuses=("case_not_moved", "case_unknown", "note_has_id_number", "stage_for_leaders"),
)
class TakeBackCases(Command):
    """Take back the last move of cases: each is where it was before, since then.

    Only those that are in this `stage` now, or expired in it: what was taken back is not taken back twice. Refused
    where none is left (`case_not_moved`). Who may not move a case to that stage can't take it back either.
    """

    cases: tuple[str, ...]
    stage: Annotated[str, STAGE]
    leads: Annotated[bool, GIVEN] = False

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return what is taken back."""
        found = _known(standing, self.cases)
        moved = [one for one in found if one.stage == self.stage and (one.passed or one.ended)]
        if not moved:
            raise Refused("case_not_moved", case=found[0].code)
        for case in moved:
            journey = journey_of(plan, case.service)
            stage = journey.stage(case.stage) if journey is not None else None
            if stage is not None and stage.moved_by == LEADERS and not self.leads:
                raise Refused("stage_for_leaders")
        return (e.CasesTakenBack(" ".join(one.code for one in moved)),)


@command(
    "key_in_cases",
    gives=(e.CasesKeyedIn,),
    given_by=(SUPERVISOR,),
    refuses=("case_known", "note_has_id_number", "service_unknown", "stage_unknown"),
)
class KeyInCases(Command):
    """Bring in cases from before the system, by the codes that the office gave out: 4 to 12 letters and digits.

    They are in this stage since the day `since`, such as 2026-11-02, or from now on. Refuses the stage that ends a
    case, codes that are known, and a day that is to come.
    """

    cases: tuple[str, ...]
    service: Annotated[str, SERVICE]
    stage: Annotated[str, STAGE]
    since: date | None = None

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the new cases."""
        journey = plan.service(self.service).journey
        stage = journey.stage(self.stage) if journey is not None else None
        if journey is None or stage is None or stage == journey.last:
            raise Unknown("stage_unknown")
        codes = _read(self.cases)
        for code in codes:
            if code in standing.cases.cases or code in day.case_codes:
                raise Refused("case_known", case=code)
        if self.since is not None and self.since > day.business_day:
            raise Invalid("value_invalid", field="since")
        since = at
        if self.since is not None and self.since < day.business_day:
            since = datetime.combine(self.since, time(12), plan.tz).astimezone(UTC)
        return (e.CasesKeyedIn(" ".join(codes), self.service, self.stage, since.isoformat()),)


@command("withdraw_case", gives=(e.CasesWithdrawn,), given_by=(SUPERVISOR,), refuses=("case_unknown", "reason_missing"))
class WithdrawCase(Command):
    """End a case that should never have been opened, or is not wanted any more. Whoever does it says why."""

    case: Annotated[str, CODE]
    reason: Annotated[str, REASON]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the end of the case."""
        code = read(self.case)
        if code not in standing.cases.cases:
            raise Unknown("case_unknown", case=code)
        if not self.reason.strip():
            raise Invalid("reason_missing")
        return (e.CasesWithdrawn(code, self.reason.strip()),)


@command("ask_case", gives=(e.CaseAsked,), given_by=(KIOSK, VISITOR), refuses=("case_unknown",))
class AskCase(Command):
    """A resident asks how far a case is, at a kiosk or by phone. Each place is noted once a day."""

    case: Annotated[str, CODE]
    place: Annotated[str, OneOf((AT_OFFICE, BY_PHONE)), GIVEN]

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the question, or nothing when it was asked today."""
        found = standing.cases.of(read(self.case))
        if not found:
            raise Unknown("case_unknown", case=read(self.case))
        ready = any(is_ready(plan, one) for one in found)
        if all(one.ended for one in found) or (found[0].code, self.place) in day.asked:
            return ()
        return (e.CaseAsked(found[0].code, self.place, ready),)
