"""Whatever two administrators change of the counters, nobody's work is lost, and no service is left unwarned."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.command.base import Standing
from antrean.queueing.commands import SavePlan
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.events import PlanChanged
from antrean.queueing.plan.document import from_document, to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.parts import part, with_part
from tests.conftest import small_plan
from tests.examples import examples

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
COUNTERS = ("1", "2", "3")
ROLES: tuple[list[str], ...] = (["card"], ["family"], ["card", "birth"], [])
VALUES = st.one_of(
    st.tuples(st.just("name"), st.sampled_from(("Loket 1", "Loket 7", "Kasir"))),
    st.tuples(st.just("floor"), st.sampled_from(("", "1", "2"))),
    st.tuples(st.just("primary"), st.sampled_from(ROLES)),
    st.tuples(st.just("overflow"), st.sampled_from(ROLES)),
)
# Who, whether the page is loaded again first, the counter, what of it (None: it is removed), and whether "anyway".
STEPS = st.lists(
    st.tuples(st.sampled_from("AB"), st.booleans(), st.sampled_from(COUNTERS), st.none() | VALUES, st.booleans()),
    max_size=12,
)


@given(steps=STEPS)
@examples(200)
def test_nothing_is_undone_unseen_and_no_service_loses_its_last_counter_unwarned(
    steps: list[tuple[str, bool, str, tuple[str, object] | None, bool]],
) -> None:
    plan: OfficePlan = replace(small_plan(), revision=1)
    history = {1: plan}
    page = {"A": 1, "B": 1}
    saved_at: dict[str, int] = {}  # path -> the revision that changed it last
    for who, loads, counter, wanted, anyway in steps:
        if loads:
            page[who] = plan.revision
        path = f"counters/{counter}" + (f"/{wanted[0]}" if wanted else "")
        seen = {path: part(to_document(history[page[who]]), path)}
        parts = {path: wanted[1] if wanted else None}
        command = SavePlan(what="counters", parts=parts, made_from=page[who], seen=seen, must_serve=not anyway)
        try:
            events = command.decide(ServiceDay(date(2026, 11, 24)), Standing(), plan, AT)
        except QueueError:
            continue
        for event in events:
            assert isinstance(event, PlanChanged)
            before = plan
            plan = replace(_after(before, path, parts[path]), revision=before.revision + 1)
            history[plan.revision] = plan
            touched = [
                one for one in saved_at if one == path or one.startswith(f"{path}/") or path.startswith(f"{one}/")
            ]
            for one in touched:  # it was seen as it is, or is said to be as it was seen
                assert saved_at[one] <= page[who] or part(to_document(before), path) == seen[path]
            saved_at[path] = plan.revision
            if not anyway:
                assert {one.code for one in plan.unserved()} <= {
                    one.code for one in before.unserved()
                } or not before.counters


def _after(plan: OfficePlan, path: str, value: object) -> OfficePlan:
    return replace(from_document(with_part(to_document(plan), path, value)), office=plan.office)
