"""A kiosk under attack: how long a number takes while others do the hub harm, beside the quiet minutes before.

`--only NAME,NAME` runs some of the attacks, `--seconds N` lets each last so long, `--list` names them.
Each attack has a fresh hub. A number counts from the time it was due, each 50 ms on a kept connection and each
200 ms on a new one, and each one told is looked up in the journal.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from admin.slip.form import shown
from antrean.printing.slip.self_test import TestPage, compose_test_page
from antrean.printing.transport import virtual
from bench._attackers import Attackers
from bench._paced_kiosk import KioskResults, PacedKiosk
from bench.crowd import Seen
from bench.hub_process import SUPERVISOR, HubProcess, fresh_hub
from bench.journal_check import issue_many, lines_of, wrong_numbers
from bench.raw_follower import follow
from bench.report import IncompleteError, Row, percentile
from printer_profiles import load_profile

QUIET_SECONDS, ATTACK_SECONDS = 3.0, 6.0
BACK_SECONDS = 15.0  # by then the memory must be back
PAUSE_SECONDS = 0.5  # between two looks at the memory
BESIDE_SECONDS = 60.0  # for work in a process beside the hub, which the attack did not ask for, to end
BACK = 1.25  # times what it was before
ANOTHER = "127.0.0.250"  # the address of a phone or a supervisor who has nothing to do with the attackers
MOST_LOG = 4000  # bytes in the hub's log, whatever is sent to it


@dataclass(frozen=True, slots=True)
class Attack:
    """One line of the table: who attacks, how many they are, and what may become of the kiosk meanwhile."""

    name: str
    what: str
    attackers: str
    clients: int
    aim_ms: float = 100
    settings: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)  # more that its attackers must know
    beside: Callable[[HubProcess, Sequence[str], float], list[Row]] | None = None
    looks_at_log: bool = False


def a_phone_joins(hub: HubProcess, tokens: Sequence[str], seconds: float) -> list[Row]:
    """Return how long a phone of another address waits for its view during the attack."""
    time.sleep(seconds / 2)
    began = time.monotonic()
    try:
        follow(("127.0.0.1", hub.port), tokens[-1], source=ANOTHER, timeout=5.0).line.close()
    except OSError as refusal:
        return [Row("", "a phone meanwhile", None, aim=f"≤ 1 s; {refusal or type(refusal).__name__}", met=False)]
    took = (time.monotonic() - began) * 1000
    return [Row("", "a phone meanwhile: to its view", took, "ms", aim="≤ 1 s", met=took <= 1000)]


def a_supervisor_signs_in(hub: HubProcess, tokens: Sequence[str], seconds: float) -> list[Row]:
    """Return how long a right sign-in takes during wrong ones, beside the same without them."""
    took = []
    for _ in range(3):
        time.sleep(seconds / 6)
        took.append(_sign_in_ms(hub))
    slow = median(took)
    return [Row("", "a right sign-in", slow, "ms")]


def _sign_in_ms(hub: HubProcess) -> float:
    began = time.monotonic()
    hub.sign_in(SUPERVISOR, ANOTHER)
    return (time.monotonic() - began) * 1000


FEW_PLACES = {"ANTREAN_MAX_FOLLOWERS": "20"}
TALKATIVE = {"ANTREAN_LOG_LEVEL": "info"}
TABLE = (
    Attack("fragments-1", "endless fragments, 1 stranger", "fragments", 1),
    Attack("fragments-30", "endless fragments, 30 strangers", "fragments", 30),
    Attack("big-frames", "large messages without a pause, 10 strangers", "big_frames", 10),
    Attack("slow-headers", "headers without an end, 300 connections", "slow_headers", 300),
    Attack("slow-bodies", "bodies that never come, 150 connections", "slow_bodies", 150),
    Attack("header-floods", "1 MB of headers, 200 at once", "header_floods", 200),
    Attack("idle", "1,000 connections that say nothing", "idle", 1000),
    Attack("half-open", "600 connections whose other end is gone", "half_open", 600),
    Attack("unjoined-41", "41 unjoined sockets, 20 places", "unjoined", 41, settings=FEW_PLACES, beside=a_phone_joins),
    Attack(
        "unjoined-500", "500 unjoined sockets, 20 places", "unjoined", 500, settings=FEW_PLACES, beside=a_phone_joins
    ),
    Attack("wrong-tokens", "wrong tokens without a pause, 20 connections", "wrong_tokens", 20),
    Attack("pipelining", "50 requests at once on each of 40 connections", "pipelining", 40),
    Attack("malformed", "100 malformed packets a second", "malformed", 20, settings=TALKATIVE, looks_at_log=True),
    Attack("aborted", "500 aborted WebSockets a second", "aborted", 20, settings=TALKATIVE, looks_at_log=True),
    Attack("storm", "reconnects without a pause, 20 sockets of one stranger", "storm", 20),
    Attack("phones-2000", "2,000 phones back at once", "phones", 2000, aim_ms=300),
    Attack("wifi-2000", "2,000 phones whose Wi-Fi goes", "wifi", 2000, aim_ms=300),
    Attack("sign-ins", "60 wrong sign-ins at once", "sign_ins", 60, aim_ms=50, beside=a_supervisor_signs_in),
    Attack("uploads", "4 pictures of 7,000×7,000 at once", "uploads", 4, aim_ms=50, facts={"side": 7000}),
    Attack("pictures", "4 pictures of 4,000×4,000 at once", "uploads", 4, aim_ms=50, facts={"side": 4000}),
    Attack("previews", "6 previews of the slip at once", "previews", 6, aim_ms=50),
    Attack("virtual-slips", "6 slips of the virtual printer at once", "virtual_slips", 6, aim_ms=50),
    Attack("readyz", "12 ask /readyz in a loop", "readyz", 12),
)  # fmt: skip


def run(argv: Sequence[str]) -> list[Row]:
    """Run the attacks one after another. Returns the rows of each, and one about the numbers that kiosks got."""
    chosen, seconds = _asked(argv)
    rows: list[Row] = []
    told, faults = 0, []
    broken = False
    for attack in chosen:
        try:
            found, numbers, wrong = attacked(attack, seconds)
        except Exception as error:
            traceback.print_exc()
            broken = True
            rows.append(Row("attacks", f"{attack.what}: broke off", None, aim=type(error).__name__, met=False))
            continue
        rows += found
        told += numbers
        faults += [f"{attack.name}: {fault}" for fault in wrong]
    rows += [
        Row("attacks", "numbers told under all attacks", told),
        Row(
            "attacks", "of these refused, lost, doubled or with a gap", len(faults),
            aim="none" + (f"; {faults[0]}" if faults else ""), met=not faults,
        ),
    ]  # fmt: skip
    if broken:
        raise IncompleteError(rows)
    return rows


def _asked(argv: Sequence[str]) -> tuple[list[Attack], float]:
    """Return the attacks to run and the seconds of each. Refuses (SystemExit) unknown ones."""
    words, chosen, seconds = list(argv), list(TABLE), ATTACK_SECONDS
    while words:
        word = words.pop(0)
        if word == "--list":
            raise SystemExit("\n".join(f"{attack.name:<16}{attack.what}" for attack in TABLE))
        if word not in ("--only", "--seconds") or not words:
            raise SystemExit(f"{word}? There are --only NAME,NAME and --seconds N and --list")
        value = words.pop(0)
        if word == "--seconds":
            seconds = min(float(value), 60.0)
            continue
        names = value.split(",")
        if unknown := set(names) - {attack.name for attack in TABLE}:
            raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; --list names them")
        chosen = [attack for attack in TABLE if attack.name in names]
    return chosen, seconds


@contextmanager
def _prepared(attack: Attack) -> Iterator[tuple[HubProcess, list[str], dict[str, Any]]]:
    """Yield a running hub, its followers' links, and the facts that the attackers need."""
    with fresh_hub() as hub:
        office = hub.set_up()
        count = attack.clients if attack.attackers in ("phones", "wifi", "half_open") else 1
        tokens = hub.links(issue_many(office, count))
        page = TestPage("virtual", "", "ready", "")
        virtual.keep(hub.folder / "virtual_printer", "slip", compose_test_page(page, load_profile("virtual-80")))
        hub.start(**attack.settings)
        facts: dict[str, Any] = {"tokens": tokens, **attack.facts}
        if attack.attackers in ("uploads", "previews", "virtual_slips"):
            facts["cookie"] = hub.sign_in(SUPERVISOR)
            facts["slip"] = office.read(lambda _day, plan: shown(plan.slip, plan.languages))
        yield hub, tokens, facts


