"""What every response carries, under which names the hub is reached, and where a sign-in leads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import socketio
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from antrean.access.devices import pair_device
from antrean.config import Config
from antrean.web.http.hosts import own_names
from antrean.web.sign_in.views import inside
from tests.conftest import SetClock, small_plan
from tests.fakes.hub_process import HubProcess
from tests.fakes.office_hub import PASSWORD, OfficeHub

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    """A hub for many small questions that leave it as it was."""
    running = OfficeHub(tmp_path_factory.mktemp("headers"), small_plan(), SetClock())
    yield running
    running.stop()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    running = HubProcess(tmp_path_factory.mktemp("hosts"), small_plan())
    try:
        running.start()
        yield running
    finally:
        running.end()


@pytest.mark.parametrize(
    "path",
    [
        "/", "/sign_in", "/nowhere", "/counter_panel/", "/kiosk/view", "/healthz", "/openapi.json",
        "/static/newest/antrean/web/static/start.css", "/static/newest/nothing.css",
        "/kiosk/media/nothing", "/mobile_ticket/?ticket=x",
        "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=9&transport=nothing", "/socket.io/?EIO=4&sid=unknown",
    ],
)  # fmt: skip
def test_every_response_carries_what_protects_it(process: HubProcess, path: str) -> None:
    for headers in (HTML, {"Accept": "application/json"}):
        found = requests.get(process.url + path, headers=headers, timeout=60, allow_redirects=False)
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert found.headers["Referrer-Policy"] == "same-origin"
        assert found.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in found.headers["Content-Security-Policy"]
        assert "Permissions-Policy" in found.headers
        assert "Cache-Control" in found.headers


def test_pages_talk_to_their_own_origin_only(process: HubProcess) -> None:
    policy = requests.get(process.url + "/sign_in", headers=HTML, timeout=60).headers["Content-Security-Policy"]
    (connect,) = (part.strip() for part in policy.split(";") if part.strip().startswith("connect-src"))
    own = f"127.0.0.1:{process.config.port}"
    assert connect == f"connect-src 'self' ws://{own} wss://{own}"


def test_a_page_reaches_its_socket_and_no_other_host(process: HubProcess, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(process.url + "/sign_in")
    reach = """address => new Promise(done => {
        const socket = new WebSocket(address);
        socket.onopen = () => done("open");
        document.addEventListener("securitypolicyviolation", event => done(event.effectiveDirective));
        setTimeout(() => done("nothing"), 30000);
    })"""
    own = f"ws://127.0.0.1:{process.config.port}/socket.io/?EIO=4&transport=websocket"
    assert page.evaluate(reach, own) == "open"
    assert page.evaluate(reach, "ws://127.0.0.1:9/") == "connect-src"
    page.close()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000", "localhost", "LOCALHOST:80", "[::1]:8000", "192.168.1.20", "hub.test", "Hub.Test.", "antrean",
     "antrean.local", "antrean.lan:8000", "203.0.113.9"],
)  # fmt: skip
def test_the_hub_is_reached_under_addresses_own_names_and_names_of_this_network(kept: OfficeHub, host: str) -> None:
    assert kept.app.test_client().get("/sign_in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.test", "hub.test.evil.example", "xhub.test", "127.0.0.1.evil.example", "evil.example:8000", "a b", "x;y",
     "evil.example/", "[::1", "é.example", "x" * 300],
)  # fmt: skip
def test_a_foreign_name_reaches_nothing(kept: OfficeHub, host: str) -> None:
    browser = kept.app.test_client()
    for path in (
        "/",
        "/sign_in",
        "/static/newest/antrean/web/static/start.css",
        "/socket.io/?EIO=4&transport=polling",
        "/readyz",
        "/nowhere",
    ):
        refused = browser.get(path, headers={"Host": host})
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (421, "host_not_allowed"), path
        assert "frame-ancestors 'none'" in refused.headers["Content-Security-Policy"]
        assert host not in refused.headers["Content-Security-Policy"]
    signing = browser.post("/sign_in", json={"name": "Ani", "password": PASSWORD}, headers={"Host": host})
    assert (signing.status_code, "Set-Cookie" in signing.headers) == (421, False)
    assert browser.get("/healthz", headers={"Host": host}).status_code == 200
    page = browser.get("/", headers={"Host": host, **HTML})
    assert page.status_code == 421
    assert "allowed_hosts" in page.text


def test_names_of_the_settings_are_the_hubs_own() -> None:
    config = Config(allowed_hosts="antrean.kuningan.go.id, Loket.example", hub_url="http://inside.example:8000")
    found = own_names(config, "https://follow.example/")
    assert {"antrean.kuningan.go.id", "loket.example", "inside.example", "follow.example"} <= found


def test_a_name_that_was_set_is_served(tmp_path: Path) -> None:
    hub = HubProcess(tmp_path, small_plan())
    (tmp_path / "antrean.toml").write_text('allowed_hosts = "antrean.example"\n')
    try:
        hub.start()
        asked = {"Host": "antrean.example"}
        assert requests.get(hub.url + "/sign_in", headers=asked, timeout=60).status_code == 200
        assert requests.get(hub.url + "/sign_in", headers={"Host": "other.example"}, timeout=60).status_code == 421
    finally:
        hub.end()


@pytest.mark.parametrize(
    "target",
    ["/\n\\evil.example", "/\n/evil.example", "/\\evil.example", "/\t/evil.example", "//evil.example", "/\x00",
     "/\r\nX: y", "/ /evil.example", "\\\\evil.example", "/é", "/counter_panel/\n", "http:/evil.example", "/\x7f",
     "/\u2028/evil.example"],
)  # fmt: skip
def test_a_target_with_odd_characters_leads_to_the_counter_panel(kept: OfficeHub, target: str) -> None:
    browser = kept.app.test_client()
    assert browser.get("/sign_in", query_string={"next": target}, headers=HTML).status_code == 200
    form = {"name": "Ani", "password": PASSWORD, "next": target}
    answer = browser.post("/sign_in", data=form, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/counter_panel/")


@given(st.text(max_size=40).map(lambda words: "/" + words))
def test_a_target_is_a_plain_path_of_this_site(target: str) -> None:
    found = inside(target)
    assert found in ("/counter_panel/", target)
    assert found.isascii()
    assert found.isprintable()
    assert not found.startswith(("//", "/\\"))
    assert not set(found) & {" ", "\\"}


def test_a_device_of_another_kind_is_told_so(kept: OfficeHub) -> None:
    services = kept.app.extensions["antrean"]
    tokens = {
        kind: pair_device(services.settings, kind, f"A {kind}", services.office.clock)[1]
        for kind in ("kiosk", "display")
    }
    services.identities.load()

    def code(path: str, token: str, cookie: str = "") -> str:
        browser = kept.app.test_client()
        if cookie:
            browser.set_cookie(cookie, token)
        refused = browser.get(path, headers={} if cookie else {"Authorization": f"Bearer {token}"})
        assert refused.status_code == 403
        assert refused.get_json()["error"]["message"]
        return str(refused.get_json()["error"]["code"])

    assert code("/kiosk/services", tokens["display"]) == "wrong_device_kind"
    assert code("/kiosk/services", tokens["display"], "antrean_kiosk") == "wrong_device_kind"
    assert code("/display/view", tokens["kiosk"]) == "wrong_device_kind"
    assert code("/print_agent/view", tokens["kiosk"]) == "wrong_device_kind"
    assert code("/kiosk/services", "guessed") == "device_not_paired"
    with kept.served() as url:
        for namespace, token, said in (
            ("/kiosk", tokens["display"], "wrong_device_kind"),
            ("/display", tokens["kiosk"], "wrong_device_kind"),
            ("/display", "guessed", "device_not_paired"),
        ):
            client = socketio.Client(reconnection=False)
            heard: list[object] = []
            client.on("connect_error", heard.append, namespace=namespace)
            with pytest.raises(socketio.exceptions.ConnectionError):
                client.connect(url, namespaces=[namespace], auth={"token": token}, wait_timeout=60)
            client.disconnect()
            (refusal,) = heard
            assert isinstance(refusal, dict)
            assert refusal["data"]["code"] == said
            assert refusal["message"] == refusal["data"]["message"] != ""
