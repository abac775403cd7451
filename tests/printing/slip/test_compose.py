"""compose(): the bytes of a slip."""

import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.printing.escpos.parser import strip_realtime_commands, text_of, tokens_of
from antrean.printing.escpos.preview import printed_mm
from antrean.printing.slip.beside import beside
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipContent, SlipField, SlipLayout, Translation
from antrean.printing.slip.fonts import font
from antrean.printing.slip.qr import qr_picture
from antrean.printing.slip.self_test import TestPage, compose_test_page
from antrean.printing.slip.writer import CUTS
from printer_profiles import Profile, load_all, load_profile
from tests.printing.conftest import letters_of
from tests.printing.samples import CASE, COPY, LIST, LONG, PAPERS, PICKUP, QR, SAMPLE, VOUCHER, VOUCHERS

GOLDEN = Path(__file__).parent / "golden"
EPSON, SMALL = load_profile("epson-tm-t82iii"), load_profile("generic-58")
PLAIN = SlipLayout()
VALID = (SlipField("Berlaku", "hari ini saja"), SlipField("Kode", "4821"))


def kinds(data: bytes) -> list[str]:
    return [token.kind for token in tokens_of(data)]


def lines(data: bytes) -> list[str]:
    return text_of(data, "cp858").split("\n")


def size_of(text: str, data: bytes) -> tuple[int, int]:
    """Width and height of the type in which a text is printed."""
    size = (1, 1)
    for token in tokens_of(data):
        if token.kind == "GS !":
            size = (token.args[0] >> 4) + 1, (token.args[0] & 7) + 1
        if token.raw == text.encode():
            return size
    raise AssertionError(f"{text} is not printed")


RECORDED = [("sample", SAMPLE, profile) for profile in load_all() if profile.id != "epson-tm-u220"] + [
    (name, content, profile)
    for name, content in (
        ("copy", COPY),
        ("long", LONG),
        ("papers", PAPERS),
        ("case", CASE),
        ("pickup", PICKUP),
        ("list", LIST),
        ("voucher", VOUCHER),
    )
    for profile in (EPSON, SMALL)
]  # the TM-U220's number is drawn with whatever font the machine has


@pytest.mark.parametrize(("name", "content", "profile"), RECORDED, ids=lambda value: getattr(value, "id", ""))
def test_the_bytes_of_a_slip_are_the_recorded_ones(name: str, content: SlipContent, profile: Profile) -> None:
    """To record anew after a wanted change: ANTREAN_RECORD_GOLDEN=1, then look at the difference."""
    assert font("reading", 20) is not None, "the slip's font is missing, run: make antrean/web/static/vendor/.done"
    path = GOLDEN / f"{name}-{profile.id}.bin"
    data = compose(content, VOUCHERS if name == "voucher" else PLAIN, profile)
    if os.environ.get("ANTREAN_RECORD_GOLDEN"):
        path.write_bytes(data)
    record = f"record it: ANTREAN_RECORD_GOLDEN=1 python -m pytest tests/printing/slip/test_compose.py -k {profile.id}"
    assert path.is_file(), record
    assert data == path.read_bytes()


@pytest.mark.parametrize("profile", load_all(), ids=lambda profile: profile.id)
def test_every_profile_prints_its_slips_and_its_test_slip_in_commands_it_knows(profile: Profile) -> None:
    page = TestPage("tcp://192.168.1.50:9100", "MODEL", "ready", "12 12 12")
    for data in (compose(COPY, PLAIN, profile), compose(LONG, PLAIN, profile), compose_test_page(page, profile)):
        assert "unknown" not in kinds(data)
        assert kinds(data).count("ESC @") == 1
        assert data.count(CUTS[profile.cut.command]) == (profile.cut.mode != "none")
        for token in tokens_of(data):
            if token.kind == "GS v 0":
                assert token.args[1] * 8 <= profile.media.printable_dots
            if token.kind == "ESC *":
                assert token.args[1] + 256 * token.args[2] <= profile.media.printable_dots
    assert profile.id in text_of(data, "cp858")
    assert "123456789012345678901234567890" in text_of(data, "cp858")


