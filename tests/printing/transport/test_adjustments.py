"""What a test slip showed becomes part of the printer's address, and the profile follows."""

from __future__ import annotations

import pytest

from antrean.printing.escpos.parser import tokens_of
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipLayout
from antrean.printing.transport.address import AddressError, parse_address, rewritten
from antrean.printing.transport.adjustments import after_test
from printer_profiles import load_profile
from tests.printing.samples import SAMPLE

EPSON = load_profile("epson-tm-t82iii")
ALL_RIGHT = {"cut": "yes", "width": "whole", "letters": "right", "qr": "both"}


def test_nothing_is_changed_when_all_looked_right() -> None:
    assert after_test(EPSON, ALL_RIGHT) == {}


@pytest.mark.parametrize(
    ("seen", "change"),
    [
        ({"cut": "no"}, {"cut": "none"}),
        ({"width": "missing"}, {"dots": "512"}),
        ({"width": "narrow"}, {"dots": "640"}),
        ({"letters": "wrong"}, {"letters": "plain"}),
        ({"qr": "second"}, {"qr": "raster"}),
        ({"qr": "none"}, {"qr": "none"}),
    ],
)
def test_each_thing_seen_changes_one_thing(seen: dict[str, str], change: dict[str, str]) -> None:
    assert after_test(EPSON, {**ALL_RIGHT, **seen}) == change


def test_narrower_again_and_again_ends_at_the_narrowest_printer() -> None:
    text, widths = "tcp://192.168.1.50?profile=epson-tm-t82iii", []
    for _ in range(5):
        address = parse_address(text)
        widths.append(address.profile().media.printable_dots)
        text = rewritten(address, "", after_test(address.profile(), {**ALL_RIGHT, "width": "missing"})).text
    assert widths == [576, 512, 432, 384, 384]


def test_the_same_answers_again_change_nothing_more() -> None:
    seen = {"cut": "no", "width": "whole", "letters": "wrong", "qr": "none"}
    text = "tcp://192.168.1.50?profile=epson-tm-t82iii"
    changed = rewritten(parse_address(text), "", after_test(EPSON, seen))
    assert after_test(changed.profile(), seen) == {}


def test_an_address_keeps_its_options_and_gains_what_was_seen() -> None:
    before = parse_address("serial:///dev/serial/by-id/usb-x?baud=115200&flow=rtscts&profile=pos-58")
    after = rewritten(before, "generic-58", {"cut": "none", "qr": "raster"})
    assert parse_address(after.text) == after
    assert (after.baud, after.flow, after.device_key) == (115200, "rtscts", before.device_key)
    assert (after.profile().id, after.profile().cut.mode, after.profile().qr.mode) == ("generic-58", "none", "raster")


def test_a_slip_for_an_adjusted_printer_has_no_cut_no_native_qr_and_plain_letters() -> None:
    profile = parse_address("tcp://a?profile=epson-tm-t82iii&cut=none&qr=raster&letters=plain&dots=384").profile()
    data = compose(SAMPLE, SlipLayout(), profile)
    kinds = {token.kind for token in tokens_of(data)}
    assert not kinds & {"GS V", "ESC i", "ESC m", "GS ( k"}
    texts = [token.raw for token in tokens_of(data) if token.kind == "text"]
    assert all(max(text) < 128 for text in texts)
    assert max(len(text) for text in texts) <= 32
    assert profile.media.paper_mm == 58


@pytest.mark.parametrize("option", ["dots=12", "dots=x", "cut=maybe", "qr=laser", "letters=fraktur"])
def test_an_adjustment_no_printer_can_have_is_refused(option: str) -> None:
    with pytest.raises(AddressError, match=option.partition("=")[0]):
        parse_address(f"tcp://a?{option}")
