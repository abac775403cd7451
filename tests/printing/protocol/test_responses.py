"""What printers say, however it arrives: in pieces, mixed with flow control and unasked reports, or as rubbish."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.printing.protocol.responses import (
    AutoStatus,
    Block,
    CustomFull,
    PaperStatus,
    RealTime,
    Response,
    read_responses,
)

ECHO = b"\x37\x22ab12\x00"
PAPER_OUT = b"\x18\x00\x0f\x00"
SAID = b"\x12\x1a" + PAPER_OUT + b"\x00" + ECHO + b"\x5fTM-T82III\x00\x03\x12"
MEANT: list[Response] = [
    RealTime(0x12),
    RealTime(0x1A),
    AutoStatus(PAPER_OUT),
    PaperStatus(0),
    Block(0x37, b"\x22ab12"),
    Block(0x5F, b"TM-T82III"),
    PaperStatus(3),
    RealTime(0x12),
]


def heard(*pieces: bytes, custom: bool = False) -> list[Response]:
    answers: list[Response] = []
    rest = b""
    for piece in pieces:
        found, rest = read_responses(rest + piece, custom=custom)
        answers += found
    return answers


@given(st.lists(st.integers(0, len(SAID)), max_size=6))
def test_answers_mean_the_same_in_whatever_pieces_they_come(places: list[int]) -> None:
    cuts = [0, *sorted(places), len(SAID)]
    assert heard(*(SAID[a:b] for a, b in pairwise(cuts))) == MEANT
    assert heard(*(bytes([byte]) for byte in SAID)) == MEANT


@given(st.lists(st.tuples(st.integers(0, len(SAID)), st.sampled_from([b"\x11", b"\x13"])), max_size=4))
def test_flow_control_between_any_two_bytes_changes_nothing(signs: list[tuple[int, bytes]]) -> None:
    said = SAID
    for place, sign in sorted(signs, reverse=True):
        said = said[:place] + sign + said[place:]
    assert heard(said) == MEANT


@pytest.mark.parametrize("place", range(1, len(ECHO)))
@pytest.mark.parametrize("status", [b"\x12", b"\x1e", PAPER_OUT])
def test_a_status_in_the_middle_of_an_echo_is_heard_and_so_is_the_echo(place: int, status: bytes) -> None:
    found = heard(*(bytes([byte]) for byte in ECHO[:place] + status + ECHO[place:]))
    assert Block(0x37, b"\x22ab12") in found
    assert [answer for answer in found if not isinstance(answer, Block)] == heard(status)


def test_half_an_unasked_report_is_no_confirmation() -> None:
    assert heard(b"\x10\x00\x00\x12") == [RealTime(0x12)]
    assert heard(b"\x10\x00", b"\xff\x00") == [PaperStatus(0)]


def test_rubbish_that_looks_like_the_beginning_of_an_echo_holds_up_no_status() -> None:
    assert heard(b"\x5f\x12", b"\x12\x12") == [RealTime(0x12)] * 3
    assert heard(b"\x37ab\x01\x12") == [RealTime(0x12)]
    assert heard(b"\x5f" + b"x" * 100 + b"\x12")[-1] == RealTime(0x12)


def test_bytes_that_no_printer_says_are_passed_over() -> None:
    assert heard(b"\xff\x80\x91\xff") == []


def test_customs_full_status_may_hold_any_byte() -> None:
    assert heard(b"\x10", b"\x0f\x11\x13\x00\x37", custom=True) == [CustomFull(b"\x11\x13\x00\x37")]