def test_a_printer_with_small_types_gets_its_number_as_a_large_picture() -> None:
    dots = load_profile("epson-tm-u220")
    data = compose(replace(SAMPLE, qr=""), PLAIN, dots)
    if font("latin", 20) is None:
        pytest.skip("no font is installed on this machine")
    assert "ESC *" in kinds(data)
    assert "A-012" not in lines(data)
    assert QR in text_of(compose(SAMPLE, PLAIN, dots), "cp437").replace("\n", "")


def test_a_slip_starts_clean_says_its_code_page_and_ends_with_the_cut() -> None:
    data = compose(SAMPLE, PLAIN, EPSON)
    assert data.startswith(b"\x1b@\x1bt\x13")
    assert data.endswith(b"\x1dVB\x00")
    assert kinds(data).count("GS V") == 1


def test_a_printer_in_chinese_mode_is_brought_out_of_it_right_after_every_reset() -> None:
    assert compose(SAMPLE, PLAIN, SMALL).startswith(b"\x1b@\x1c.\x1bt\x00")


def test_composing_twice_gives_the_same_bytes() -> None:
    assert compose(SAMPLE, PLAIN, EPSON) == compose(SAMPLE, PLAIN, EPSON)


def test_the_number_takes_the_largest_type_that_fits() -> None:
    assert size_of("A-012", compose(SAMPLE, PLAIN, EPSON)) == (8, 8)
    assert size_of("A-012", compose(SAMPLE, PLAIN, SMALL)) == (6, 6)
    assert size_of("AB-12345", compose(replace(SAMPLE, number="AB-12345"), PLAIN, SMALL)) == (4, 4)
    assert size_of("A-012", compose(SAMPLE, SlipLayout(number_size=5), EPSON)) == (5, 5)


def test_the_code_of_a_case_is_large_and_smaller_than_the_number_that_is_called() -> None:
    assert size_of("BCDF GHJK", compose(CASE, PLAIN, EPSON)) == (4, 4)
    assert size_of("BCDF GHJK", compose(CASE, PLAIN, SMALL)) == (3, 3)
    assert size_of("BCDF GHJK", compose(CASE, SlipLayout(number_size=4), EPSON)) == (3, 3)


@pytest.mark.parametrize(("profile", "rows"), [(EPSON, 2), (SMALL, 3)], ids=["80", "58"])
def test_several_codes_stand_in_rows_and_none_is_broken(profile: Profile, rows: int) -> None:
    printed = [line for line in lines(compose(PICKUP, PLAIN, profile)) if "BCDF" in line]
    assert len(printed) == rows
    assert " ".join(" ".join(printed).split()) == "BCDF GHJK1 BCDF GHJK2 BCDF GHJK3 BCDF GHJK4 BCDF GHJK5"


def test_an_office_can_leave_the_code_of_a_case_away() -> None:
    assert compose(CASE, SlipLayout(case=False), EPSON) == compose(PAPERS, PLAIN, EPSON)


def test_a_hostile_name_cannot_reach_the_printer_as_a_command() -> None:
    clean = compose(replace(SAMPLE, service="Budi@V"), PLAIN, EPSON)
    hostile = compose(replace(SAMPLE, service="Budi\x1b@\x1dV\x00\x9b\x10\x14\x08"), PLAIN, EPSON)
    assert hostile == clean


@given(st.text(max_size=60))
def test_whatever_is_typed_the_slip_has_one_reset_one_cut_and_no_stray_byte(typed: str) -> None:
    profile = replace(EPSON, text=replace(EPSON.text, non_ascii="base-letter"))
    content = replace(SAMPLE, office=typed, service=typed, footer=(typed,), qr=QR + typed, mark=typed)
    found = kinds(compose(content, PLAIN, profile))
    assert (found.count("ESC @"), found.count("GS V"), found.count("unknown")) == (1, 1, 0)
    assert not {"DLE DC4", "DLE EOT", "ESC p", "CAN", "FF"} & set(found)