def attacked(
    attack: Attack, seconds: float, quiet_seconds: float = QUIET_SECONDS, back_seconds: float = BACK_SECONDS
) -> tuple[list[Row], int, list[str]]:
    """Attack a fresh hub. Returns its rows, how many numbers kiosks got, and the faults of these.

    It is watched so long before, and its memory has so long to be as it was.
    """
    with _prepared(attack) as (hub, tokens, facts):
        headers = hub.page_headers(0), hub.page_headers(1)
        alone = median(_sign_in_ms(hub) for _ in range(3)) if attack.beside is a_supervisor_signs_in else None
        quiet = _watched(hub, headers, quiet_seconds)
        before, log = hub.memory_kib() / 1024, _log_bytes(hub)
        kiosk = PacedKiosk(hub.port, headers, seconds)
        attackers = Attackers(attack.attackers, hub.port, attack.clients, seconds, facts)
        try:
            with ThreadPoolExecutor() as pool:
                attackers.start()
                kiosk.start()
                most = pool.submit(_most_memory, hub, seconds)
                beside = pool.submit(attack.beside, hub, tokens, seconds) if attack.beside is not None else None
                harm = attackers.did()
                under = kiosk.saw()
                extra = beside.result() if beside is not None else []
            after = _memory_back(hub, before, back_seconds)
        finally:
            attackers.stop()
            kiosk.stop()
        if "cookie" in facts and harm.get("answers 403"):
            raise RuntimeError(f"{attack.name} is no attack: the hub does not know who asks")
        counted = ", ".join(f"{count:,} {what}" for what, count in harm.items())
        late = ", ".join(f"{one.missing} missing, {one.reconnects} reconnects" for one in under)
        print(f"  {attack.name}: {counted}; kiosks (kept, new): {late}", file=sys.stderr, flush=True)
        if attack.looks_at_log:
            log = _log_bytes(hub) - log
            extra.append(Row("", "the hub's log", log / 1000, "kB", aim="≤ 4 kB", met=log <= MOST_LOG))
        if alone is not None:
            slow = extra[0].value or 0.0
            extra = [Row("", extra[0].what, slow, "ms", "alone", alone, aim="≤ 3×", met=slow <= 3 * alone)]
        rows = [*_times(attack, quiet, under), *extra, _memory(before, most.result(), after)]
        seen = [Seen(answers=one.answers, refused=one.refused) for one in (*quiet, *under)]
        faults = wrong_numbers(lines_of(hub), seen) + [f"{one.missing} never told" for one in under if one.missing]
    named = [_named(attack, row) for row in rows]
    return named, sum(len(one.answers) for one in seen), faults


