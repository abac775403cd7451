"""Calling the next: eight operators at once, one operator beside displays, and whether any ticket is called twice."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from random import Random

from bench._fanout_parts import Line
from bench._screens import Join, Screens
from bench.crowd import Crowd
from bench.hub_process import OPERATORS, HubProcess, fresh_hub
from bench.journal_check import issue_many, lines_of, wrong_calls
from bench.report import Row, median_rows, percentile

ROUNDS = 3
TICKETS = 8000
SECONDS = 2.0
DISPLAYS = (0, 1, 5, 20)
WISHES_BESIDE, LEAST_PAUSE, MOST_PAUSE = 30, 0.15, 0.35  # seconds between two wishes of the one operator
WISHES, CALLS = f"{OPERATORS} operators: wishes (call next and start, in turn)", f"{OPERATORS} operators: call next"


def run(argv: list[str]) -> list[Row]:
    """Return the figures: the medians of some rounds, each on a fresh hub."""
    rounds: list[list[Row]] = []
    calls, faults = 0, []
    for _ in range(ROUNDS):
        with fresh_hub() as hub:
            office = hub.set_up()
            issue_many(office, TICKETS)
            hub.start()
            headers = [hub.operator_headers(operator) for operator in range(OPERATORS)]
            empty = Crowd(hub.port, ["empty"] * OPERATORS, headers, SECONDS).start().seen()
            seen = Crowd(hub.port, ["operator"] * OPERATORS, headers, SECONDS).start().seen()
            times = seen.latencies["call"]
            begin_what_is_called(hub, headers)
            with Screens(hub.port, [Join("counter_panel", headers=lines) for lines in headers]):
                open_pages = Crowd(hub.port, ["operator"] * OPERATORS, headers, SECONDS).start().seen()
            rounds.append(
                [
                    Row("call", WISHES, seen.rate(), "/s", "empty request, the same client", empty.rate()),
                    Row("call", f"{OPERATORS} operators: calls among these", len(times) / seen.seconds, "/s"),
                    Row("call", f"{CALLS}, p50", percentile(times, 0.5), "ms"),
                    Row("call", f"{CALLS}, p99", percentile(times, 0.99), "ms"),
                    Row("call", f"{WISHES}, their pages open", open_pages.rate(), "/s", "no page open", seen.rate()),
                    *beside_displays(hub, headers[0]),
                ]
            )
            calls += len(seen.answers) + len(open_pages.answers)
            faults += wrong_calls(lines_of(hub), [seen, open_pages])
    return [
        *(judged(row) for row in median_rows(rounds)),
        Row("call", "tickets called", calls),
        Row(
            "call", "of these refused, called twice or missing in the journal", len(faults),
            aim="none" + (f"; {faults[0]}" if faults else ""), met=not faults,
        ),
    ]  # fmt: skip


def beside_displays(hub: HubProcess, operator: str) -> list[Row]:
    """Return how long one operator's call takes to be answered, the page open, beside none and more displays.

    The operator calls and starts in turn with pauses, as people do; displays show the same and acknowledge each call.
    """
    begin_what_is_called(hub, [operator])
    rows: list[Row] = []
    alone = none_cpu = 0.0
    for count in DISPLAYS:
        joins = [Join("display", token, acknowledges=True) for token in hub.displays[:count]]
        with Screens(hub.port, [Join("counter_panel", headers=operator), *joins]):
            before = hub.cpu_ms()
            times = _calls(hub, operator)
            cpu = (hub.cpu_ms() - before) / WISHES_BESIDE
        middle = percentile(times, 0.5)
        if not count:
            alone, none_cpu = middle, cpu
        name = "no display" if not count else "1 display" if count == 1 else f"{count} displays"
        beside = ("none", alone) if count else ("", None)
        rows += [
            Row("call", f"1 operator beside {name}: a call, p50", middle, "ms", *beside),
            Row(
                "call",
                f"1 operator beside {name}: the hub's CPU for a wish",
                cpu,
                "ms",
                beside[0],
                none_cpu if count else None,
            ),
        ]
    return rows


def begin_what_is_called(hub: HubProcess, operators: list[str]) -> None:
    """Start the visit that each operator has called and not started, so that all can call again."""
    for lines in operators:
        status, panel, _ = hub.ask("GET", "/counter_panel/view", headers=dict([lines.strip().split(": ", 1)]))
        if status == 200 and panel["ticket_state"] == "called":
            Line(hub.port).post(f"/counter_panel/tickets/{panel['ticket']}/start", lines, {})


def _calls(hub: HubProcess, operator: str) -> list[float]:
    line, chance, times = Line(hub.port), Random(7), []
    for _ in range(WISHES_BESIDE // 2):
        time.sleep(chance.uniform(LEAST_PAUSE, MOST_PAUSE))
        began = time.perf_counter()
        status, said = line.post("/counter_panel/calls", operator, {"request_id": uuid.uuid4().hex})
        times.append((time.perf_counter() - began) * 1000)
        if status != 201:
            raise RuntimeError(f"no call: {said}")
        time.sleep(chance.uniform(LEAST_PAUSE, MOST_PAUSE))
        line.post(f"/counter_panel/tickets/{said['ticket']['number']}/start", operator, {})
    return times


def judged(row: Row) -> Row:
    """Return the row with its aim, met or not."""
    ratio = row.share() or 0.0
    aims = {
        WISHES: ("≥ 800/s and ≥ 0.4×", (row.value or 0) >= 800 and ratio >= 0.4),
        f"1 operator beside {DISPLAYS[-1]} displays: a call, p50": ("≤ 1.3×", ratio <= 1.3),
    }
    aim, met = aims.get(row.what, ("", None))
    return replace(row, aim=aim, met=met)
