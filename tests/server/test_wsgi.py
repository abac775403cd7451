"""What gunicorn loads: the hub, and no more than a hub needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from antrean.config import Config
from app import open_office
from tests.conftest import small_plan
from tests.fakes.newest_schema import lay_schema

ROOT = Path(__file__).resolve().parents[2]
ONLY_OTHERS_NEED = {
    "redis",  # several hubs of one database
    "requests", "urllib3", "charset_normalizer",  # a client
    "psycopg",  # PostgreSQL
    "escpos",  # a slip on paper
    "xlsxwriter",  # a report as a workbook
    "weasyprint",  # a report as PDF
}  # fmt: skip


def test_a_hub_by_itself_loads_no_library_that_only_others_need(tmp_path: Path) -> None:
    """It would hold what nobody uses all day: Redis and an HTTP client alone are 11 MiB."""
    lay_schema(tmp_path)
    config = Config(data=tmp_path)
    _, settings = open_office(config)
    settings.create_office(small_plan(office=config.office))
    built = "import json, os, sys; from antrean.server import wsgi; wsgi.build(); print(json.dumps([*sys.modules]))"
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"{built}; sys.stdout.flush(); os._exit(0)"],
        cwd=ROOT, env={**os.environ, "ANTREAN_DATA": str(tmp_path)},
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    loaded = set(json.loads(told.stdout))
    assert loaded >= {"app", "socketio", "sqlalchemy"}
    assert not loaded & ONLY_OTHERS_NEED
