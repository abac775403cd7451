"""The description at /openapi.json: as the classes say, valid, complete, and true of what the hub really answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from antrean.access.devices import pair_device
from antrean.access.identity import ANYONE, STAFF
from antrean.queueing.commands import COMMANDS, ChangePlan, KeyInCases, RequestTestSlip
from antrean.queueing.plan.journeys import Journey
from antrean.web.http.guard import permissions
from antrean.web.operations.operation import operation_of
from app import device_kinds, screens
from docs.write_openapi import FILE, kinds, merged, path_of, written
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.plan import save_part
from tests.queueing.cases.case_office import STAGES

PROMISED = {"200", "201", "204", "302", "303", "403", "404", "409", "422", "429", "503"}
FOR_PEOPLE = "/admin/"  # pages of the house itself; no interface for programs


class Described:
    """An office and its description: `ask` asks as one of its clients and checks the answer against what is said."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock()
        self.hub = OfficeHub(folder, small_plan(demo=True), self.clock)
        self.services = self.hub.app.extensions["antrean"]
        self.tokens = {
            kind: pair_device(self.services.settings, kind, f"A {kind}", self.clock)[1] for kind in device_kinds()
        }
        self.hub.office.execute(ChangePlan(what="devices"))
        self.document: dict[str, Any] = self.hub.app.test_client().get("/openapi.json").get_json()
        self.operator: FlaskClient = self.hub.as_staff("Ani")
        self.supervisor: FlaskClient = self.hub.as_staff("Dewi")
        self.administrator: FlaskClient = self.hub.as_staff("Eka")
        self.asked: set[tuple[str, str]] = set()

    def operations(self) -> dict[tuple[str, str], dict[str, Any]]:
        return {
            (path, method): operation
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        }

    def ask(
        self, method: str, path: str, status: int, fields: object = None, who: str = "", url: str = ""
    ) -> dict[str, Any]:
        """Ask as `who` (a kind of device, somebody of the staff, or nobody); `url` where it is not the path itself."""
        people = {"operator": self.operator, "supervisor": self.supervisor, "administrator": self.administrator}
        client = people.get(who) or self.hub.app.test_client()
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        answer = client.open(url or path, method=method, json=fields, headers=headers)
        assert answer.status_code == status, answer.text
        operation = self.operations()[path, method]
        if fields is not None and status < 400:
            self.matches(fields, operation["requestBody"]["content"]["application/json"]["schema"])
        self.is_described(answer, operation)
        self.asked.add((path, method))
        said: dict[str, Any] = answer.get_json() if answer.is_json else {}
        return said

    def is_described(self, answer: TestResponse, operation: dict[str, Any]) -> None:
        said = operation["responses"][str(answer.status_code)]
        words = said.get("description", "")
        if "$ref" in said:
            said = self.document["components"]["responses"][said["$ref"].rsplit("/", 1)[1]]
        if answer.status_code in (409, 422) and "operationId" in operation and operation["operationId"] in COMMANDS:
            assert f"`{answer.get_json()['error']['code']}`" in words + said["description"]
        content = said.get("content", {})
        if answer.status_code == 204:
            assert answer.data == b""
            assert content == {}
        else:
            assert answer.mimetype in content
            if answer.is_json:
                self.matches(answer.json, content["application/json"]["schema"])

    def matches(self, found: object, schema: dict[str, Any]) -> None:
        Draft202012Validator({**schema, "components": self.document["components"]}).validate(found)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    described = Described(tmp_path_factory.mktemp("openapi"))
    yield described
    described.hub.stop()


def routes(office: Described) -> dict[tuple[str, str], str]:
    """Return every route of the app with its endpoint, written as OpenAPI writes paths, one for each command."""
    app = office.hub.app
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "sockets" or rule.endpoint.endswith("static") or rule.rule.startswith(FOR_PEOPLE):
            continue
        wish = operation_of(app.view_functions[rule.endpoint])
        for word in [word for word, _kind in kinds(wish)] if wish is not None else [""]:
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                found[path_of(rule).replace("{command}", word), method.lower()] = rule.endpoint
    return found


def test_the_file_is_what_routes_commands_and_results_say() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "python -m docs.write_openapi writes it anew"


