"""Run by the emulator's own Python: prints slips on emupos and leaves PNG, text and unknown commands.

Standard input: JSON [{"name", "file", "dots", "dpi", "columns", "codepage", "number"}]; argument: the folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from emupos.config import FontCell, PrinterProfile
from emupos.printer.printer import Printer


def render(slip: dict[str, Any], folder: Path) -> None:
    """One slip to <name>.png, <name>.txt and <name>.json (the commands the emulator does not know)."""
    profile = PrinterProfile(
        type="printer",
        name=slip["name"],
        dpi=slip["dpi"],
        width_dots=slip["dots"],
        font_a=FontCell(width=slip["dots"] // slip["columns"], height=24),
        font_b=FontCell(width=9, height=17),
        code_pages={slip["number"]: slip["codepage"]},
        default_code_page=slip["number"],
        drawer_sensor_open_level="high",
    )
    printer = Printer("front", profile, sensor_open_level="high", job_idle_timeout_ms=1000)
    printer.open_connection("test", 0.0)
    taken = printer.receive("test", Path(slip["file"]).read_bytes(), 0.0)
    closed = printer.close_connection("test", 1.0)
    receipts = taken.receipts + closed.receipts
    (folder / f"{slip['name']}.png").write_bytes(receipts[0].png)
    (folder / f"{slip['name']}.txt").write_text(receipts[0].text, encoding="utf-8")
    events = [(str(event.type), dict(event.data)) for event in taken.events + closed.events]
    report = {"receipts": len(receipts), "events": events}
    (folder / f"{slip['name']}.json").write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    for each in json.load(sys.stdin):
        render(each, Path(sys.argv[1]))
