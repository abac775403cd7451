"""From where a request comes: what a proxy adds makes nobody local, and only a trusted one is believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from antrean.access.devices import pair_device
from antrean.config import Config, ConfigError, load_config
from antrean.web.http.proxies import Proxies, from_this_machine, networks
from app import create_app, open_office
from tests.conftest import SetClock, small_plan

OURS = "127.0.0.1, 10.0.0.0/24, ::1"


def seen_as(peer: str, forwarded: str | None, trusted: str = OURS) -> tuple[str, bool]:
    """The address under which the hub sees a request, and whether it takes it for one of this machine."""
    seen: dict[str, Any] = {}
    environ = {"REMOTE_ADDR": peer}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    Proxies(lambda environ, start: seen.update(environ) or [], networks(trusted))(environ, None)
    return seen["REMOTE_ADDR"], from_this_machine(seen)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "203.0.113.1, 192.0.2.7, 10.0.0.5", "192.0.2.7"),
        ("127.0.0.1", "127.0.0.1, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "10.0.0.5", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("192.0.2.9", "192.0.2.7", "192.0.2.9"),
        ("192.0.2.9", "127.0.0.1", "192.0.2.9"),
    ],
)
def test_only_a_trusted_proxy_is_believed_and_never_what_stands_before_the_client(
    peer: str, forwarded: str, address: str
) -> None:
    assert seen_as(peer, forwarded) == (address, False)


def test_a_program_of_this_machine_stays_one_although_its_address_is_that_of_a_proxy_too() -> None:
    assert seen_as("127.0.0.1", None) == ("127.0.0.1", True)
    assert seen_as("::ffff:127.0.0.1", None)[1]


def test_without_the_setting_no_header_changes_an_address() -> None:
    assert seen_as("127.0.0.1", "192.0.2.7", "") == ("127.0.0.1", False)


@pytest.mark.parametrize("value", ["proxy.example", "10.0.0.5/24", "127.0.0.1; 10.0.0.1", "everyone"])
def test_a_setting_that_names_no_network_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigError, match="trusted_proxies"):
        load_config({"ANTREAN_DATA": str(tmp_path), "ANTREAN_TRUSTED_PROXIES": value})


def test_guesses_through_a_trusted_proxy_are_counted_by_whoever_guesses(tmp_path: Path) -> None:
    """One browser that guesses tokens of devices keeps nobody else behind the same proxy from pairing."""
    clock = SetClock()
    config = Config(data=tmp_path, office="office", async_mode="threading", trusted_proxies="127.0.0.1")
    _office, settings = open_office(config, clock)
    settings.create_office(small_plan())
    _device, token = pair_device(settings, "kiosk", "Kiosk 1", clock)
    app = create_app(config, clock=clock)
    try:

        def pair(client: str, given: str) -> int:
            headers = {"X-Forwarded-For": f"127.0.0.1, {client}"}
            return int(app.test_client().post("/pair", json={"token": given}, headers=headers).status_code)

        assert any(pair("192.0.2.7", "guessed") == 429 for _ in range(300))
        assert pair("192.0.2.7", token) == 429
        assert pair("192.0.2.8", token) == 200
    finally:
        app.extensions["antrean"].stop()
