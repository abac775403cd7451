"""What people may call themselves, devices and counters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antrean.queueing.errors import Invalid
from antrean.queueing.names import MOST_MARKS, checked_name, is_printable

calm = settings(deadline=None, derandomize=True)


def refusal(name: str) -> str:
    with pytest.raises(Invalid) as caught:
        checked_name(name)
    return caught.value.code


@pytest.mark.parametrize(
    "name",
    ["Ani", "Siti Nurhaliza", "I Gusti Ngurah Rai", "Ma'ruf", "Jean-Luc", "Dr. Hj. R. A. Kartini, S.Kom.", "Loket 1",
     "Kiosk #2 (timur)", "Müller", "Nguyễn Thị Hạnh", "ᮃᮔᮤ", "อนงค์", "علي", "שרה", "王芳", "Élodie 🙂"],
)  # fmt: skip
def test_names_of_people_and_things_pass_as_they_are(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["Ani\u202eidewaP", "\u2066Ani\u2069", "A\u200bni", "\ufeffAni", "Ani\u00ad", "Ani\u0000", "Ani\nBudi", "Ani\tBudi",
     "\ue000", "A\U000e0041",
     "Ani\u0378", "Ani\ud800", "Ani\u2028Budi", "Ani\u00a0Budi", "Ani\u3000Budi", "A" + "\u0301" * 9,
     "\u0301", "Ani\u20dd", "...", "Ani\u200d"],
)  # fmt: skip
def test_a_name_with_signs_that_nobody_sees_is_refused(name: str) -> None:
    assert refusal(name) == "name_unprintable"


def test_a_name_is_kept_composed_and_without_blanks_at_its_ends() -> None:
    assert checked_name("  E\u0301lodie \n") == "Élodie"


@pytest.mark.parametrize("name", ["", "   ", "A" * 61])
def test_a_name_has_between_1_and_60_letters(name: str) -> None:
    assert refusal(name) == "value_invalid"


def test_a_name_is_no_identity_number() -> None:
    assert refusal("3208011205900001") == "note_has_id_number"


@calm
@given(st.text(max_size=20))
def test_whatever_passes_can_be_seen(text: str) -> None:
    if is_printable(text):
        assert not {unicodedata.category(sign) for sign in text} & {"Cc", "Co", "Cn", "Cs", "Zl", "Zp", "Me"}
        assert all(sign in "\u200c\u200d" for sign in text if unicodedata.category(sign) == "Cf")


@calm
@given(st.text("\u0301\u0323", min_size=MOST_MARKS + 1))
def test_no_letter_has_more_marks_than_letters_of_any_script_have(marks: str) -> None:
    assert not is_printable("A" + marks)
