"""Nobody reaches more than the list here says: every route and every namespace, with every kind of credential."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import socketio
from flask import request
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from antrean.access.devices import pair_device
from antrean.access.identity import ANYONE
from antrean.queueing.commands import COMMANDS
from antrean.queueing.plan.model import OfficePlan
from antrean.web.http.guard import permissions
from antrean.web.operations.operation import operation_of
from app import device_kinds
from docs.write_lists import PERMISSIONS as TABLE
from docs.write_lists import written_permissions
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import PASSWORD, OfficeHub

COUNTER_STAFF = {"operator", "supervisor", "administrator"}
LEADERS = {"supervisor", "administrator"}
ADMINISTRATORS = {"administrator"}
VIEWERS = {"viewer", *LEADERS}
STAFF = {"viewer", *COUNTER_STAFF}
# What lies open to anyone in the network, route by route. Whoever adds one says here that it may.
OPEN = {
    "/", "/sign_in", "/sign_out", "/sign_in/code", "/sign_in/office", "/sign_in/invitation",
    "/new_password", "/pair", "/pair/demo", "/pair/code", "/pair/waiting",
    "/healthz", "/readyz", "/metrics", "/openapi.json",
    "/mobile_ticket/", "/mobile_ticket/find", "/mobile_ticket/view", "/mobile_ticket/leave",
    "/mobile_ticket/defer", "/mobile_ticket/coming", "/case", "/case/<code>", "/socket.io/",
    "/open_data/queue_monitor",
}  # fmt: skip
# Single routes of which fewer or more may ask than of the room they are in.
ROUTES = {
    **dict.fromkeys(("/admin/", "/admin/view", "/admin/today", "/admin/spared_visits", "/admin/outages"), VIEWERS),
    **{
        f"/admin/printers/<printer>/{word}": ADMINISTRATORS  # where a printer hangs
        for word in ("questions", "address", "second", "seen")
    },
}
# Who may reach a room at most; the longest beginning counts. A route outside these rooms has no place.
ROOMS = {
    **{f"/{kind}/": {kind} for kind in device_kinds()},  # a device reaches its own room
    "/print_agent/virtual": COUNTER_STAFF,
    "/counter_panel/": COUNTER_STAFF,
    "/admin/": LEADERS,
    **dict.fromkeys(("/admin/floor", "/admin/reports"), VIEWERS),
    **{f"/admin/{section}": ADMINISTRATORS for section in ("audit", "people", "devices", "backups")},
    "/account": STAFF,
    "/account/second_factor": {"administrator"},
    "/account/second_factor/remove": STAFF,
    "/sign_in/": STAFF,  # the lock of a session
}
NAMESPACES = {
    **{f"/{kind}": {kind} for kind in device_kinds()},
    "/counter_panel": COUNTER_STAFF,
    "/admin": VIEWERS,
    "/mobile_ticket": {"follower"},
}
# Whoever leads may do what an operator may.
MAY = {"operator": COUNTER_STAFF, "supervisor": LEADERS}
# Command -> who can ask for it besides those who may wish it, and who of these has no route that takes it.
NO_ROUTE_OF_ITS_OWN: dict[str, tuple[set[str], set[str]]] = {
    "come_back": (set(), {"kiosk"}),  # a kiosk asks by number and code, at the route for lost slips
    "redeem_voucher": (set(), {"kiosk"}),  # so does whoever was not served on an earlier day
    # They are what each change of settings comes to, and these have routes of their own.
    "change_plan": (set(), LEADERS),
    "save_plan": (set(), LEADERS),
    # They are pages of the administration, which is no part of the description for programs.
    "correct_campaign": (set(), LEADERS),
    "make_mine": (set(), ADMINISTRATORS),
    "key_in_cases": (set(), LEADERS),
    "withdraw_case": (set(), LEADERS),
    # A phone asks by looking at the page of the case.
    "ask_case": (set(), {"visitor"}),
}
PEOPLE = {"operator": "Ani", "supervisor": "Dewi", "administrator": "Eka", "viewer": "Fajar"}
DEVICES = tuple(device_kinds())


class Credentials:
    """One office with everyone who can be known to it."""

    def __init__(self, folder: Path, plan: OfficePlan) -> None:
        self.hub = OfficeHub(folder, plan, SetClock())
        services = self.hub.app.extensions["antrean"]
        self.tokens = {
            kind: pair_device(services.settings, kind, f"A {kind}", services.office.clock)[1] for kind in DEVICES
        }
        services.identities.load()
        self.hub.issue()

        self._clients = list(self._everyone())

    def clients(self) -> list[tuple[str, FlaskClient, dict[str, str]]]:
        """Return each role with a client and headers that carry its credential, in every way it can be carried."""
        return self._clients

    def _everyone(self) -> Iterator[tuple[str, FlaskClient, dict[str, str]]]:
        yield "nobody", self.hub.app.test_client(), {}
        yield "nobody", self.hub.app.test_client(), {"Authorization": "Bearer guessed"}
        for kind, token in self.tokens.items():
            yield kind, self.hub.app.test_client(), {"Authorization": f"Bearer {token}"}
            for cookie in DEVICES:
                client = self.hub.app.test_client()
                client.set_cookie(f"antrean_{cookie}", token)
                yield kind, client, {}
        for role, name in PEOPLE.items():
            yield role, self.hub.as_staff(name), {}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Credentials]:
    known = Credentials(tmp_path_factory.mktemp("access"), small_plan(demo=True))
    yield known
    known.hub.stop()


def routes(office: Credentials) -> list[Rule]:
    return [rule for rule in office.hub.app.url_map.iter_rules() if not rule.endpoint.endswith("static")]


def may(path: str) -> set[str] | None:
    """Return who may reach a path at most; None when it has no place in the list."""
    if path in ROUTES:
        return ROUTES[path]
    beginnings = [room for room in ROOMS if path.startswith(room)]
    return ROOMS[max(beginnings, key=len)] if beginnings else None


def address(rule: Rule) -> str:
    """Return an address of the route, with something in the place of each value."""
    values: dict[str, Any] = {
        name: 1 if "int" in str(rule._converters[name]).lower() else "A-001" for name in rule.arguments
    }
    built = rule.build(values)
    assert built is not None
    return built[1]


def test_every_route_stands_in_the_list_and_in_the_table_that_guards_it(office: Credentials) -> None:
    guarded = permissions(office.hub.app).pages
    for rule in office.hub.app.url_map.iter_rules():
        assert rule.endpoint in guarded, f"{rule.endpoint} is missing in PERMISSIONS of its package"
    for rule in routes(office):
        assert rule.rule in OPEN or may(rule.rule) is not None, f"{rule.rule} has no place in the list of this test"
    known = {rule.endpoint for rule in office.hub.app.url_map.iter_rules()}
    assert set(guarded) - known == set(), "guarded, but not there"
    assert {path for path in OPEN if path not in {rule.rule for rule in routes(office)}} == set()


def test_the_table_that_all_screens_make_together_is_the_one_on_record() -> None:
    assert TABLE.read_text(encoding="utf-8") == written_permissions(), "look at it, then: python -m docs.write_lists"


def in_another_cookie(role: str, client: FlaskClient, headers: dict[str, str]) -> bool:
    """Whether a device's token is carried in the cookie of another kind of device."""
    return role in DEVICES and not headers and client.get_cookie(f"antrean_{role}") is None


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)], ids=["in turns", "all with all"])
def test_every_route_refuses_everyone_whom_the_list_does_not_name(office: Credentials, whole: bool) -> None:
    """Each credential at each route; in turns, so that it is quick, tokens in another cookie and asking for pages."""
    before = office.hub.seq()
    asked = pages = 0
    for way, (role, client, headers) in enumerate(office.clients()):
        for turn, rule in enumerate(routes(office), start=way):
            if rule.rule in OPEN or role in (may(rule.rule) or ()):
                continue
            if not whole and turn % 4 and in_another_cookie(role, client, headers):
                continue
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                asked += 1
                what = f"{method} {rule.rule} as {role} {list(headers)}"
                answer = client.open(address(rule), method=method, json={}, headers=headers)
                assert answer.status_code == 403, f"{what}: {answer.status_code}"
                code = answer.get_json()["error"]["code"]
                assert code in ("sign_in_required", "not_allowed", "device_not_paired", "wrong_device_kind"), what
                if method == "GET" and (whole or turn % 4 == 0):
                    pages += 1
                    page = client.get(address(rule), headers={**headers, "Accept": "text/html"})
                    if code == "not_allowed" and not headers:
                        assert page.status_code == 403, what  # signed in, and not for this page: it says so
                    else:
                        assert page.status_code == 302, what
                        assert page.headers["Location"].startswith(("/sign_in?", "/pair?")), what
    assert asked > 200
    assert pages > 200
    assert office.hub.seq() == before


