"""CUPS' commands as scripts that answer from files in their folder, where no CUPS server is to be had."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

COMMANDS = """#!/bin/sh
here=$(dirname "$0")
case "$(basename "$0")" in
lpstat)
  echo "$@" >> "$here/asked"
  for word in "$@"; do
    case "$word" in
    -a) cat "$here/accepts" ;;
    -p) cat "$here/state" ;;
    -W) [ -e "$here/dies" ] && sleep 5; cat "$here/queue" ;;
    esac
  done ;;
lp) cat > "$here/printed"; echo "$@" > "$here/arguments"
  [ -e "$here/hangs" ] && sleep 5
  echo "request id is tiket-7 (0 file(s))"; exit "$(cat "$here/exit")" ;;
cancel) echo "$@" > "$here/cancelled" ;;
esac
"""


def fake_cups(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A queue `tiket` that takes slips; gives the folder, whose files say how it fares.

    `state`: what lpstat -p says; `queue`: jobs not done; `exit`: how lp ends; `hangs`, `dies`: lp, or lpstat
    after it, does not come back. `printed`, `arguments`, `cancelled`: what it was given.
    """
    for name in ("lpstat", "lp", "cancel"):
        (folder / name).write_text(COMMANDS)
        (folder / name).chmod(0o755)
    (folder / "accepts").write_text("tiket accepting requests since Tue\n")
    (folder / "state").write_text("printer tiket is idle.\n")
    (folder / "queue").write_text("")
    (folder / "exit").write_text("0")
    monkeypatch.setattr("antrean.printing.transport.cups.PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr("antrean.printing.transport.cups.COMMAND_TIMEOUT_S", 1.0)
    return folder