@pytest.mark.parametrize("profile", [EPSON, SMALL], ids=lambda profile: profile.id)
def test_no_line_is_wider_than_the_paper_and_no_word_is_lost(profile: Profile) -> None:
    data = compose(LONG, PLAIN, profile)
    width = 1
    for token in tokens_of(data):
        if token.kind == "GS !":
            width = (token.args[0] >> 4) + 1
        if token.kind == "text":
            assert len(token.raw) * width <= profile.media.columns_a
    printed = " ".join(text_of(data, "cp858").split())
    assert LONG.office in printed
    assert LONG.service in printed
    stacked = compose(LONG, SlipLayout(sizes={"fields": 2}), profile)
    assert "antara 125 dan 140 menit" in " ".join(text_of(stacked, "cp858").split())


def test_letters_outside_the_code_page_become_a_plain_sign_or_their_base_letter() -> None:
    content = replace(SAMPLE, footer=("Ñandú é – “dź” … ő",))
    assert 'Ñandú é - "dz" ... o' in lines(compose(content, PLAIN, EPSON))


def test_arabic_javanese_and_sundanese_are_drawn_and_the_rest_stays_text() -> None:
    plain = compose(replace(SAMPLE, qr=""), PLAIN, EPSON)
    assert "GS v 0" not in kinds(plain)
    letters_of("javanese", "sundanese")
    for word in ("السجل المدني", "ꦥꦼꦔꦲꦤ꧀", "ᮊᮥᮔᮤᮍᮔ᮪"):
        data = compose(replace(SAMPLE, qr="", footer=(word,)), PLAIN, EPSON)
        assert "GS v 0" in kinds(data)
        assert "A-012" in lines(data)
        assert "?" not in text_of(data, "cp858")


def test_a_profile_may_ask_for_base_letters_instead_of_pictures() -> None:
    profile = replace(EPSON, text=replace(EPSON.text, non_ascii="base-letter"))
    data = compose(replace(SAMPLE, qr="", footer=("中 é",)), PLAIN, profile)
    assert "? é" in lines(data)
    assert "GS v 0" not in kinds(data)


def test_a_native_qr_code_carries_the_address_whole_and_a_raster_one_fits_the_paper() -> None:
    alone = SlipLayout(blocks=("number", "qr"))
    native = [token for token in tokens_of(compose(SAMPLE, alone, EPSON)) if token.kind == "GS ( k"]
    assert any(QR.encode() in token.raw for token in native)
    raster = [token for token in tokens_of(compose(SAMPLE, PLAIN, SMALL)) if token.kind == "GS v 0"]
    assert raster
    assert all(token.args[1] * 8 <= SMALL.media.printable_dots for token in raster)
    assert all(token.args[3] + 256 * token.args[4] <= SMALL.image.fragment_rows for token in raster)


def test_a_printer_without_qr_prints_the_address_in_letters() -> None:
    profile = replace(EPSON, qr=replace(EPSON.qr, mode="none"))
    assert QR in text_of(compose(SAMPLE, PLAIN, profile), "cp858").replace("\n", "")


def test_pictures_never_hold_a_real_time_command() -> None:
    dangerous = b"\x10\x14\x10\x04\x10\x05" * 12
    picture = b"\x1dv0\x00" + bytes([9, 0, 8, 0]) + dangerous
    tamed = strip_realtime_commands(b"Budi" + picture + b"\x1dVB\x00")
    assert not any(pair in tamed for pair in (b"\x10\x14", b"\x10\x04", b"\x10\x05"))
    assert len(tamed) == len(b"Budi" + picture + b"\x1dVB\x00")
    assert tamed.startswith(b"Budi\x1dv0\x00\x09\x00\x08\x00")


@pytest.mark.parametrize(
    ("command", "ending"),
    [("gs_v_0", b"\x1dV\x00"), ("gs_v_1", b"\x1dV\x01"), ("esc_i", b"\x1bi"), ("esc_m", b"\x1bm")],
)
def test_the_cut_and_the_presenter_come_last_as_the_profile_says(command: str, ending: bytes) -> None:
    cut = replace(EPSON.cut, command=command, feed_lines_before=3, presenter="1d650300")
    data = compose(SAMPLE, PLAIN, replace(EPSON, cut=cut))
    assert data.endswith(b"\n\n\n" + ending + b"\x1d\x65\x03\x00")
    none = compose(SAMPLE, PLAIN, replace(EPSON, cut=replace(EPSON.cut, mode="none", feed_lines_before=4)))
    assert none.endswith(b"\n\n\n\n")


