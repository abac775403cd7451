"""A printer's address: what is one, what is none, and that it is read once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.printing.transport.address import Address, AddressError, address_from_data, parse_address, rewritten
from antrean.printing.transport.printer_list import parse_printers, view_printers

EVIL = "tcp://127.0.0.1\u00a0virtual:///some/folder"
# Blanks, controls and signs that look like others, as they come from papers, phones and people who mean harm.
SIGNS = [
    *"\u00a0\u2003\u3000\u2028\u1680\u0085\x0b\x0c\x1f\x00\x7f\u200b\u200d\u2060\ufeff\u202e\u2215\uff0f\u0430\u2024\uff0e\u3002\u0661"
]


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"U+{ord(sign):04X}")
@pytest.mark.parametrize(
    "text", ["tcp://192.168.1{}50", "usblp:///dev/usb/lp0{}", "cups://ti{}ket", "tcp://a?profile=x{}", "tcp{}://a"]
)
def test_no_blank_no_control_and_no_look_alike_stands_in_an_address(text: str, sign: str) -> None:
    with pytest.raises(AddressError) as refusal:
        parse_address(text.format(sign))
    assert refusal.value.code in ("address_blank", "address_sign")
    with pytest.raises(AddressError):
        parse_printers(text.format(sign))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "address_missing"),
        (EVIL, "address_blank"),
        ("tcp://a tcp://b", "address_blank"),
        ("tcp://a,tcp://b", "address_port"),
        ("tcp://a\n\ttcp://b", "address_blank"),
        ("tcp://a;b", "address_host"),
        ("http://a", "address_kind"),
        ("file:///etc/passwd", "address_kind"),
        ("192.168.1.50", "address_kind"),
        ("tcp://", "address_host"),
        ("tcp://a/b", "address_host"),
        ("tcp://user@a", "address_host"),
        ("tcp://a..b", "address_host"),
        ("tcp://a.", "address_host"),
        ("tcp://-a", "address_host"),
        ("tcp://" + "a" * 64, "address_host"),
        ("tcp://127.1", "address_host"),
        ("tcp://0x7f000001", "address_host"),
        ("tcp://2130706433", "address_host"),
        ("tcp://0177.0.0.1", "address_host"),
        ("tcp://256.1.1.1", "address_host"),
        ("tcp://[fe80::1%25eth0]", "address_host"),
        ("tcp://[fe80::1", "address_host"),
        ("tcp://[127.0.0.1]", "address_host"),
        ("tcp://a:", "address_port"),
        ("tcp://a:0", "address_port"),
        ("tcp://a:65536", "address_port"),
        ("tcp://a:+9100", "address_port"),
        ("tcp://a:9100:9101", "address_port"),
        ("usblp://dev/usb/lp0", "address_device"),
        ("usblp:///dev/usb/../null", "address_device"),
        ("usblp:///dev/./null", "address_device"),
        ("usblp:///dev//null", "address_device"),
        ("usblp:///", "address_device"),
        ("usblp:///dev/$(id)", "address_device"),
        ("usblp:///dev/%2e%2e/null", "address_device"),
        ("serial:///dev/ttyUSB0/", "address_device"),
        ("virtual:///srv/../etc", "address_folder"),
        ("virtual://~/slips", "address_folder"),
        ("cups://", "address_queue"),
        ("cups://-hX", "address_queue"),
        ("cups://-o", "address_queue"),
        ("cups://a/b", "address_queue"),
        ("cups://a#b", "address_queue"),
        ("usb://xyz:1", "address_usb"),
        ("usb://04b8", "address_usb"),
        ("usb://04b8:0e28:1", "address_usb"),
        ("tcp://a?profile", "address_option"),
        ("tcp://a?profil=x", "address_option"),
        ("tcp://a?baud=9600", "address_option"),
        ("tcp://a?cut=none&cut=full", "address_option"),
        ("tcp://a?profile=../x", "address_option_value"),
        ("tcp://a?profile=", "address_option_value"),
        ("serial:///dev/ttyS0?baud=9601", "address_option_value"),
        ("serial:///dev/ttyS0?flow=maybe", "address_option_value"),
        ("usb://04b8:0e28?serial=-x", "address_option_value"),
        ("tcp://a?dots=12", "address_option_value"),
        ("tcp://a?profile=" + "x" * 190, "address_too_long"),
    ],
)  # fmt: skip
def test_each_fault_of_an_address_has_a_code_and_a_sentence_of_its_own(text: str, code: str) -> None:
    with pytest.raises(AddressError) as refusal:
        parse_address(text)
    assert refusal.value.code == code
    assert "{" not in str(refusal.value)
    assert str(refusal.value).isprintable()


def test_a_refused_value_is_shown_short_and_with_what_nobody_sees_by_number() -> None:
    with pytest.raises(AddressError, match=r"<U\+202E>"):
        parse_address("tcp://a\u202e")
    with pytest.raises(AddressError) as refusal:
        parse_address("tcp://" + "a" * 150)
    assert len(refusal.value.values["value"]) <= 60


hosts = st.from_regex(
    r"[a-z][a-z0-9-]{0,20}[a-z0-9](\.[a-z][a-z0-9]{0,10}){0,2}", fullmatch=True
) | st.ip_addresses().map(str)
paths = st.lists(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._:@+=-]{0,8}", fullmatch=True), min_size=1, max_size=5)
addresses = st.one_of(
    st.builds(lambda host, port: f"tcp://{f'[{host}]' if ':' in host else host}:{port}", hosts, st.integers(1, 65535)),
    st.builds(
        lambda parts, kind: f"{kind}:///{'/'.join(parts)}", paths, st.sampled_from(["usblp", "serial", "virtual"])
    ),
    st.from_regex(r"cups://[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True),
    st.from_regex(r"usb://[0-9a-f]{4}:[0-9a-f]{4}", fullmatch=True),
)


@given(
    addresses, st.sampled_from(["", "?profile=generic-58", "?cut=none&dots=384", "?letters=plain&profile=generic-80"])
)
def test_an_address_is_the_same_written_and_in_parts(text: str, options: str) -> None:
    address = parse_address(text + options)
    assert address_from_data(json.loads(json.dumps(address.as_data()))) == address
    assert parse_address(address.text) == address
    assert dict(address.options) == dict(pair.split("=") for pair in options[1:].split("&") if pair)


@given(
    st.text(max_size=60) | st.text("tcpusblrialv:/.?=&[]%@-019 \u00a0", max_size=40).map(lambda rest: "tcp://" + rest)
)
def test_whatever_is_written_is_one_address_or_refused(text: str) -> None:
    try:
        address = parse_address(text)
    except AddressError:
        return
    assert address.text.isascii()
    assert " " not in address.text
    assert address.text.count("://") == 1
    assert parse_address(address.text) == address


@pytest.mark.parametrize(
    "data",
    [
        None, [], "tcp://a", {}, {"kind": "tcp"}, {"kind": ["tcp"], "host": "a", "port": 9100},
        {"kind": "tcp", "host": "a", "port": "9100"}, {"kind": "tcp", "host": "a", "port": True},
        {"kind": "tcp", "host": "a", "port": 0}, {"kind": "tcp", "host": 7, "port": 9100},
        {"kind": "tcp", "host": "a virtual:///x", "port": 9100}, {"kind": "tcp", "host": "", "port": 9100},
        {"kind": "tcp", "host": "a", "port": 9100, "folder": "/x"},
        {"kind": "tcp", "host": "a", "port": 9100, "options": []},
        {"kind": "tcp", "host": "a", "port": 9100, "options": {"profile": 7}},
        {"kind": "tcp", "host": "a", "port": 9100, "options": {"serial": "x"}},
        {"kind": "cups", "queue": "-hX"}, {"kind": "virtual", "folder": "/a/../b"},
        {"kind": "usb", "vendor": 1208, "product": 1},
        {"kind": "unusable"}, {"kind": "file", "folder": "/x"},
    ],
    ids=str,
)  # fmt: skip
def test_parts_are_checked_like_text(data: Any) -> None:
    with pytest.raises(AddressError):
        address_from_data(data)


def test_a_host_has_one_way_of_being_written() -> None:
    same = ["tcp://Printer-1.LAN", "tcp://printer-1.lan:9100", "TCP://PRINTER-1.lan"]
    assert {parse_address(text) for text in same} == {Address("tcp", host="printer-1.lan", port=9100)}
    assert parse_address("tcp://[::ffff:192.168.1.5]").host == "192.168.1.5"
    assert parse_address("tcp://[FE80:0:0::1]:9101").device_key == "tcp://[fe80::1]:9101"


def test_a_setting_names_several_printers_with_one_space_between_them() -> None:
    found = parse_printers("tcp://a cups://b tcp://A:9100")
    assert [address.device_key for address in found] == ["tcp://a:9100", "cups://b"]
    with pytest.raises(AddressError):
        parse_printers("tcp://a\u00a0cups://b")


def test_an_address_with_what_was_seen_on_its_slip_is_checked_too() -> None:
    assert rewritten(parse_address("tcp://a?cut=full"), "generic-58", {"cut": "none"}).text == (
        "tcp://a:9100?cut=none&profile=generic-58"
    )
    with pytest.raises(AddressError):
        rewritten(parse_address("tcp://a"), "x y", {})
    with pytest.raises(AddressError, match="200"):
        rewritten(parse_address("usblp:///dev/" + "a" * 180), "generic-58", {"cut": "none"})


def test_an_agent_checks_what_its_hub_names_and_keeps_its_other_printers(tmp_path: Path) -> None:
    good = parse_address("tcp://192.168.1.51").as_data()
    evil = {"kind": "tcp", "host": "127.0.0.1\u00a0virtual:///some/folder", "port": 9100}
    first, second = view_printers({"printer": {"addresses": [evil, good]}}, tmp_path)
    assert (first.kind, first.why) == ("unusable", "address_host")
    assert second == parse_address("tcp://192.168.1.51")


@pytest.mark.parametrize("junk", [7, "tcp://a", {"kind": "tcp"}, [7], [[]], [None]])
def test_an_agent_takes_no_other_shape_for_a_printer(tmp_path: Path, junk: Any) -> None:
    (address,) = view_printers({"printer": {"address": "tcp://a", "addresses": junk}}, tmp_path)
    assert (address.kind, address.why) == ("unusable", "address_unreadable")


def test_an_agent_reads_the_text_of_a_hub_of_an_earlier_release(tmp_path: Path) -> None:
    said = {"printer": {"address": "tcp://192.168.1.50 cups://tiket"}}
    assert [address.kind for address in view_printers(said, tmp_path)] == ["tcp", "cups"]
    (evil,) = view_printers({"printer": {"address": EVIL}}, tmp_path)
    assert (evil.kind, evil.why) == ("unusable", "address_blank")


@pytest.mark.parametrize("view", [{}, {"printer": {"address": ""}}, {"printer": {"addresses": []}}])
def test_an_agent_whose_hub_names_none_has_a_virtual_printer(tmp_path: Path, view: dict[str, Any]) -> None:
    folder = tmp_path / "Budi's slips"
    (address,) = view_printers(view, folder)
    assert (address.kind, address.path) == ("virtual", str(folder))