def _watched(hub: HubProcess, headers: tuple[str, str], seconds: float) -> tuple[KioskResults, KioskResults]:
    kiosk = PacedKiosk(hub.port, headers, seconds)
    kiosk.start()
    return kiosk.saw()


def _times(
    attack: Attack, quiet: tuple[KioskResults, KioskResults], under: tuple[KioskResults, KioskResults]
) -> list[Row]:
    """Return the kiosk's rows: on its kept connection p50 and p99, on new connections p99."""
    kept, new = ([percentile(one.latencies, 0.99) for one in pair] for pair in zip(quiet, under, strict=True))
    p50 = [percentile(one.latencies, 0.5) for one in (quiet[0], under[0])]
    return [
        Row("", "p50", p50[1], "ms", "quiet", p50[0]),
        Row("", "p99", kept[1], "ms", "quiet", kept[0], aim=f"≤ {attack.aim_ms:.0f} ms", met=kept[1] <= attack.aim_ms),
        Row("", "new connection, p99", new[1], "ms", "quiet", new[0]),
    ]


def _memory(before: float, most: float, after: float) -> Row:
    """Return the row of the memory: after the attack, beside before it, with the most of it in words."""
    words = f"≤ {BACK}× (most meanwhile {most:.0f} MiB)"
    return Row("", "memory afterwards", after, "MiB", "before", before, aim=words, met=after <= BACK * before)


def _named(attack: Attack, row: Row) -> Row:
    return Row(
        "attacks", f"{attack.what}: {row.what}", row.value, row.unit, row.beside, row.limit, row.ratio, row.aim, row.met
    )


def _most_memory(hub: HubProcess, seconds: float) -> float:
    """Return the most memory in MiB, measured once a second."""
    end, most = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        most = max(most, hub.memory_kib() / 1024)
        time.sleep(1.0)
    return most


def _memory_back(hub: HubProcess, before: float, seconds: float = BACK_SECONDS) -> float:
    """Wait until the memory is as before, so many seconds at most. Returns it in MiB.

    The time that a process beside the hub works, such as the one that keeps the day, does not count, up to a minute of
    it: it holds 20 to 50 MiB, whether anybody attacks or not.
    """
    end, latest = time.monotonic() + seconds, time.monotonic() + seconds + BESIDE_SECONDS
    while (now := hub.memory_kib() / 1024) > BACK * before and time.monotonic() < end:
        if hub.works_beside():
            end = min(time.monotonic() + seconds, latest)
        time.sleep(PAUSE_SECONDS)
    return now


def _log_bytes(hub: HubProcess) -> int:
    return (hub.folder / "hub.log").stat().st_size
