"""Clients that generators make of the description: they compile, and one of them takes a number and calls it."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from pathlib import Path

import pytest

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan
from docs.write_openapi import FILE, description
from tests.conftest import SetClock, small_plan
from tests.fakes.chromium import needed
from tests.fakes.office_hub import PASSWORD, OfficeHub

pytestmark = pytest.mark.long
PACKAGES = Path(__file__).parents[3] / "node_modules"
LIMIT = 600  # seconds, on a busy machine
PYTHON_USE = """
import sys
from antrean_client import AuthenticatedClient, Client
from antrean_client.api.counter_panel import call_next, complete_ticket, open_counter, recall_ticket, start_service
from antrean_client.api.kiosk import issue_ticket
from antrean_client.api.start import sign_in
from antrean_client.models import (
    CallNextBody, Called, CompleteTicketBody, Issued, IssueTicketBody, OpenCounterBody, RecallTicketBody, Refusal,
    Seated, SignInBody, StartServiceBody, Told,
)

url, token, password = sys.argv[1:]
kiosk, staff = AuthenticatedClient(base_url=url, token=token), Client(base_url=url)
issued = issue_ticket.sync(client=kiosk, body=IssueTicketBody(service="card", persons=2))
assert isinstance(issued, Issued) and issued.ticket.persons == 2, issued
refused = issue_ticket.sync(client=kiosk, body=IssueTicketBody(service="card", persons=10))
assert isinstance(refused, Refusal) and refused.error.code == "persons_out_of_range", refused
sign_in.sync(client=staff, body=SignInBody(name="Ani", password=password))
assert isinstance(open_counter.sync(client=staff, body=OpenCounterBody(counter="1")), Seated)
called = call_next.sync(client=staff, body=CallNextBody())
assert isinstance(called, Called) and called.reason.text, called
number = called.ticket.number
assert number == issued.ticket.number
assert isinstance(recall_ticket.sync(number, client=staff, body=RecallTicketBody()), Refusal)
assert isinstance(start_service.sync(number, client=staff, body=StartServiceBody()), Told)
done = complete_ticket.sync(number, client=staff, body=CompleteTicketBody(persons=1))
assert isinstance(done, Told) and done.ticket.state == "completed" and done.ticket.persons == 1, done
"""
TYPESCRIPT_USE = """
import type { components, operations } from "./antrean";

type Body<Name extends keyof operations> = operations[Name] extends {
  requestBody?: { content: { "application/json": infer Fields } };
} ? Fields : never;

export const wish: Body<"issue_ticket"> = { service: "card", persons: 2, priority: false, language: "" };
export const moved: Body<"transfer_ticket"> = { service: "birth", position: "front" };
// @ts-expect-error a recall has no outcome
export const wrong: Body<"recall_ticket"> = { outcome: "finished" };
// @ts-expect-error a number of persons is no text
export const text: Body<"change_persons"> = { persons: "2" };

export function sentence(called: components["schemas"]["Called"]): string {
  return `${called.ticket.number}: ${called.reason.text}`;
}
"""


def run(*words: object, cwd: Path) -> str:
    """Run a tool; fail with what it says."""
    environment = {**os.environ, "NO_PROXY": "*", "NO_COLOR": "1"}
    done = subprocess.run(
        [*map(str, words)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_client_in_python_takes_a_number_and_calls_it(tmp_path: Path) -> None:
    made, config = tmp_path / "antrean_client", tmp_path / "config.yml"
    config.write_text("post_hooks: []\n")
    where = ("--path", FILE, "--output-path", made, "--meta", "none", "--config", config)
    run(sys.executable, "-m", "openapi_python_client", "generate", *where, cwd=tmp_path)
    assert compileall.compile_dir(made, quiet=1)
    functions = {file.stem for file in made.glob("api/*/*.py")}
    described = description()["paths"].values()
    assert {operation["operationId"] for methods in described for operation in methods.values()} <= functions

    hub = OfficeHub(tmp_path / "hub", small_plan(), SetClock())
    try:
        services = hub.app.extensions["antrean"]
        token = pair_device(services.settings, "kiosk", "A kiosk", hub.office.clock)[1]
        hub.office.execute(ChangePlan(what="devices"))
        with hub.served() as url:
            run(sys.executable, "-c", PYTHON_USE, url, token, PASSWORD, cwd=tmp_path)
    finally:
        hub.stop()


def test_types_in_typescript_know_each_wish_and_its_answer(tmp_path: Path) -> None:
    generator, compiler = PACKAGES / "openapi-typescript" / "bin" / "cli.js", PACKAGES / "typescript" / "bin" / "tsc"
    needed(generator, compiler)
    run("node", generator, FILE, "-o", "antrean.ts", cwd=tmp_path)
    (tmp_path / "use.ts").write_text(TYPESCRIPT_USE)
    run("node", compiler, "--noEmit", "--strict", "use.ts", cwd=tmp_path)