def test_what_the_classes_say_is_not_written_by_hand_too() -> None:
    said = {"post": {"summary": "Call", "required": ["seq"], "properties": {"seq": {"minimum": 0}}}}
    more = {"post": {"summary": "Call someone", "required": ["at"], "properties": {"seq": {"description": "a line"}}}}
    assert merged(said, more) == {
        "post": {
            "summary": "Call someone",
            "required": ["seq", "at"],
            "properties": {"seq": {"minimum": 0, "description": "a line"}},
        }
    }
    with pytest.raises(ValueError, match="minimum"):
        merged(said, {"post": {"properties": {"seq": {"minimum": 0}}}})


def test_the_description_is_valid(office: Described) -> None:
    validate(office.document)


def test_every_route_is_described_and_nothing_else(office: Described) -> None:
    assert set(office.operations()) == set(routes(office))
    assert ("/counter_panel/tickets/{ticket}/recall", "post") in office.operations()


def test_who_may_ask_is_said_as_the_hub_guards_it(office: Described) -> None:
    pages = permissions(office.hub.app).pages
    for at, endpoint in routes(office).items():
        ways = {name for way in office.operations()[at]["security"] for name in way}
        allowed = pages[endpoint]
        if allowed is ANYONE:
            assert ways == set() or endpoint == "health.metrics", at
        else:
            assert ("staff_session" in ways) == bool(allowed & STAFF), at
            assert ("token" in ways) == bool(allowed - STAFF), at
            assert "403" in office.operations()[at]["responses"], at
            assert not ways - {"token", "staff_session", *(f"{kind}_cookie" for kind in allowed)}, at


def test_only_promised_answers_are_described_each_with_its_meaning(office: Described) -> None:
    for at, operation in office.operations().items():
        assert set(operation["responses"]) <= PROMISED, at
        assert operation["summary"], at
        if at[1] in ("post", "delete") and "requestBody" in operation:
            assert "422" in operation["responses"], at
    for name, said in office.document["components"]["responses"].items():
        assert said["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Refusal"}, name