def test_the_layout_chooses_blocks_fields_sizes_and_lines() -> None:
    layout = SlipLayout(
        blocks=("number", "fields", "footer"),
        fields=("wait",),
        sizes={"footer": 2},
        footer=("Terima kasih",),
    )
    data = compose(replace(SAMPLE, footer=()), layout, EPSON)
    assert "Disdukcapil" not in text_of(data, "cp858")
    assert "Orang" not in text_of(data, "cp858")
    assert "25-40 menit" in text_of(data, "cp858")
    assert size_of("Terima kasih", data) == (2, 2)


def test_a_reprint_is_marked_where_nobody_overlooks_it() -> None:
    data = compose(COPY, PLAIN, EPSON)
    marked = data.index(b" SALINAN 2 ")
    assert data.rindex(b"\x1dB\x01", 0, marked) < marked < data.index(b"A-012")
    assert b"SALINAN" not in compose(SAMPLE, PLAIN, EPSON)


def test_the_buzzer_sounds_when_the_office_wants_it_and_never_opens_a_drawer() -> None:
    clone, beeping = load_profile("xprinter-80"), SlipLayout(beep=True)
    assert kinds(compose(SAMPLE, beeping, clone)).count("ESC B") == 1
    assert "ESC B" not in kinds(compose(SAMPLE, PLAIN, clone))
    assert compose(SAMPLE, beeping, EPSON) == compose(SAMPLE, PLAIN, EPSON)
    pulsed = replace(clone, buzzer=replace(clone.buzzer, command="pulse"))
    assert "ESC p" in kinds(compose(SAMPLE, beeping, pulsed))
    with_drawer = replace(pulsed, drawer=replace(pulsed.drawer, enabled=True))
    assert "ESC p" not in kinds(compose(SAMPLE, beeping, with_drawer))


def test_a_logo_kept_in_the_printer_is_called_by_its_number() -> None:
    profile = replace(EPSON, image=replace(EPSON.image, logo="nv:2"))
    assert b"\x1cp\x02\x00" in compose(SAMPLE, PLAIN, profile)
    assert "FS p" not in kinds(compose(SAMPLE, PLAIN, EPSON))


def test_a_second_language_follows_when_the_layout_asks_for_it() -> None:
    words = Translation("su", "Nyitak KTP-el", (SlipField("Jalma", "3"),), ("Hatur nuhun",))
    content = replace(SAMPLE, translations=(words,))
    assert "Nyitak KTP-el" in lines(compose(content, SlipLayout(languages=("su",)), EPSON))
    assert "Nyitak KTP-el" not in lines(compose(content, SlipLayout(languages=("jv",)), EPSON))


def test_other_languages_follow_below_all_that_the_first_one_says() -> None:
    words = Translation("en", "Card printing", (SlipField("Persons", "3"),), ("Please keep this slip.",))
    content = replace(SAMPLE, translations=(words,))
    printed = lines(compose(content, SlipLayout(languages=("en",)), EPSON))
    assert printed.index(SAMPLE.footer[0]) < printed.index("Card printing") < printed.index("Please keep this slip.")
    dated = next(place for place, line in enumerate(printed) if "2026" in line)
    assert dated < printed.index("Card printing")


def test_what_is_said_below_the_code_stands_apart_so_that_wrapped_lines_do_not_run_together() -> None:
    tokens = list(tokens_of(compose(SAMPLE, PLAIN, SMALL)))
    said = [place for place, token in enumerate(tokens) if token.kind == "text"]
    start = next(place for place in said if tokens[place].raw.decode("cp437").startswith("Selasa"))
    assert "ESC J" in [token.kind for token in tokens[said[said.index(start) - 1] : start]]


def test_a_slip_on_wide_paper_takes_no_more_than_nine_centimetres() -> None:
    facts = (*SAMPLE.fields, *VALID)
    assert 80 <= printed_mm(compose(replace(SAMPLE, fields=facts), PLAIN, EPSON), EPSON) <= 90


