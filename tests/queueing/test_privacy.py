"""No identity number gets into a text, however it is written; ordinary numbers do."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antrean.queueing.errors import Invalid
from antrean.queueing.plan.model import DIGITS
from antrean.queueing.privacy import (
    MASK,
    has_few_digits,
    mask_identity_numbers,
    refuse_identity_numbers,
    with_whole,
)
from antrean.queueing.tickets.numbers import written

# Regions as they are on identity cards, from Aceh to Papua.
REGIONS = (
    "110101", "127105", "137303", "147106", "167107", "197103", "317403", "320801", "327101", "337405", "340407",
    "357801", "360307", "517103", "537101", "617103", "627101", "647202", "717105", "737113", "817102", "910301",
)  # fmt: skip

# All but the long rows of Han and Hangul, surrogates, and planes that are empty or private.
SIGNS = (*range(0x3500), *range(0xA000, 0xAD00), *range(0xF8F0, 0x20010))

calm = settings(deadline=None, derandomize=True)  # a busy machine is no fault of a text


def holds_one(text: str) -> bool:
    try:
        refuse_identity_numbers(text)
    except Invalid as refused:
        return refused.code == "note_has_id_number"
    return False


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    """Draw a NIK or No. KK: a region, a date (women add 40 to the day) and a serial number."""
    day = draw(st.integers(1, 31)) + draw(st.sampled_from((0, 40)))
    month, year, serial = draw(st.integers(1, 12)), draw(st.integers(0, 99)), draw(st.integers(1, 99))
    return f"{draw(st.sampled_from(REGIONS))}{day:02}{month:02}{year:02}{serial:04}"


def joined(parts: Sequence[str], between: Sequence[str]) -> str:
    return parts[0] + "".join(gap + part for gap, part in zip(between, parts[1:], strict=True))


@st.composite
def grouped(draw: st.DrawFn, gaps: st.SearchStrategy[str]) -> str:
    """Draw an identity number cut into groups anywhere, with something between them."""
    number = draw(identity_numbers())
    cuts = sorted(draw(st.sets(st.integers(1, 15), max_size=6)))
    parts = [number[first:last] for first, last in zip([0, *cuts], [*cuts, 16], strict=True)]
    return joined(parts, draw(st.lists(gaps, min_size=len(cuts), max_size=len(cuts))))


signs = st.sampled_from([" ", ".", "-", "/", "_", " - ", ". ", "    ", "\n", "\u00a0", "\u200b", "·", " . "])
many_signs = st.sampled_from([" . - ", "-./-./", " _ | _ ", "·-·-·-", " – / – "])
letters = st.text("abcdefghjkmnpqrstuvwxyzABCDEFGH ", min_size=0, max_size=6)


@calm
@given(grouped(signs))
def test_an_identity_number_is_found_however_it_is_grouped(number: str) -> None:
    assert holds_one(number)
    assert holds_one(f"Bawa berkas {number} ke loket 3")


@calm
@given(grouped(letters))
def test_an_identity_number_is_found_with_up_to_six_letters_or_blanks_between_its_groups(number: str) -> None:
    assert holds_one(number)


@calm
@given(grouped(many_signs))
def test_an_identity_number_is_found_with_many_signs_between_its_groups(number: str) -> None:
    assert holds_one(number)


@calm
@given(identity_numbers(), st.integers(1, 4))
def test_zeros_before_an_identity_number_hide_nothing(number: str, zeros: int) -> None:
    assert holds_one("0" * zeros + number)
    assert holds_one(f"NIK={'0' * zeros}{number}.")
    assert not holds_one("9" + "0" * zeros + number)


@calm
@given(identity_numbers(), st.integers(1, 15), st.integers(1, 15))
def test_a_number_that_is_split_over_texts_that_belong_together_is_found(number: str, one: int, other: int) -> None:
    first, last = sorted((one, other))
    parts = [number[:first], number[first:last], number[last:]]
    assert any(map(holds_one, with_whole(["Bawa " + parts[0], *parts[1:]])))
    assert any(map(holds_one, with_whole(parts[::-1])))
    assert any(map(holds_one, with_whole(["", *parts, "x"])))
    assert not any(map(holds_one, parts))


@calm
@given(identity_numbers(), st.data())
def test_an_identity_number_is_found_in_the_digits_of_any_script_and_in_letters_like_them(
    number: str, data: st.DataObject
) -> None:
    zero = data.draw(st.sampled_from("٠۰०০௦๐０𝟎𝟬"))
    assert holds_one("".join(chr(ord(zero) + int(digit)) for digit in number))
    alike = {"0": "0Oo〇О", "1": "1lI|І"}
    assert holds_one("".join(data.draw(st.sampled_from(alike.get(digit, digit).replace("〇", ""))) for digit in number))


@pytest.mark.parametrize(
    "note",
    [
        "NIK 3208011234567890", "3208    0112    3456    7890", "3208abcd0112efgh3456ijkl7890", "no3208011205900001",
        "KTP:3208.0112.3456.7890", "32.08.01.120590.0001", "13.08.01 120590 0001", "320801-520590-0001",
        "3 2 0 8 0 1 1 2 0 5 9 0 0 0 0 1", "KK:3,2,0,8,1,2,3,4,5,6,7,8,9,0,1,2", "32080112059000013208011205900002",
        "0812-3456-7890 3208011205900001 08.00", "llO1O1l2O59OOOOl", "3̶2̶0̶8̶0112 05900001", "③②⓪⑧011205900001",
    ],
)  # fmt: skip
def test_no_note_takes_an_identity_number_however_it_is_written(note: str) -> None:
    assert holds_one(note)


day_times = st.builds("{:02}{}{:02}".format, st.integers(0, 23), st.sampled_from(".:"), st.integers(0, 59))
ORDINARY_DATES = st.dates(date(1900, 1, 1), date(2199, 12, 31))
dates = st.one_of(
    ORDINARY_DATES.map(lambda day: day.strftime("%d/%m/%Y")),
    ORDINARY_DATES.map(lambda day: day.strftime("%d-%m-%Y")),
    ORDINARY_DATES.map(lambda day: f"{day:%d.%m.}{day.year:04}"),
)
phones = st.one_of(
    st.builds("08{:02}-{:04}-{:04}".format, st.integers(11, 99), st.integers(0, 9999), st.integers(0, 9999)),
    st.builds("+62 8{:02}-{:04}-{:04}".format, st.integers(11, 99), st.integers(0, 9999), st.integers(0, 9999)),
    st.builds("(02{:02}) {}".format, st.integers(10, 99), st.integers(100000, 9999999)),
    st.builds("08{}".format, st.integers(10**8, 10**10)),
    st.builds("+628{}".format, st.integers(10**8, 10**10)),
    st.builds("021 {:04} {:04}".format, st.integers(1000, 9999), st.integers(0, 9999)),
)
prices = st.integers(1000, 99_999_999).map(lambda price: f"Rp{price:,}".replace(",", "."))
tickets = st.builds(written, st.sampled_from("ABCDEFG"), st.integers(1, 1999), st.sampled_from(DIGITS))
ordinary = st.one_of(day_times, dates, phones, prices, tickets)
spans = st.builds("{}-{}".format, day_times, day_times)
between = st.sampled_from([", ", " ", "; ", " / ", " - ", " dan ", " s.d. ", "\n"])


@calm
@given(st.lists(st.one_of(ordinary, spans), min_size=1, max_size=6), between)
def test_times_dates_prices_phone_and_ticket_numbers_pass_also_in_a_row(numbers: list[str], gap: str) -> None:
    text = gap.join(numbers)
    assert not holds_one(text), text
    assert not any(map(holds_one, with_whole(numbers))), numbers
    assert mask_identity_numbers(text) == text


@calm
@given(st.one_of(st.integers(10**9, 10**15 - 1), st.integers(10**16, 10**20 - 1)))
def test_numbers_of_another_length_pass(number: int) -> None:
    """Bank accounts have 10 to 15 digits, barcodes 8, 12, 13, 14 or 18."""
    assert not holds_one(f"Rek. {number} a.n. Dinas")


@pytest.mark.parametrize(
    "sentence",
    [
        "Semua layanan gratis. Siapkan berkas Anda sebelum nomor dipanggil.",
        "Senin–Kamis 08.00–15.30, Jumat 08.00–11.30 dan 13.00–15.30 WIB",
        "Istirahat 11.15-11.30, 12.15-12.30 di loket 1, 2, 3, 4, 11 dan 12",
        "Pendaftaran 12/11/2026, 10/12/2026 pukul 08.00-12.00; info 0812-1105-1205, 0812-3456-7891",
        "Hubungi (0232) 871234 atau +62 711 512 1060, 0711-123456",
        "A-1305, A-1206, A-1207, A-1208 dipanggil di Loket 2",
        "Denda Rp12.151.512 / Rp10.151.234, bayar di Bank Jabar 0012345678901",
        "Sejak 1908, 1928, 1945, 1998 dan 2004; SK No. 470/1234/2026 tgl 12-05-2026",
        "Barcode 8991002101234 8999999021234",
        "VA 8808 0812 3456 7890, kartu 4111 1111 1111 1111",
        "Berkas 123456789012345 di rak 12, lemari 3, ruang 204",
    ],
)
def test_what_offices_really_write_passes(sentence: str) -> None:
    assert not holds_one(sentence)
    assert mask_identity_numbers(sentence) == sentence


@calm
@given(grouped(signs))
def test_a_report_is_kept_without_the_digits_of_an_identity_number(number: str) -> None:
    masked = mask_identity_numbers(f"paper jam at {number}, cutter 2")
    assert not holds_one(masked)
    assert masked.startswith("paper jam at •")
    assert masked.endswith(", cutter 2")
    assert len(masked) == len(f"paper jam at {number}, cutter 2")


@pytest.mark.slow
@pytest.mark.parametrize("text", ["1O" * 2000, "lO1" * 1500, "11O1" * 1000, "1 " * 2000, "11 1l " * 700, "1" * 4000])
def test_no_text_keeps_a_hub_busy(text: str) -> None:
    """Each of these has more readings than could ever be followed; the look at it ends all the same."""
    began = time.process_time()
    holds_one(text)
    assert time.process_time() - began < 30


@pytest.mark.slow
def test_a_text_of_nothing_but_digits_takes_a_look_in_line_with_its_length() -> None:
    """Each digit of it is looked at a few times; a look at all of them for each would take minutes."""
    ordinary, hidden = "7" * 60_000, "320101" * 10_000
    refuse_identity_numbers(ordinary)
    assert mask_identity_numbers(ordinary) == ordinary
    assert set(mask_identity_numbers(hidden)) == {MASK}


def test_no_sign_that_can_be_read_as_a_digit_is_passed_over() -> None:
    """Two digits are the least an identity number is written with; the rest may be letters that look like them."""
    for sign in map(chr, SIGNS):
        plain = unicodedata.normalize("NFKC", sign)
        digits = sum(unicodedata.digit(one, -1) >= 0 for one in plain)
        assert has_few_digits(f"é{sign}") == (digits < 2), hex(ord(sign))
        assert has_few_digits(f"é{sign}{sign}") == (digits < 1), hex(ord(sign))