def test_real_answers_are_as_described(office: Described) -> None:
    ask = office.ask
    for path in ("/healthz", "/readyz", "/metrics", "/openapi.json", "/", "/sign_in", "/pair", "/new_password"):
        ask("get", path, 200)
    ask("get", "/account", 200, who="operator")
    ask("post", "/account/sessions/end", 200, who="operator")
    ask("post", "/account/pin", 200, {"password": PASSWORD, "pin": "739105"}, who="operator")
    ask("post", "/account/pin", 422, {"password": PASSWORD, "pin": "1234"}, who="operator")
    ask("get", "/sign_in/locked", 200, who="operator")
    ask("post", "/sign_in/used", 204, {}, who="operator")
    ask("post", "/sign_in/lock", 200, {}, who="operator")
    ask("post", "/sign_in/used", 403, {}, who="operator")
    ask("post", "/sign_in/unlock", 403, {"pin": "000000"}, who="operator")
    ask("post", "/sign_in/unlock", 200, {"pin": "739105"}, who="operator")
    ask("post", "/account/pin/remove", 200, {}, who="operator")
    drawn = ask("post", "/account/second_factor", 200, {"password": PASSWORD}, who="administrator")
    app, now = pyotp.TOTP(drawn["secret"]), office.hub.office.clock()
    ask("post", "/account/second_factor/confirm", 403, {"code": "000000"}, who="administrator")
    saved = ask("post", "/account/second_factor/confirm", 200, {"code": app.at(now)}, who="administrator")
    ask("post", "/sign_in", 403, {"name": "Eka", "password": PASSWORD}, who="administrator")
    ask("get", "/sign_in/code", 200, who="administrator")
    ask("post", "/sign_in/code", 403, {"code": "000000"}, who="administrator")
    ask("post", "/sign_in/code", 200, {"code": app.at(int(now.timestamp()) + 30)}, who="administrator")
    ask("post", "/account/second_factor/remove", 403, {"code": app.at(int(now.timestamp()) + 30)}, who="administrator")
    ask("post", "/account/second_factor/remove", 422, {}, who="administrator")
    ask("post", "/account/second_factor/remove", 200, {"code": saved["recovery_codes"][0]}, who="administrator")
    changed = {"password": PASSWORD, "new_password": "tujuh kuda laut"}
    ask("post", "/account/password", 200, changed, who="operator")
    ask("post", "/account/password", 422, {"password": "tujuh kuda laut", "new_password": "12345678"}, who="operator")
    ask("post", "/new_password", 403, {"name": "Budi", "code": "AAAAA-AAAAA", "new_password": "tujuh kuda laut"})
    ask("post", "/sign_in", 200, {"name": "Budi", "password": PASSWORD})
    ask("post", "/sign_in", 403, {"name": "Budi", "password": "wrong-password"})
    ask("post", "/sign_in", 422, {})
    ask("get", "/sign_in/office", 200, who="supervisor")
    ask("get", "/sign_in/office", 403)
    ask("post", "/sign_in/office", 403, {"office": "test"})
    ask("post", "/sign_in/office", 404, {"office": "ende"}, who="supervisor")
    ask("post", "/sign_in/office", 422, {}, who="supervisor")
    ask("post", "/sign_in/office", 200, {"office": "test"}, who="supervisor")
    ask("post", "/sign_in/invitation", 403, {"office": "test", "answer": "accept"})
    ask("post", "/sign_in/invitation", 404, {"office": "ende", "answer": "accept"}, who="supervisor")
    ask("post", "/sign_in/invitation", 409, {"office": "test", "answer": "accept"}, who="supervisor")
    ask("post", "/sign_in/invitation", 422, {"office": "test", "answer": "perhaps"}, who="supervisor")
    ask("post", "/sign_out", 200)
    ask("post", "/pair", 200, {"token": office.tokens["kiosk"]})
    ask("post", "/pair/demo", 200, {"kind": "display"})
    ask("post", "/pair/code", 200, {})
    ask("get", "/pair/waiting", 404)
    for kind in device_kinds():
        for path in (f"/{kind}/", f"/{kind}/view"):
            if (path, "get") in office.operations():
                ask("get", path, 200, who=kind)
    take_numbers(office)
    serve_them(office)
    lead(office)
    move_cases(office)
    follow_one(office)
    print_slips(office)
    pages = [at for at, operation in office.operations().items() if only_a_page(operation)]
    described = {at for at in office.operations() if at not in pages}
    assert described - office.asked == set(), "ask for each of these in one of the functions of this test"


