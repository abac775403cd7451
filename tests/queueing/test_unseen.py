"""No text keeps a sign that nobody sees."""

from __future__ import annotations

import unicodedata

from antrean.queueing.unseen import LAYOUT, unseen, without_unseen

JOINERS = "\u200c\u200d"
DRAWN_AS_NOTHING = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
# All but the long rows of Han and Hangul, surrogates, and planes that are empty or private: their first ones stand in.
SIGNS = (
    *range(0x3500),
    *range(0xA000, 0xAD00),
    *range(0xD7A0, 0xE010),
    *range(0xF8F0, 0x20010),
    *range(0xDFFF0, 0xE0200),
)
KINDS = {"Cc", "Cf", "Co", "Cn", "Zl", "Zp"}  # controls, of no width or turning, private, unassigned, line ends


def is_unseen(sign: str) -> bool:
    return sign in DRAWN_AS_NOTHING or unicodedata.category(sign) in KINDS


def test_every_sign_that_nobody_sees_is_found_beside_letters_of_any_script_and_in_lines() -> None:
    for sign in map(chr, SIGNS):
        there = is_unseen(sign)
        assert list(unseen(f"Cai é\t{sign}", "\t")) == ([6] if there and sign != "\t" else []), hex(ord(sign))
        assert list(unseen(sign)) == ([0] if there else []), hex(ord(sign))


def test_joiners_pass_between_two_signs_and_nowhere_else() -> None:
    for joiner in JOINERS:
        assert list(unseen(f"ක්{joiner}ර")) == []
        assert list(unseen(f"ක {joiner}ර")) == [2]
        assert list(unseen(f"ක{joiner}{joiner}ර")) == [1, 2]


def test_a_text_loses_what_nobody_sees_and_keeps_its_lines() -> None:
    assert without_unseen("Ke\u202eda\nTa\u200bsik\t1") == "Keda\nTasik\t1"
    assert all(list(unseen(sign, LAYOUT)) == [] for sign in LAYOUT)
