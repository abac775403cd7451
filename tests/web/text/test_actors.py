"""Who did something is said in words, in the language of the office, and never by an id."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask_babel import force_locale

from antrean.queueing.clock.office_time import INVENTED
from antrean.queueing.journal.entry import COMMAND, CONSOLE
from antrean.simulation.engine import ACTOR
from antrean.storage.backup.restore import RESTORE
from antrean.web.text.actors import OTHERS, actor_words
from tests.fakes.office_hub import OfficeHub

DEVICES = {"0b6d7c1e": "Kiosk at the door"}


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ("operator:Ani", "Ani"),
        ("supervisor:hub", "hub"),  # whoever is called so
        ("kiosk:0b6d7c1e", "Kiosk at the door"),
        ("kiosk:77aa", "kios"),
        ("display:77aa", "layar"),
        ("print_agent:77aa", "program cetak"),
        ("visitor:A-001", "pengunjung"),
        ("", "hub sendiri"),
        ("hub", "hub sendiri"),
        ("command", "seseorang di mesin hub"),
        ("console", "seseorang di mesin hub"),
        ("restore", "seseorang di mesin hub"),
        ("simulation", "simulasi"),
        ("agent", "tidak dikenal"),
        ("staff:Dewi", "Dewi"),  # of a role of an earlier release
    ],
)
def test_each_actor_has_words(hub: OfficeHub, actor: str, said: str) -> None:
    with hub.app.test_request_context(), force_locale("id"):
        assert actor_words(actor, DEVICES) == said


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ("operator:Ani", "petugas loket"),
        ("administrator:Eka", "administrator"),
        ("staff:Dewi", "tidak dikenal"),
        ("kiosk:0b6d7c1e", "Kiosk at the door"),
        ("simulation", "simulasi"),
    ],
)
def test_whoever_sees_no_names_reads_the_role(hub: OfficeHub, actor: str, said: str) -> None:
    with hub.app.test_request_context(), force_locale("id"):
        assert actor_words(actor, DEVICES, names=False) == said


def test_whatever_writes_lines_by_itself_has_words() -> None:
    assert {COMMAND, CONSOLE, RESTORE, INVENTED, ACTOR} <= set(OTHERS)
    written = {
        found
        for file in Path("antrean").rglob("*.py")
        for found in re.findall(r'\bactor="([a-z]+)"', file.read_text(encoding="utf-8"))
    }
    assert written <= set(OTHERS)
