"""What people may call themselves, devices and counters."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antrean.queueing.errors import Invalid
from antrean.queueing.privacy import MASK
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.settings.devices import Device
from antrean.storage.settings.names import MOST_MARKS, checked_name, is_printable
from antrean.storage.settings.private_texts import mask_settings
from antrean.storage.settings.rows import Settings
from tests.conftest import small_plan

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


def test_an_office_is_not_set_up_with_names_that_nobody_sees_or_numbers_of_people(fresh_database: str) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    settings = Settings(engine, "o")
    plan = small_plan(office="o")
    for wrong in (
        replace(plan, name="Kantor\u202e"),
        replace(plan, ticker={"id": "NIK 3208011205900001"}),
        replace(plan, slip={"footer": {"id": ["3208 0112 0590 0001"]}}),
        replace(plan, counters=(replace(plan.counters[0], name="Loket\u200b1"),)),
        replace(plan, services=(replace(plan.services[0], names={"id": "\ue000"}),)),
    ):
        with pytest.raises(Invalid):
            settings.create_office(wrong)
    assert not settings.exists()
    settings.create_office(plan)


def test_settings_that_are_brought_back_lose_the_digits_of_identity_numbers_and_nothing_else(
    fresh_database: str,
) -> None:
    engine = open_engine(fresh_database)
    upgrade(engine)
    settings = Settings(engine, "o")
    logo = "iVBORw0KGgo3208011205900001AAAANSUhEUg=="
    settings.create_office(replace(small_plan(office="o"), slip={"logo": logo, "beep": True}))
    settings.set_ticker({"id": "Bawa KTP 3208011205900001, telp 0812-3456-7890", "en": "Free of charge"})
    device = Device("d", "kiosk", "3208 0112 0590 0001", "hash")
    settings.add_device(device, datetime(2026, 11, 24, tzinfo=UTC))
    with engine.begin() as connection:
        assert mask_settings(connection) == 2
    plan = settings.load_plan()
    assert plan.ticker == {"id": f"Bawa KTP {MASK * 16}, telp 0812-3456-7890", "en": "Free of charge"}
    assert plan.slip == {"logo": logo, "beep": True}
    assert [one.name for one in settings.devices()] == [" ".join([MASK * 4] * 4)]
    with engine.begin() as connection:
        assert mask_settings(connection) == 0
