"""What staff announce holds for its time, is said again when due, and ends by itself, by staff, or with the day."""

from __future__ import annotations

from typing import Any

import pytest

from antrean.queueing.announcements.state import Announcement
from antrean.queueing.commands import Announce, CloseDay, EndAnnouncement, OpenDay, RepeatAnnouncements
from antrean.queueing.office import Office
from tests.conftest import ListJournal, SetClock, small_plan
from tests.queueing.wishes import refused

CAR = {"id": "Pemilik mobil B 1234, mohon pindahkan kendaraan Anda.", "en": "Car B 1234, please move it."}
LEAVE = {"id": "Mohon tinggalkan gedung."}


def holds(office: Office) -> list[Announcement]:
    return office.read(lambda day, _plan: list(day.announcements.values()))


def kinds(journal: ListJournal) -> list[str]:
    return [entry.event.kind for entry in journal.entries]


@pytest.fixture
def journal() -> ListJournal:
    return ListJournal()


@pytest.fixture
def office(journal: ListJournal, clock: SetClock) -> Office:
    return Office(journal, small_plan, clock)


def test_an_announcement_holds_with_its_words_its_zone_and_who_made_it(office: Office, clock: SetClock) -> None:
    made = office.execute(Announce(texts={**CAR, "su": "  "}, zone=" Lantai  2 ", minutes=10), actor="operator:Ani")
    (found,) = holds(office)
    assert (found.seq, found.texts, found.zone, found.actor) == (made.seq, CAR, "upstairs", "operator:Ani")
    assert found.until is not None
    assert (found.until - found.at).total_seconds() == 600


def test_what_is_due_is_said_again_and_what_has_had_its_time_ends(
    office: Office, journal: ListJournal, clock: SetClock
) -> None:
    made = office.execute(Announce(texts=CAR, minutes=10, every=4)).seq
    clock.forward(minutes=3)
    assert office.execute(RepeatAnnouncements()).event_kind == "repeat_announcements"  # nothing was due
    clock.forward(minutes=1)
    office.execute(RepeatAnnouncements())
    office.execute(RepeatAnnouncements())  # another hub of the office had the same thought
    (found,) = holds(office)
    assert (found.seq, found.said, found.said_at) == (made, made + 1, clock())
    clock.forward(minutes=6)
    office.execute(RepeatAnnouncements())
    assert holds(office) == []
    assert kinds(journal) == ["announcement.made", "announcement.repeated", "announcement.ended"]


def test_a_hub_that_was_off_says_once_what_was_due_several_times(
    office: Office, journal: ListJournal, clock: SetClock
) -> None:
    office.execute(Announce(texts=CAR, every=2))
    clock.forward(minutes=9)
    again = Office(journal, small_plan, clock)
    again.execute(RepeatAnnouncements(), actor="hub")
    again.execute(RepeatAnnouncements(), actor="hub")
    assert kinds(journal) == ["announcement.made", "announcement.repeated"]
    assert again.read(lambda day, _plan: list(day.announcements)) == [journal.entries[0].seq]


def test_an_urgent_one_stands_until_it_is_ended(office: Office, clock: SetClock) -> None:
    made = office.execute(Announce(texts=LEAVE, urgent=True, minutes=1, every=1)).seq
    clock.forward(minutes=90)
    office.execute(RepeatAnnouncements())
    assert [(one.said, one.until, one.every) for one in holds(office)] == [(made, None, 0)]
    office.execute(EndAnnouncement(announcement=made))
    assert holds(office) == []
    assert refused(office, EndAnnouncement, announcement=made) == "announcement_ended"


def test_closing_the_day_ends_all_but_an_urgent_one(office: Office) -> None:
    office.execute(Announce(texts=CAR))
    urgent = office.execute(Announce(texts=LEAVE, urgent=True)).seq
    office.execute(CloseDay())
    assert [one.seq for one in holds(office)] == [urgent]
    office.execute(OpenDay())
    assert [one.seq for one in holds(office)] == [urgent]
    office.execute(EndAnnouncement(announcement=urgent))
    assert holds(office) == []


def test_after_the_close_only_what_is_urgent_is_announced_and_it_is_ended_by_staff(office: Office) -> None:
    office.execute(CloseDay())
    assert refused(office, Announce, texts=CAR) == "day_closed"
    urgent = office.execute(Announce(texts=LEAVE, urgent=True)).seq
    assert [one.texts for one in holds(office)] == [LEAVE]
    office.execute(EndAnnouncement(announcement=urgent))
    assert holds(office) == []


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"texts": {}}, "value_missing"),
        ({"texts": {"id": "  "}}, "value_missing"),
        ({"texts": {"tlh": "Qo"}}, "value_invalid"),
        ({"texts": {"id": "x" * 161}}, "value_invalid"),
        ({"texts": {"id": "NIK 3208010101900001"}}, "note_has_id_number"),
        ({"texts": CAR, "minutes": 241}, "value_invalid"),
        ({"texts": CAR, "every": 61}, "value_invalid"),
        ({"texts": CAR, "zone": "x" * 41}, "value_invalid"),
    ],
)
def test_what_can_not_be_announced(office: Office, wish: dict[str, Any], code: str) -> None:
    assert refused(office, Announce, **wish) == code


def test_the_same_request_is_announced_once(office: Office) -> None:
    first = office.execute(Announce(texts=CAR), "operator:Ani", "announce-1")
    assert office.execute(Announce(texts=CAR), "operator:Ani", "announce-1").seq == first.seq
    assert len(holds(office)) == 1