def test_the_view_of_every_screen_says_its_fields(office: Described) -> None:
    for path in [f"/{part.blueprint.name}/view" for part in screens() if part.blueprint.name != FOR_PEOPLE.strip("/")]:
        answer = office.operations()[path, "get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert answer, f"{path}: let `render` of the Screen return a TypedDict, as kiosk/views.py does, then `make fix`"


@pytest.mark.parametrize(
    ("path", "who"),
    [
        *((f"/{kind}/view", kind) for kind in sorted(device_kinds())),
        ("/counter_panel/view", "operator"),
        ("/readyz", ""),
    ],
)
def test_no_field_of_a_view_is_left_out(office: Described, path: str, who: str) -> None:
    told = office.ask("get", path, 200, who=who)
    said = office.operations()[path, "get"]["responses"]["200"]["content"]["application/json"]["schema"]
    name = said.get("anyOf", [said])[0]["$ref"].rsplit("/", 1)[1]  # of several the one without parameters
    schema = office.document["components"]["schemas"][name]
    assert set(told) <= set(schema["properties"])


def test_a_test_slip_is_as_described(office: Described) -> None:
    printer = next(one.id for one in office.services.identities.devices() if one.kind == "print_agent")
    office.hub.office.execute(RequestTestSlip(printer=printer))
    slips = office.ask("get", "/print_agent/view", 200, who="print_agent")["slips"]
    assert [slip["test"] for slip in slips if "content" not in slip] == [True]


def only_a_page(operation: dict[str, Any]) -> bool:
    """Whether an operation answers people alone: a page or a picture."""
    contents = [answer.get("content", {}) for answer in operation["responses"].values()]
    return all("application/json" not in content for content in contents) and "204" not in operation["responses"]


def take_numbers(office: Described) -> None:
    ask = office.ask
    ask("get", "/kiosk/services", 200, who="kiosk")
    ask("post", "/kiosk/tickets", 201, {"service": "card", "request_id": "request-1"}, "kiosk")
    wish = {"service": "family", "persons": 3, "priority": True, "language": "en"}
    ask("post", "/kiosk/tickets", 201, wish, "kiosk")
    for _ in range(3):
        ask("post", "/kiosk/tickets", 201, {"service": "card"}, "kiosk")
    ask("post", "/kiosk/tickets", 404, {"service": "x"}, "kiosk")
    ask("post", "/kiosk/tickets", 422, {"service": "card", "persons": 0}, "kiosk")
    ask("post", "/kiosk/tickets", 403, {"service": "card"})
    ask("get", "/kiosk/tickets/{number}", 200, who="kiosk", url="/kiosk/tickets/A-001")
    ask("get", "/kiosk/tickets/{number}", 404, who="kiosk", url="/kiosk/tickets/X-001")
    ask("post", "/kiosk/tickets/{number}/slips", 200, {}, "kiosk", "/kiosk/tickets/A-001/slips")
    ask("post", "/kiosk/tickets/{number}/slips", 404, {}, "kiosk", "/kiosk/tickets/X-001/slips")
    ask("post", "/kiosk/lists", 422, {"service": "card"}, "kiosk")
    ask("post", "/kiosk/spared_visits", 422, {"service": "card"}, "kiosk")
    ask("post", "/kiosk/lost", 404, {"number": "A-001", "code": "no code"}, "kiosk")
    ask("post", "/kiosk/cases", 404, {"case": "BCDFGHJK"}, "kiosk")
    ask("get", "/kiosk/cases/{code}", 404, who="kiosk", url="/kiosk/cases/BCDFGHJK")
    ask("post", "/kiosk/requests/{wished}/withdrawal", 200, {}, "kiosk", "/kiosk/requests/never-sent/withdrawal")
    ask("get", "/kiosk/view", 200, who="kiosk")
    ask("get", "/kiosk/speech.wav", 422, who="kiosk")


def serve_them(office: Described) -> None:
    def ask(method: str, name: str, status: int, fields: object = None) -> dict[str, Any]:
        return office.ask(method, "/counter_panel/" + name, status, fields, "operator")

    def wish(wish: str, number: str, status: int = 200, **fields: object) -> None:
        path, url = "/counter_panel/tickets/{ticket}/" + wish, f"/counter_panel/tickets/{number}/{wish}"
        office.ask("post", path, status, fields, "operator", url)

    ask("get", "view", 200)
    ask("post", "calls", 409, {})
    ask("post", "session", 200, {"counter": "3"})
    ask("post", "session", 404, {"counter": "9"})
    ask("post", "pause", 200, {"reason": "prayer"})
    ask("post", "resume", 200, {})
    call = ask("post", "calls", 201, {"current": "", "request_id": "call-0001"})
    number = call["ticket"]["number"]
    office.ask("get", "/display/view", 200, who="display")
    office.ask("post", "/display/announcements", 204, {"seq": call["seq"], "sound": "spoken"}, "display")
    office.ask("post", "/display/announcements", 404, {"seq": 9999}, "display")
    office.ask("post", "/display/turns", 200, {"seq": call["seq"], "still": False}, "display")
    office.ask("post", "/display/turns", 404, {"seq": 9999}, "display")
    wish("recall", number, 409)
    office.clock.forward(minutes=2)
    wish("recall", number)
    wish("no_show", number)
    ask("post", "undo", 200, {})
    wish("no_show", number)
    ask("get", "search", 200)
    ask("get", "waiting", 200)
    wish("readmit", number)
    wish("call", number, reason="is here")
    wish("start", number)
    ask("get", "view", 200)
    wish("hold", number, reason="papers")
    wish("resume", number)
    wish("persons", number, persons=2)
    wish("seat", "A-004")
    wish("seat", "A-004")
    wish("priority", "A-004", priority=True)
    office.ask("get", "/counter_panel/corrections", 200, who="operator", url="/counter_panel/corrections?ticket=A-004")
    office.ask("get", "/counter_panel/corrections", 404, who="operator", url="/counter_panel/corrections?ticket=X-1")
    wish("service", "A-004", service="family")
    wish("service", "A-004", service="card")
    wish("transfer", number, service="birth", position="front")
    ask("post", "calls", 201, {})
    current = ask("get", "view", 200)["ticket"]
    wish("return_to_queue", current)
    wish("call", "A-002", reason="")
    wish("start", "A-002")
    wish("complete", "A-002", outcome="papers_missing", persons=1)
    wish("complete", "A-002", 409)
    wish("cancel", "A-003", reason="left")
    wish("reopen", "A-002")
    wish("call", "A-002", reason="")
    wish("start", "A-002")
    wish("complete", "A-002", outcome="papers_missing")
    wish("come_back", "A-002")
    ask("post", "numbers", 201, {"service": "card", "persons": 2})
    kiosk = next(one.id for one in office.services.identities.devices("kiosk"))
    by = {"service": "card", "priority": True}
    path = "/counter_panel/kiosks/{kiosk}/numbers"
    printed = office.ask("post", path, 201, by, "operator", path.format(kiosk=kiosk))["ticket"]["number"]
    office.ask("post", path, 404, by, "operator", path.format(kiosk="nobody"))
    kept = "/counter_panel/vouchers/{voucher}/numbers"
    office.ask("post", kept, 404, {}, "operator", kept.format(voucher=1))
    paper = "/counter_panel/printers/{printer}/vouchers/{voucher}/slips"
    office.ask("post", paper, 404, {}, "operator", paper.format(printer="nowhere", voucher=1))
    wish("slips", printed)
    wish("slips", "X-1", 404)
    ask("get", "hand_over", 200)
    ask("post", "hand_over", 404, {"to": "Zed"})
    office.ask("get", "/counter_panel/take_over", 200, who="operator", url="/counter_panel/take_over?counter=3")
    ask("post", "hand_over", 200, {"to": "Budi"})
    ask("post", "take_over", 200, {"counter": "3", "before": "Budi"})
    ask("delete", "session", 200, {})
    ask("get", "announcing", 200)
    news = ask("post", "announcements", 201, {"texts": {"id": "Mobil B 1234"}, "minutes": 5, "every": 2})
    ask("post", "announcements", 404, {"texts": {"id": "Mobil B 1234"}, "zone": "Lantai 9"})
    ask("post", "announcements", 422, {"texts": {"id": " "}})
    ask("post", "announcements/end", 200, {"announcement": news["announcement"]})
    ask("post", "announcements/end", 409, {"announcement": news["announcement"]})


def lead(office: Described) -> None:
    for query in ("services", "service"):
        url = f"/counter_panel/{query}?service=birth"
        office.ask("get", f"/counter_panel/{query}", 200, who="supervisor", url=url)
    office.ask("get", "/counter_panel/service", 404, who="supervisor", url="/counter_panel/service?service=x")
    for command in ("pause", "resume", "close", "open"):
        path = "/counter_panel/services/{service}/" + command
        office.ask("post", path, 200, {}, "supervisor", path.format(service="birth"))
        office.ask("post", path, 404, {}, "supervisor", path.format(service="x"))

    path = "/counter_panel/services/{service}/go_on"
    office.ask("post", path, 200, {"reason": "We stay longer"}, "supervisor", path.format(service="birth"))
    office.ask("post", path, 404, {}, "supervisor", path.format(service="x"))

    save_part(office.hub.office, "needs", [{"code": "server", "names": {"id": "Server"}}])
    save_part(office.hub.office, "services/birth/needs", ["server"])
    for command in ("begin", "end"):
        path = "/counter_panel/outages/{need}/" + command
        office.ask("post", path, 200, {}, "supervisor", path.format(need="server"))
    path = "/counter_panel/outages/{need}/begin"
    office.ask("post", path, 404, {}, "supervisor", path.format(need="x"))
    answer = {"services": "card birth", "answer": "goes_on"}
    office.ask("post", "/counter_panel/standstill", 200, answer, "supervisor")
    office.ask("post", "/counter_panel/standstill", 404, {**answer, "services": "x"}, "supervisor")


def follow_one(office: Described) -> None:
    issued = office.ask("post", "/kiosk/tickets", 201, {"service": "card"}, "kiosk")["ticket"]
    token = issued["follow_url"].split("ticket=")[1]
    office.ask("get", "/mobile_ticket/", 200, url=f"/mobile_ticket/?ticket={token}")
    office.ask("get", "/mobile_ticket/view", 200, url=f"/mobile_ticket/view?ticket={token}")
    office.ask("get", "/mobile_ticket/view", 404, url="/mobile_ticket/view?ticket=guessed")
    office.ask("get", "/mobile_ticket/view", 403)
    number, code = token.partition(".")[0], office.hub.code(token.partition(".")[0])
    office.ask("post", "/mobile_ticket/find", 200, {"number": number, "code": code})
    office.ask("post", "/mobile_ticket/find", 404, {"number": "Z-999", "code": code})
    office.ask("post", "/mobile_ticket/coming", 200, {"ticket": token})
    office.ask("post", "/mobile_ticket/defer", 409, {"ticket": token})
    office.ask("post", "/kiosk/tickets", 201, {"service": "card"}, "kiosk")
    office.ask("post", "/mobile_ticket/defer", 200, {"ticket": token, "request_id": "defer-0001"})
    office.ask("post", "/mobile_ticket/leave", 200, {"ticket": token, "request_id": "leave-0001"})


def move_cases(office: Described) -> None:
    """Follow a certificate by its code, in an office that does so for as long as this takes."""
    plan, hub = office.hub.office.read(lambda _day, plan: plan), office.hub.office
    followed = [replace(one, journey=Journey(STAGES)) if one.code == "birth" else one for one in plan.services]
    hub._load_plan = lambda: replace(plan, services=tuple(followed))
    hub.execute(ChangePlan(what="services"))
    hub.execute(KeyInCases(cases=("BCDFGHJK",), service="birth", stage="recorded"))
    at, move = "/counter_panel/cases/", {"cases": ["BCDF GHJK"], "stage": "sent"}
    office.ask("get", f"{at}found", 200, who="operator", url=f"{at}found?q=BCDFGHJK")
    office.ask("get", f"{at}found", 422, who="operator", url=f"{at}found?q=3208011203900001")
    office.ask("get", f"{at}in_stage", 200, who="operator", url=f"{at}in_stage?service=birth&stage=recorded")
    office.ask("get", f"{at}in_stage", 404, who="operator", url=f"{at}in_stage?service=birth&stage=none")
    for what in ("moves", "taken_back"):
        office.ask("post", at + what, 200, move, "operator")
        office.ask("post", at + what, 409, move if what == "taken_back" else {**move, "stage": "ready"}, "operator")
    office.ask("post", f"{at}moves", 404, {"cases": ["BCDFGHJX"], "stage": "sent"}, "operator")
    office.ask("get", "/counter_panel/view", 200, who="operator", url="/counter_panel/view?page=cases")
    hub._load_plan = lambda: plan
    hub.execute(ChangePlan(what="services"))


def print_slips(office: Described) -> None:
    def ask(name: str, status: int, fields: object) -> None:
        office.ask("post", "/print_agent/" + name, status, fields, "print_agent")

    ask("printer", 204, {"state": "ready"})
    ask("printer", 422, {"state": "dancing"})
    ask("answers", 204, {"question": "none"})
    head = {"office": "test", "seq": 1, "chain": "a" * 64, "at": "2026-11-24T02:00:00.000000+00:00"}
    ask("head", 204, head)
    ask("head", 422, {**head, "seq": "1"})
    ask("printed", 204, {"jobs": []})
    ask("printed", 422, {"jobs": "2026-11-24/A-001/0"})
    ask("printed", 404, {"jobs": ["nonsense"]})
    jobs = [slip["job"] for slip in office.ask("get", "/print_agent/view", 200, who="print_agent")["slips"]]
    assert jobs
    ask("results", 204, {"job": jobs[0], "result": "sending", "claim": "run-1"})
    ask("results", 409, {"job": jobs[0], "result": "sending", "claim": "run-2"})
    ask("results", 204, {"job": jobs[0], "result": "printed", "claim": "run-1", "evidence": "printed"})
    ask("results", 404, {"job": "yesterday", "result": "printed"})
