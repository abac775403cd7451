"""Calling the next: eight operators at eight counters at once, and whether any ticket is called twice."""

from __future__ import annotations

from dataclasses import replace

from bench.crowd import Crowd
from bench.hub_process import OPERATORS, fresh_hub
from bench.journal_check import issue_many, lines_of, wrong_calls
from bench.report import Row, median_rows, percentile

ROUNDS = 3
TICKETS = 8000
SECONDS = 2.0
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
            rounds.append(
                [
                    Row("call", WISHES, seen.rate(), "/s", "empty request, the same client", empty.rate()),
                    Row("call", f"{OPERATORS} operators: calls among these", len(times) / seen.seconds, "/s"),
                    Row("call", f"{CALLS}, p50", percentile(times, 0.5), "ms"),
                    Row("call", f"{CALLS}, p99", percentile(times, 0.99), "ms"),
                ]
            )
            calls += len(seen.answers)
            faults += wrong_calls(lines_of(hub), seen)
    rate, *rest = median_rows(rounds)
    return [
        replace(rate, aim="≥ 800/s", met=(rate.value or 0) >= 800),
        *rest,
        Row("call", "tickets called", calls),
        Row(
            "call", "of these refused, called twice or missing in the journal", len(faults),
            aim="none" + (f"; {faults[0]}" if faults else ""), met=not faults,
        ),
    ]  # fmt: skip
