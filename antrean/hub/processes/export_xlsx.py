"""The process that makes an XLSX workbook of the tables of a report.

The hub starts it as `python -m antrean.hub.processes.export_xlsx`, says the tables on standard input, and reads the
file on standard output.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from pathlib import Path

from antrean.storage.step_back import NICE_WHILE_WAITED_FOR, step_back

MOST_CPU_SECONDS = 60
MOST_MEMORY = 512 * 1024 * 1024


def main() -> None:
    """Make the workbook of the tables that standard input holds."""
    step_back(MOST_CPU_SECONDS, MOST_MEMORY, NICE_WHILE_WAITED_FOR)
    from antrean.reporting.tables import from_json
    from antrean.reporting.workbook import write_workbook

    tables = from_json(json.load(sys.stdin)["tables"])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.xlsx")
        write_workbook(file, Path(folder), tables)
        json.dump({"file": base64.b64encode(file.read_bytes()).decode()}, sys.stdout)


if __name__ == "__main__":
    main()
