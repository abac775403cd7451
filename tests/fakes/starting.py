"""Starting the hub, or a command of antrean, as a real process that is expected to end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from antrean.config import ROOT
from tests.fakes.hub_process import free_port

BIN = Path(sys.executable).parent
GUNICORN = (
    str(BIN / "gunicorn"),
    "--config",
    str(ROOT / "antrean" / "server" / "gunicorn.conf.py"),
    "antrean.server.wsgi:build()",
)


def started(data: Path, *command: str, **environ: str) -> tuple[int, str]:
    """Run the hub, or a command of antrean, until it ends; return its exit code and all it said."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ANTREAN_")}
    given = {"ANTREAN_DATA": str(data), "PORT": str(free_port()), "ANTREAN_HOST": "127.0.0.1", "DATABASE_URL": ""}
    words = [sys.executable, str(BIN / "antrean"), *command] if command else [*GUNICORN]
    told = subprocess.run(
        words, cwd=ROOT, env={**kept, **given, **environ}, capture_output=True, text=True, timeout=120, check=False
    )  # fmt: skip
    return told.returncode, told.stdout + told.stderr


def says(told: tuple[int, str], sentence: str, advice: str) -> None:
    """Check that this was the end of it: the sentence once, what to do, no traceback, exit code 3."""
    code, words = told
    assert (code, words.count("Error: " + sentence)) == (3, 1), words
    assert advice in words.partition("Error: " + sentence)[2]
    assert "Traceback" not in words
