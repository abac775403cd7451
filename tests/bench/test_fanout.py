"""What the fan-out's figures are held against, and how its followers take a stream apart."""

from __future__ import annotations

import json

import pytest

from antrean.queueing.commands import CallNext, IssueTicket, OpenCounter
from antrean.queueing.office import Office
from antrean.web.limits.frames import frame
from bench._followers import called
from bench.fanout import Found, _rows
from bench.raw_follower import CLOSE, TEXT, split
from mobile_ticket.view_model import queue_view


def found(alone: float, bare: float = 0.0, issue: float = 1.0, follower_kb: float = 60.0) -> Found:
    result = Found()
    result.alone, result.bare, result.rush, result.issue = [alone] * 5, [bare] * 5, [alone] * 5, [issue] * 5
    result.follower_kb = follower_kb
    return result


@pytest.mark.parametrize(
    ("alone", "bare", "issue", "kb", "met"),
    [
        (20.0, 15.0, 50.0, 60.0, [True, True, None, True, True]),
        (26.0, 15.0, 50.0, 60.0, [False, False, None, True, True]),
        (20.0, 10.0, 101.0, 71.0, [False, True, None, False, False]),
    ],
)
def test_a_thousand_followers_are_held_against_the_bare_broadcast_and_the_aims(
    alone: float, bare: float, issue: float, kb: float, met: list[bool | None]
) -> None:
    rows = _rows(1000, found(alone, bare, issue, kb), found(80.0))
    assert [row.met for row in rows] == met
    assert rows[0].share() == alone / bare
    assert rows[1].limit == 80.0


def test_a_few_followers_have_no_ratio_to_keep() -> None:
    rows = _rows(1, found(3.0, 1.0), found(4.0))
    assert [(row.aim, row.met) for row in rows] == [("", None), ("≤ 5 ms", True)]
    assert "call → 1 follower, p50" in [row.what for row in rows]


def test_the_hub_s_own_figures_stand_when_the_library_s_own_emit_lost_its_followers() -> None:
    rows = _rows(10_000, found(200.0, 150.0), None)
    assert [row.value for row in rows[:2]] == [200.0, 200.0]
    assert rows[0].limit == 150.0
    assert {(row.beside, row.limit) for row in rows[1:]} == {("the library's own emit lost followers", None)}
    assert [row.met for row in rows] == [True, True, None, True, True]


def test_a_stream_is_taken_apart_wherever_it_was_cut() -> None:
    texts = ["2", "x" * 125, "y" * 126, "z" * 70_000]
    stream = b"".join(frame(text) for text in texts) + b"\x88\x02\x03\xe8"
    for cut in (0, 1, 3, 130, 400, len(stream)):
        first, length = split(stream[:cut])
        second, _rest = split(stream[length:])
        whole = [*first, *second]
        assert [payload.decode() for opcode, payload in whole if opcode == TEXT] == texts
        assert whole[-1][0] == CLOSE


def test_a_torn_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="torn"):
        split(frame("whole") + frame("torn")[3:] + frame("next"))


def test_a_follower_finds_its_call_in_the_view_that_all_phones_share(office: Office) -> None:
    office.execute(OpenCounter(counter="1", operator="Ani"))
    office.execute(IssueTicket(service="card", language="id"))
    assert called(json.dumps(office.read(queue_view), separators=(",", ":")).encode()) == b""
    seq = office.execute(CallNext(counter="1", operator="Ani")).seq
    assert called(json.dumps(office.read(queue_view), separators=(",", ":")).encode()) == str(seq).encode()