def wishers(office: Credentials) -> dict[str, set[str]]:
    """Return who can ask for each command at a route that says that it takes it."""
    found: dict[str, set[str]] = {name: set() for name in COMMANDS}
    for rule in routes(office):
        wish = operation_of(office.hub.app.view_functions[rule.endpoint])
        allowed = permissions(office.hub.app).pages[rule.endpoint]
        for kind in wish.commands if wish is not None else ():
            found[kind.name] |= {"visitor"} if allowed is ANYONE else allowed
    return found


def test_a_command_is_asked_for_by_those_who_may_wish_it(office: Credentials) -> None:
    can = wishers(office)
    assert can["call_next"] == COUNTER_STAFF
    assert can["cancel_ticket"] == COUNTER_STAFF | {"visitor", "kiosk"}
    for name, kind in COMMANDS.items():
        may_wish = set().union(*(MAY.get(role, {role}) for role in kind.given_by)) - {"hub"}
        more, fewer = NO_ROUTE_OF_ITS_OWN.get(name, (set(), set()))
        assert can[name] - may_wish == more, f"{name}: its route is open to others than its given_by names"
        assert may_wish - can[name] == fewer, f"{name}: no route takes it from these; see counter_panel/views.py"


def test_everyone_reaches_their_own_room(office: Credentials) -> None:
    own = {
        **{kind: f"/{kind}/view" for kind in DEVICES},
        "operator": "/counter_panel/view",
        "supervisor": "/admin/view",
        "administrator": "/admin/view",
        "viewer": "/admin/view",
    }
    for role, path in own.items():
        ways = [(client, headers) for known, client, headers in office.clients() if known == role]
        answers = [client.get(path, headers=headers).status_code for client, headers in ways]
        # A device's token opens its room as a bearer token and in its own cookie, not in another's.
        assert sorted(answers) == ([200, 200, *[403] * (len(DEVICES) - 1)] if role in DEVICES else [200]), role


