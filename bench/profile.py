"""`python -m bench profile`: where the hub's time goes for one ticket and for one call, by cProfile in its worker.

Both are asked on the pages' own paths, one after the other as one person does, with the screens of an office joined.
Time is a function's own; what is built in counts for the function that called it, and a commit's wait for the disk for
the journal. cProfile makes everything slower, small functions most: the shares count, not the milliseconds.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence

from bench._fanout_parts import Line
from bench._screens import Join, Screens
from bench.hub_process import ROOT, HubProcess, fresh_hub
from bench.journal_check import issue_many

TIMES, WARM, LARGEST = 300, 30, 5
TEMPLATES = "templates: Jinja"
HUB = "web and hub: who asks, responses, publisher, writer"
# A part is the first of these that a function's file begins with.
PARTS = {
    "antrean/queueing/estimation/": "estimates of waiting times",
    "antrean/queueing/": "the queue: deciding and taking events in",
    "antrean/storage/": "the journal",
    "sqlalchemy/": "the journal: SQLAlchemy and SQLite",
    "kiosk/": "the kiosk: result and start screens",
    "counter_panel/": "the panel",
    "display/": "the displays",
    "mobile_ticket/": "phones",
    "antrean/voice/": "the displays",
    "antrean/web/live/fanout.py": "writing to sockets",
    "antrean/web/": HUB,
    "antrean/access/": HUB,
    "antrean/hub/": HUB,
    "eventlet/": "eventlet: HTTP and the loop",
    "greenlet/": "eventlet: HTTP and the loop",
    "gunicorn/": "eventlet: HTTP and the loop",
    "flask_babel/": "languages: Babel and gettext",
    "babel/": "languages: Babel and gettext",
    "jinja2/": TEMPLATES,
    "<template>": TEMPLATES,
    "markupsafe/": TEMPLATES,
    "socketio/": "Socket.IO",
    "flask_socketio/": "Socket.IO",
    "engineio/": "Socket.IO",
    "flask/": "Flask and Werkzeug",
    "werkzeug/": "Flask and Werkzeug",
    "json/": "JSON",
    "segno/": "QR codes",
}


def main(argv: Sequence[str]) -> int:
    """Print the parts of one ticket and of one call."""
    with fresh_hub() as hub:
        hub.application = "bench._profiled_hub:build()"
        office = hub.set_up()
        issue_many(office, TIMES + WARM + 100)
        hub.start()
        operator = hub.operator_headers(0)
        joins = [
            Join("kiosk", hub.kiosks[0]),
            Join("display", hub.displays[0]),
            Join("counter_panel", headers=operator),
        ]
        with Screens(hub.port, joins):
            _told("One ticket", _profiled(hub, _ticket(hub)))
            _told("One call, and the start of its visit", _profiled(hub, _call(hub, operator)))
    return 0


def _ticket(hub: HubProcess) -> Callable[[], None]:
    line, headers = Line(hub.port), hub.page_headers(0)

    def ask() -> None:
        asked = {"service": "kk", "persons": 1, "priority": False, "language": "id", "request_id": uuid.uuid4().hex}
        status, said = line.post("/kiosk/tickets?language=id", headers, asked)
        if status != 201:
            raise RuntimeError(str(said))

    return ask


def _call(hub: HubProcess, operator: str) -> Callable[[], None]:
    line = Line(hub.port)

    def ask() -> None:
        status, said = line.post("/counter_panel/calls", operator, {"request_id": uuid.uuid4().hex})
        if status != 201:
            raise RuntimeError(str(said))
        number = said["ticket"]["number"]
        line.post(f"/counter_panel/tickets/{number}/start", operator, {"request_id": uuid.uuid4().hex})

    return ask


def _profiled(hub: HubProcess, ask: Callable[[], None]) -> dict[str, Counter[str]]:
    """Return the own time in ms of each function, by part, for one request."""
    for _ in range(WARM):
        ask()
    hub.ask("GET", "/_profile/start")
    for _ in range(TIMES):
        ask()
    _, lines, _ = hub.ask("GET", "/_profile/stop")
    parts: dict[str, Counter[str]] = {}
    for (file, _line, name), _calls, own, callers in lines:
        if file != "~":
            parts.setdefault(part_of(file), Counter())[f"{short(file)}:{name}"] += 1000 * own / TIMES
            continue
        if "epoll" in name:
            continue  # the loop waits
        for (caller_file, _, _caller), spent in callers:
            parts.setdefault(part_of(caller_file), Counter())[name] += 1000 * spent / TIMES
    return parts


def part_of(file: str) -> str:
    """Return the part that a file belongs to."""
    if "/templates/" in file:
        return TEMPLATES
    return next((part for start, part in PARTS.items() if short(file).startswith(start)), "Python's own library")


def short(file: str) -> str:
    """Return a file's path without the folder of the project or of the packages."""
    return file.rpartition("site-packages/")[2].removeprefix(str(ROOT) + "/")


def _told(what: str, parts: dict[str, Counter[str]]) -> None:
    whole = sum(sum(functions.values()) for functions in parts.values())
    print(f"{what}: {whole:.2f} ms under the profile")
    ordered = sorted(parts.items(), key=lambda part: -sum(part[1].values()))
    for place, (part, functions) in enumerate(ordered):
        print(f"  {sum(functions.values()) / whole:4.0%}  {part}")
        if place < LARGEST:
            for name, own in functions.most_common(4):
                print(f"          {own:6.3f} ms  {name}")
