"""What displays say of calls: shown and heard apart, in the journal and in the day, also in lines of older versions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from antrean.queueing.calls.sounds import SOUNDS, tells_more
from antrean.queueing.commands import AnnounceCall, CallNext, IssueTicket, OpenCounter
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Invalid
from antrean.queueing.events import CallAnnounced, from_data
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from tests.conftest import SetClock


@pytest.fixture
def call(office: Office) -> int:
    office.execute(OpenCounter(counter="3", operator="Ani"))
    office.execute(IssueTicket(service="card", language="id"))
    return office.execute(CallNext(counter="3", operator="Ani")).seq


def say(office: Office, call: int, sound: str = "", display: str = "hall") -> list[CallAnnounced]:
    """Have a display say a word; return what was journalled of it."""
    before = office._journal.last_seq()
    office.execute(AnnounceCall(call=call, display=display, sound=sound))
    said = [entry.event for entry in office._journal.read(after=before)]
    return [event for event in said if isinstance(event, CallAnnounced)]


def test_both_facts_stand_in_the_journal_and_in_the_day_with_the_time_at_which_it_was_shown(
    office: Office, call: int, clock: SetClock
) -> None:
    shown_at = clock.forward(seconds=1)
    assert say(office, call) == [CallAnnounced(call, "hall")]
    assert office.read(lambda day, _plan: (day.announced, day.sounded)) == ({call: shown_at}, {})
    clock.forward(seconds=9)
    assert say(office, call, "spoken") == [CallAnnounced(call, "hall", "spoken")]
    assert office.read(lambda day, _plan: (day.announced, day.sounded)) == ({call: shown_at}, {call: "spoken"})


def test_a_call_has_few_lines_however_many_displays_there_are(office: Office, call: int) -> None:
    written = [
        word
        for word in ("", "muted", "", "blocked", "muted", "late", "spoken", "chime", "spoken", "")
        if say(office, call, word, f"display of {word}")
    ]
    assert written == ["", "muted", "blocked", "spoken"]
    assert office.read(lambda day, _plan: day.sounded) == {call: "spoken"}


def test_the_screen_beside_a_counter_is_known_apart_and_only_until_the_waiting_room_shows_the_call(
    office: Office, call: int, clock: SetClock
) -> None:
    def beside() -> int:
        before = office.read(lambda day, _plan: day.seq)
        answer = office.execute(AnnounceCall(call=call, display="side", beside=True))
        return answer.seq - before

    drawn_at = clock.forward(seconds=1)
    assert (beside(), beside()) == (1, 0)
    assert office.read(lambda day, _plan: (day.announced, day.beside, day.sounded)) == ({}, {call: drawn_at}, {})
    shown_at = clock.forward(seconds=1)
    assert say(office, call) == [CallAnnounced(call, "hall")]
    assert office.read(lambda day, _plan: (day.announced, day.beside)) == ({call: shown_at}, {call: drawn_at})
    office.execute(OpenCounter(counter="2", operator="Budi"))
    office.execute(IssueTicket(service="family", persons=1, priority=False, language="id", device=""))
    later = office.execute(CallNext(counter="2", operator="Budi")).seq
    say(office, later, "muted")
    office.execute(AnnounceCall(call=later, display="side", beside=True))
    assert office.read(lambda day, _plan: later in day.beside) is False
    with pytest.raises(Invalid, match="sound"):
        office.execute(AnnounceCall(call=call, display="side", sound="spoken", beside=True))


def test_one_display_that_is_meant_to_be_silent_does_not_hide_one_that_should_speak() -> None:
    assert tells_more("blocked", "muted")
    assert not tells_more("muted", "blocked")
    assert [word for word in SOUNDS if tells_more(word, "failed")] == ["blocked", "chime", "spoken"]
    assert not tells_more("sung", "")


@pytest.mark.parametrize(
    ("data", "sounded"),
    [
        ({"call": 7}, {}),
        ({"call": 7, "display": "hall"}, {}),
        ({"call": 7, "display": "hall", "sound": ""}, {}),
        ({"call": 7, "display": "hall", "sound": "spoken"}, {7: "spoken"}),
        ({"call": 7, "display": "hall", "sound": "late"}, {7: "late"}),
        ({"call": 7, "display": "hall", "sound": "sung", "smell": 1}, {}),
    ],
)
def test_a_line_of_another_version_says_that_the_call_was_shown_and_what_was_heard(
    data: dict[str, object], sounded: dict[int, str], clock: SetClock
) -> None:
    day = ServiceDay(clock().date())
    at = clock() + timedelta(seconds=3)
    day.apply(JournalEntry(8, at, day.business_day, from_data("call.announced", data)))
    assert (day.announced, day.sounded) == ({7: at}, sounded)