def test_a_priority_visitors_slip_on_wide_paper_is_hardly_longer() -> None:
    facts = (*SAMPLE.fields, SlipField("Antrean", "prioritas"), *VALID)
    assert printed_mm(compose(replace(SAMPLE, fields=facts), PLAIN, EPSON), EPSON) <= 95


def test_the_code_beside_the_table_is_as_large_as_a_code_alone() -> None:
    picture = beside(SAMPLE.fields, QR, SAMPLE.qr_caption, EPSON.qr.module_dots, EPSON)
    code = qr_picture(QR, EPSON.qr.module_dots)
    assert picture is not None
    assert picture.size == (EPSON.media.printable_dots, code.height)
    assert picture.crop((picture.width - code.width, 0, *picture.size)).tobytes() == code.tobytes()
    assert code.width / EPSON.media.dpi * 25.4 > 33  # millimetres, white edge included


def test_the_table_stands_above_the_code_where_the_paper_is_narrow_the_type_large_or_no_font_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stacked(data: bytes, page: str) -> bool:
        return "Di depan Anda" in text_of(data, page)

    assert not stacked(compose(SAMPLE, PLAIN, EPSON), "cp858")
    assert stacked(compose(SAMPLE, PLAIN, SMALL), "cp437")
    assert stacked(compose(SAMPLE, SlipLayout(sizes={"fields": 2}), EPSON), "cp858")
    monkeypatch.setattr("antrean.printing.slip.rasterize.font", lambda script, pixels: None)
    assert stacked(compose(SAMPLE, PLAIN, EPSON), "cp858")


def test_only_the_facts_that_the_office_wants_stand_beside_the_code() -> None:
    few = SlipLayout(fields=("persons",))
    assert compose(SAMPLE, few, EPSON) != compose(SAMPLE, PLAIN, EPSON)
    assert compose(SAMPLE, few, EPSON) == compose(replace(SAMPLE, fields=SAMPLE.fields[:1]), PLAIN, EPSON)


def test_a_date_too_long_for_the_paper_breaks_before_the_time() -> None:
    printed = lines(compose(SAMPLE, PLAIN, SMALL))
    assert "Selasa, 24 November 2026" in printed
    assert "09.12 WIB" in printed
    assert any("2026" in line and "09.12 WIB" in line for line in lines(compose(SAMPLE, PLAIN, EPSON)))


def test_a_word_wider_than_the_paper_makes_the_service_smaller_before_it_is_broken() -> None:
    content = replace(SAMPLE, service="Datang antarkabupaten/provinsi")
    assert "antarkabupaten/provinsi" in text_of(compose(content, PLAIN, SMALL), "cp437")
    assert "Datang\nantarkabupaten/provinsi\n" in text_of(compose(content, PLAIN, EPSON), "cp858")


def test_importing_the_library_leaves_no_files_and_no_log_handler(tmp_path: Path) -> None:
    code = (
        "import logging; from antrean.printing.slip.compose import compose;"
        "from antrean.printing.slip.content import *;"
        "from printer_profiles import load_profile; import sys;"
        "assert 'escpos' not in sys.modules;"
        "compose(SlipContent(number='A-1'), SlipLayout(), load_profile('generic-58'));"
        "assert 'escpos' in sys.modules; assert not logging.getLogger().handlers"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
    assert logging.getLogger("escpos") is not None


def test_documents_stand_one_below_the_other_and_further_lines_of_one_begin_below_its_first_letter() -> None:
    printed = lines(compose(PAPERS, PLAIN, SMALL))
    first = printed.index("Siapkan berkas ini:")
    assert printed[first + 1 : first + 5] == [
        "- Kartu Keluarga asli",
        "- Surat kehilangan dari",
        "  kepolisian bila KTP-el hilang",
        "- KTP-el lama yang rusak",
    ]


def test_an_office_may_keep_documents_off_the_slip_of_a_number_and_a_list_without_a_number_has_them_all_the_same() -> (
    None
):
    without = SlipLayout(papers=False)
    assert compose(PAPERS, without, EPSON) == compose(SAMPLE, PLAIN, EPSON)
    assert "- Kartu Keluarga asli" in lines(compose(LIST, without, EPSON))
    assert "A-012" not in lines(compose(LIST, PLAIN, EPSON))
