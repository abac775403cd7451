"""Sessions last as long as they should, outlive the hub, and end at every hub of their database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from antrean.access.sessions import IDLE_HOURS, SESSION_HOURS, Sessions
from antrean.storage.database.engine import open_engine
from antrean.storage.sessions import SessionRows
from antrean.storage.settings.staff import StaffMember
from tests.conftest import SetClock

ANI = StaffMember("Ani", "operator", "hash", "mark")


@pytest.fixture
def rows(database: str) -> SessionRows:
    return SessionRows(open_engine(database), "test")


@pytest.fixture
def opened(rows: SessionRows, clock: SetClock) -> Callable[[], Sessions]:
    """Give what a hub knows that starts now."""

    def start() -> Sessions:
        sessions = Sessions(rows, clock, lambda work, *given: work(*given))
        sessions.load()
        return sessions

    return start


def looked(sessions: Sessions) -> Sessions:
    """Let the hub look after its sessions, as it does every few seconds."""
    sessions.write()
    sessions.load()
    sessions.end_old()
    return sessions


def test_a_session_outlives_the_hub_with_what_is_known_of_it(opened: Callable[[], Sessions], clock: SetClock) -> None:
    sessions = opened()
    token = sessions.begin(ANI, "Chrome, Windows", "192.0.2.7")
    clock.forward(minutes=30)
    found = sessions.of(token)
    assert found is not None
    sessions.used(found.id)
    sessions.write()
    kept = opened().of(token)
    assert kept is not None
    assert (kept.staff, kept.mark, kept.browser, kept.address) == ("Ani", "mark", "Chrome, Windows", "192.0.2.7")
    assert (kept.used_at - kept.began_at).total_seconds() == 30 * 60


def test_the_rows_do_not_hold_what_the_cookie_says(opened: Callable[[], Sessions], rows: SessionRows) -> None:
    token = opened().begin(ANI)
    assert token not in str(rows.all())


def test_a_session_ends_some_hours_after_its_last_use_and_use_prolongs_it(
    opened: Callable[[], Sessions], clock: SetClock
) -> None:
    sessions = opened()
    idle, busy = sessions.begin(ANI), sessions.begin(ANI)
    for _ in range(IDLE_HOURS):
        clock.forward(hours=1)
        found = sessions.of(busy)
        assert found is not None
        sessions.used(found.id)
    assert sessions.of(idle) is not None
    clock.forward(seconds=1)
    assert (sessions.of(idle), sessions.of(busy) is not None) == (None, True)
    assert len(sessions.all()) == 1


def test_however_much_it_is_used_a_session_ends_at_last_and_its_row_goes(
    opened: Callable[[], Sessions], rows: SessionRows, clock: SetClock
) -> None:
    sessions = opened()
    token = sessions.begin(ANI)
    for _ in range(SESSION_HOURS):
        found = sessions.of(token)
        assert found is not None
        sessions.used(found.id)
        looked(sessions)
        clock.forward(hours=1)
    clock.forward(seconds=1)
    assert sessions.of(token) is None
    clock.forward(minutes=15)
    looked(sessions)
    assert rows.all() == []


def test_a_clock_that_was_wrong_at_the_last_start_makes_no_session_endless(
    opened: Callable[[], Sessions], clock: SetClock
) -> None:
    token = opened().begin(ANI)
    clock.forward(days=-400)
    assert opened().of(token) is None


def test_what_one_hub_begins_or_ends_the_other_hub_knows_after_its_next_look(
    opened: Callable[[], Sessions],
) -> None:
    one, other = opened(), opened()
    token = one.begin(ANI)
    assert other.of(token) is None
    found = looked(other).of(token)
    assert found is not None
    looked(one)
    other.end([found.id])
    assert looked(one).of(token) is None
    assert one.all() == []
    assert opened().of(token) is None


def test_a_reading_that_began_before_a_sign_in_does_not_end_it(
    opened: Callable[[], Sessions], rows: SessionRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions, begun = opened(), list[str]()
    really = rows.all

    def slow() -> object:
        found = really()
        begun.append(sessions.begin(ANI))
        return found

    monkeypatch.setattr(rows, "all", slow)
    sessions.load()
    monkeypatch.setattr(rows, "all", really)
    sessions.end_old()
    assert sessions.of(begun[0]) is not None
    assert looked(sessions).of(begun[0]) is not None


def test_a_reading_that_began_before_an_end_does_not_undo_it(
    opened: Callable[[], Sessions], rows: SessionRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = opened()
    token = sessions.begin(ANI)
    found = sessions.of(token)
    assert found is not None
    before = rows.all()
    sessions.end([found.id])
    monkeypatch.setattr(rows, "all", lambda: before)
    assert looked(sessions).of(token) is None


def test_people_sign_in_and_out_while_nothing_can_be_written_and_it_is_written_later(
    opened: Callable[[], Sessions], rows: SessionRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = opened()
    gone = sessions.begin(ANI)
    found = sessions.of(gone)
    assert found is not None

    def full(*_given: object) -> None:
        raise sa.exc.OperationalError("INSERT", None, Exception("database or disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr(rows, "write", full)
        stays = sessions.begin(ANI)
        sessions.end([found.id])
        assert (looked(sessions).of(gone), sessions.of(stays) is not None) == (None, True)
        assert [one.id for one in rows.all()] == [found.id]
    looked(sessions)
    assert (opened().of(gone), opened().of(stays) is not None) == (None, True)


def test_one_session_goes_on_when_a_new_password_ends_the_others(opened: Callable[[], Sessions]) -> None:
    sessions = opened()
    here, there = sessions.begin(ANI), sessions.begin(ANI)
    mine = sessions.of(here)
    assert mine is not None
    sessions.go_on_with(mine.id, StaffMember("Ani", "operator", "other hash", "other mark"))
    marks = {token: one.mark for token in (here, there) if (one := looked(sessions).of(token)) is not None}
    assert marks == {here: "other mark", there: "mark"}
    again = opened().of(here)
    assert again is not None
    assert again.mark == "other mark"