@pytest.mark.parametrize("kind", DEVICES)
@pytest.mark.parametrize("token", ["guessed", "another kind's"])
def test_a_token_that_is_refused_does_not_fall_back_to_a_cookie_that_is_good(
    office: Credentials, kind: str, token: str
) -> None:
    other = DEVICES[DEVICES.index(kind) - 1]
    carried = office.tokens[other] if token == "another kind's" else token
    client = office.hub.app.test_client()
    client.set_cookie(f"antrean_{kind}", office.tokens[kind])
    assert client.get(f"/{kind}/view").status_code == 200
    answer = client.get(f"/{kind}/view", headers={"Authorization": f"Bearer {carried}"})
    code = "wrong_device_kind" if token == "another kind's" else "device_not_paired"
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, code)


def test_a_token_that_is_refused_does_not_fall_back_to_a_session_that_is_good(office: Credentials) -> None:
    client = office.hub.as_staff("Dewi")
    assert client.get("/admin/view").status_code == 200
    answer = client.get("/admin/view", headers={"Authorization": "Bearer guessed"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "not_allowed")


def test_figures_are_given_to_this_machine_and_to_those_it_knows(office: Credentials) -> None:
    far = {"REMOTE_ADDR": "192.0.2.7"}
    stranger = office.hub.app.test_client()
    assert stranger.get("/metrics").status_code == 200
    assert stranger.get("/metrics", environ_base=far).status_code == 403
    known = {"Authorization": f"Bearer {office.tokens['display']}"}
    assert stranger.get("/metrics", environ_base=far, headers=known).status_code == 200


FORWARDED = (
    ("Forwarded", "for=192.0.2.7"), ("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "hub"), ("X-Real-IP", "127.0.0.1"), ("Via", "1.1 proxy"),
    ("Client-IP", "127.0.0.1"), ("WL-Proxy-Client-IP", "127.0.0.1"),
    ("X-Forwarded-For", ""), ("X-Client-IP", "192.0.2.7"), ("CF-Connecting-IP", "192.0.2.7"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "value"), FORWARDED, ids=lambda part: part or "empty")
def test_figures_are_given_to_nobody_who_comes_through_a_proxy_on_this_machine(
    office: Credentials, name: str, value: str
) -> None:
    stranger = office.hub.app.test_client()
    for peer in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        answer = stranger.get("/metrics", environ_base={"REMOTE_ADDR": peer}, headers={name: value})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "not_allowed"), peer
        assert stranger.get("/metrics", environ_base={"REMOTE_ADDR": peer}).status_code == 200, peer
    known = {name: value, "Authorization": f"Bearer {office.tokens['kiosk']}"}
    assert stranger.get("/metrics", headers=known).status_code == 200


@pytest.mark.parametrize("peer", ["", "unix:", "0.0.0.0", "128.0.0.1", "::ffff:192.0.2.7"])
def test_whoever_is_not_known_to_sit_at_this_machine_does_not(office: Credentials, peer: str) -> None:
    assert office.hub.app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": peer}).status_code == 403


def let_in(url: str, token: str | None, cookie: str) -> set[str]:
    """Knock at every namespace over one connection; return those that opened."""
    client = socketio.Client(reconnection=False)
    heard: dict[str, bool] = {}
    everything = threading.Event()

    def note(namespace: str, opened: bool) -> None:
        heard[namespace] = opened
        if len(heard) == len(NAMESPACES):
            everything.set()

    for namespace in NAMESPACES:
        client.on("connect", partial(note, namespace, True), namespace=namespace)
        client.on("connect_error", partial(lambda name, _refusal: note(name, False), namespace), namespace=namespace)
    headers = {"Cookie": cookie} if cookie else {}
    auth = None if token is None else {"token": token}
    client.connect(url, headers, auth, transports=["polling"], namespaces=list(NAMESPACES), wait=False)
    assert everything.wait(60)
    opened = {namespace for namespace, found in heard.items() if found}
    for namespace in opened:
        # A client emits nothing: whatever it says is not heard.
        client.emit("call", {"ticket": "A-001"}, namespace=namespace)
    client.disconnect()
    return opened


def test_every_namespace_refuses_everyone_whom_the_list_does_not_name(office: Credentials) -> None:
    server = office.hub.app.extensions["antrean_socketio"].server
    assert set(server.namespace_handlers) | set(server.handlers) == set(NAMESPACES)
    before = office.hub.seq()
    ticket = office.hub.link("A-001")
    known: list[tuple[str, str | None, str]] = [("nobody", None, ""), ("nobody", "guessed", "")]
    known += [(kind, token, "") for kind, token in office.tokens.items()]
    known += [(kind, None, f"antrean_{kind}={token}") for kind, token in office.tokens.items()]
    known += [("follower", ticket, "")]
    for role, client, _headers in office.clients():
        if (cookie := client.get_cookie("antrean_staff")) is not None:
            known.append((role, None, f"antrean_staff={cookie.value}"))
    known += [("nobody", "guessed", f"antrean_{kind}={token}") for kind, token in office.tokens.items()]
    assert len(known) == 3 + 3 * len(DEVICES) + len(PEOPLE)
    with office.hub.served() as url:
        for role, token, sent in known:
            own = {namespace for namespace, allowed in NAMESPACES.items() if role in allowed}
            assert let_in(url, token, sent) == own, f"{role} {'by cookie' if sent else 'by token'}"
    assert office.hub.seq() == before


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_sockets_request_keeps_no_error_and_with_it_every_frame_of_its_connection(
    office: Credentials, transport: str
) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"} if transport == "websocket" else {}
    with office.hub.app.test_request_context("/socket.io/", query_string={"EIO": 4}, headers=upgrade):
        assert request.routing_exception is None


def test_who_looks_only_sees_the_day_without_anything_that_is_refused_to_them(office: Credentials) -> None:
    viewer, html = office.hub.as_staff("Fajar"), {"Accept": "text/html"}
    page = viewer.get("/admin/today", headers=html).text
    fragments = "".join(viewer.get("/admin/view?page=today").get_json()["html"].values())
    for shown in (page, fragments):
        asked = set(re.findall(r'(?:action|href)="(/[^"?#]*)', shown)) - {"/", "/account", "/sign_out"}
        adapter = office.hub.app.url_map.bind("localhost")
        for address in asked:
            if "/static/" not in address:
                endpoint, _ = adapter.match(address, method="POST" if f'action="{address}"' in shown else "GET")
                assert "viewer" in permissions(office.hub.app).pages[endpoint], address
    led = office.hub.as_staff("Dewi").get("/admin/view?page=today").get_json()["html"]
    assert 'action="/admin/day/close"' in led["day"]
    assert 'action="/admin/day/close"' not in fragments


def test_whoever_looks_only_lands_where_they_may_look(office: Credentials) -> None:
    browser = office.hub.app.test_client()
    form = {"name": "Fajar", "password": PASSWORD, "next": "/counter_panel/"}
    answer = browser.post("/sign_in", data=form, headers={"Accept": "text/html"})
    assert answer.headers["Location"] == "/admin/"
    start = browser.get("/", headers={"Accept": "text/html"}).text
    assert 'href="/admin/"' in start
    assert 'href="/counter_panel/"' not in start
    browser.set_cookie("antrean_language", "en")
    refused = browser.get("/counter_panel/", headers={"Accept": "text/html"})
    assert (refused.status_code, "You are not allowed to do this." in refused.text) == (403, True)


def test_a_page_that_is_for_administrators_says_so_in_the_readers_language(office: Credentials) -> None:
    for path in ("/admin/backups", "/admin/people", "/admin/devices", "/admin/audit"):
        for language, words in (
            ("en", "You are not allowed to do this."),
            ("id", "Anda tidak berwenang melakukan ini."),
            ("su", "Anjeun teu kénging ngalakukeun ieu."),
        ):
            dewi = office.hub.as_staff("Dewi")
            dewi.set_cookie("antrean_language", language)
            answer = dewi.get(path, headers={"Accept": "text/html"})
            assert answer.status_code == 403
            assert words in answer.text, (path, language)
        navigation = dewi.get("/admin/today", headers={"Accept": "text/html"}).text
        assert f'href="{path}"' not in navigation
