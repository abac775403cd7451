"""What residents read of a case: plain, true, and in every language of the office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from flask_babel import force_locale

from antrean.queueing.cases.collecting import pickup_of
from antrean.queueing.cases.telling import Told, told
from antrean.queueing.commands import CloseDay
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import OfficePlan
from antrean.web.text.case_words import since_words, stage_words, told_words, usual_words
from tests.fakes.office_hub import OfficeHub
from tests.queueing.cases.case_office import FIRST, STAGES, CaseOffice, journeying


@contextmanager
def reading(hub: OfficeHub, language: str) -> Iterator[None]:
    with hub.app.test_request_context("/"), force_locale(language):
        yield


def seen_of(here: CaseOffice, days: int = 0) -> Told:
    found = told(here.case(FIRST), here.plan, (here.clock() + timedelta(days=days)).date())
    assert found is not None
    return found


def all_of(seen: Told, plan: OfficePlan, language: str) -> list[str]:
    return [stage_words(seen, language), since_words(seen, language), *told_words(seen, plan, language)]


def recorded(journey: Journey | None = None) -> CaseOffice:
    here = CaseOffice(journeying(journey))
    here.record()
    return here


def test_a_case_on_its_way_says_its_stage_since_when_and_the_usual_days(hub: OfficeHub) -> None:
    here = recorded()
    with reading(hub, "en"):
        assert all_of(seen_of(here), here.plan, "en") == [
            "Recorded", "Since Tuesday, 24 November", "Usually ready after 7 service days",
        ]  # fmt: skip
    with reading(hub, "id"):
        assert all_of(seen_of(here), here.plan, "id") == [
            "Direkam", "Sejak Selasa, 24 November", "Biasanya siap setelah 7 hari layanan",
        ]  # fmt: skip
    with reading(hub, "su"):
        assert all_of(seen_of(here), here.plan, "su")[1:] == [
            "Ti Salasa, 24 Nopémber", "Biasana siap saatos 7 dinten layanan",
        ]  # fmt: skip


def test_what_takes_longer_than_usual_says_so_and_how_long_before_the_usual_days(hub: OfficeHub) -> None:
    here = recorded()
    with reading(hub, "en"):
        assert told_words(seen_of(here, 7), here.plan, "en") == ["Usually ready after 7 service days"]
        assert told_words(seen_of(here, 8), here.plan, "en") == [
            "It takes longer than usual: 8 service days so far. We are sorry.",
            "Usually ready after 7 service days",
        ]


def test_what_is_ready_says_where_it_is_collected_and_what_to_bring_and_no_days(hub: OfficeHub) -> None:
    here = recorded()
    here.move("ready", FIRST)
    seen = seen_of(here, 30)
    with reading(hub, "en"):
        assert all_of(seen, here.plan, "en") == [
            "Ready to collect",
            "Since Tuesday, 24 November",
            "Collect it with a number for “Family card”, and bring the slip with its code.",
        ]
    nowhere = replace(here.plan, services=tuple(replace(one, collects=()) for one in here.plan.services))
    assert pickup_of(nowhere, seen.service) is None
    with reading(hub, "en"):
        assert told_words(seen, nowhere, "en") == [
            "Please ask our staff where to collect it, and bring the slip with its code."
        ]


def test_what_was_handed_out_and_what_waited_for_too_long_say_so_and_no_days(hub: OfficeHub) -> None:
    here = recorded()
    here.move("collected", FIRST)
    with reading(hub, "en"):
        assert all_of(seen_of(here, 30), here.plan, "en") == [
            "Collected", "", "It was handed out. If you do not have it, please speak to our staff.",
        ]  # fmt: skip
    late = recorded(Journey(STAGES, expires_days=3))
    late.clock.forward(hours=24 * 5)
    late.do(CloseDay())
    with reading(hub, "en"):
        assert all_of(seen_of(late), late.plan, "en") == [
            "Ended", "", "It waited for too long and has ended here. Please speak to our staff.",
        ]  # fmt: skip


def test_the_usual_days_are_said_as_people_count_them(hub: OfficeHub) -> None:
    with reading(hub, "en"):
        assert [usual_words(days) for days in (None, 0, 1, 12)] == [
            "", "Usually ready on the same day", "Usually ready after 1 service day",
            "Usually ready after 12 service days",
        ]  # fmt: skip


def test_days_that_were_measured_are_said_to_be_those_of_now(hub: OfficeHub) -> None:
    here = recorded()
    seen = told(here.case(FIRST), here.plan, here.clock().date(), {"card": 12})
    assert seen is not None
    for language, words in (
        ("en", "At present ready after about 12 service days"),
        ("id", "Saat ini siap setelah kira-kira 12 hari layanan"),
        ("su", "Ayeuna siap saatos kira-kira 12 dinten layanan"),
    ):
        with reading(hub, language):
            assert told_words(seen, here.plan, language) == [words]
