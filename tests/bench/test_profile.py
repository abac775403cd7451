"""Which part of the hub a function's time counts for."""

from __future__ import annotations

import pytest

from bench.hub_process import ROOT
from bench.profile import part_of, short

PACKAGES = f"{ROOT}/.venv/lib/python3.11/site-packages"


@pytest.mark.parametrize(
    ("file", "part"),
    [
        (f"{ROOT}/antrean/queueing/estimation/day.py", "estimates of waiting times"),
        (f"{ROOT}/antrean/queueing/office.py", "the queue: deciding and taking events in"),
        (f"{ROOT}/antrean/storage/journal/sql_journal.py", "the journal"),
        (f"{ROOT}/antrean/web/live/fanout.py", "writing to sockets"),
        (f"{ROOT}/antrean/web/live/publisher.py", "web and hub: who asks, responses, publisher, writer"),
        (f"{ROOT}/antrean/hub/writer.py", "web and hub: who asks, responses, publisher, writer"),
        (f"{ROOT}/kiosk/templates/kiosk/start.html", "templates: Jinja"),
        (f"{ROOT}/kiosk/result.py", "the kiosk: result and start screens"),
        (f"{PACKAGES}/flask_socketio/__init__.py", "Socket.IO"),
        (f"{PACKAGES}/flask/app.py", "Flask and Werkzeug"),
        (f"{PACKAGES}/flask_babel/__init__.py", "languages: Babel and gettext"),
        ("/usr/lib/python3.11/inspect.py", "Python's own library"),
    ],
)
def test_each_file_counts_for_one_part(file: str, part: str) -> None:
    assert part_of(file) == part


def test_a_file_is_named_without_the_folders_before_it() -> None:
    assert short(f"{ROOT}/antrean/web/live/fanout.py") == "antrean/web/live/fanout.py"
    assert short(f"{PACKAGES}/flask/app.py") == "flask/app.py"
