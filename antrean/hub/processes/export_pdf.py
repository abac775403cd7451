"""The process that makes a PDF of a page of reports.

The hub starts it as `python -m antrean.hub.processes.export_pdf`, says on standard input the page, the sheet for paper
and the folder of the program, and reads the file on standard output.
"""

from __future__ import annotations

import base64
import gc
import json
import sys
from pathlib import Path

from antrean.storage.step_back import NICE_WHILE_WAITED_FOR, step_back

MOST_CPU_SECONDS = 60
MOST_MEMORY = 1024 * 1024 * 1024


def main() -> None:
    """Make the PDF of the page that standard input holds."""
    step_back(MOST_CPU_SECONDS, MOST_MEMORY, NICE_WHILE_WAITED_FOR)
    asked = json.load(sys.stdin)
    gc.disable()  # one page, and the process ends: looking again and again for what is done with took a tenth of it
    try:
        from antrean.reporting.paper import pdf_of
    except OSError:  # Pango, or something that it needs, is not on this machine
        json.dump({"refused": "pdf_unavailable"}, sys.stdout)
        return
    content = pdf_of(asked["page"], asked["sheet"], Path(asked["root"]))
    json.dump({"file": base64.b64encode(content).decode()}, sys.stdout)


if __name__ == "__main__":
    main()
