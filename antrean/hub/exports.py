"""Exports: files that a process beside the hub makes while somebody waits for them."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from antrean.hub.async_mode import AsyncMode
from antrean.hub.lane import Lane
from antrean.hub.processes.side_process import Ended, SideProcess
from antrean.queueing.errors import Unavailable

log = logging.getLogger(__name__)
XLSX = "antrean.hub.processes.export_xlsx"
PDF = "antrean.hub.processes.export_pdf"
PLACES = (6,)
EACH = 2
PATIENCE = 60.0
LONGEST = 180.0  # of a PDF that takes three seconds of a processor which has little left
LOOK_SECONDS = 0.05


class Exports:
    """Makes one file at a time for the whole hub. `root` is the program's folder; `stop` ends the process.

    The processes have limits of processor and memory of their own, and everybody else goes first.
    """

    def __init__(
        self,
        mode: AsyncMode,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        root: Path,
        longest: float = LONGEST,
    ) -> None:
        self.lane = Lane(mode, monotonic, PLACES, EACH, PATIENCE)
        self._sleep = sleep
        self._root = root
        self._processes = {one: SideProcess(one, root, mode, monotonic, longest) for one in (XLSX, PDF)}

    def workbook(self, asker: str, tables: list[dict[str, object]]) -> bytes:
        """Return an XLSX workbook of tables, as `antrean.reporting.tables.as_json` gives them.

        Refuses (Busy) when too many wait, and (`export_failed`) what needs more time or memory than there is.
        """
        return self._made(asker, XLSX, {"tables": tables})

    def paper(self, asker: str, page: str, sheet: str) -> bytes:
        """Return the PDF of a page as HTML, with the sheet at this path of the program added for paper.

        Refuses like `workbook`, and (`pdf_unavailable`) where Pango is not on this machine.
        """
        return self._made(asker, PDF, {"page": page, "sheet": sheet, "root": str(self._root)})

    def stop(self) -> None:
        """End the process at hand; none is begun any more."""
        for process in self._processes.values():
            process.stop()

    def _made(self, asker: str, module: str, asked: Mapping[str, Any]) -> bytes:
        return self.lane.run(lambda: self._run(self._processes[module], module, asked), asker=asker)

    def _run(self, process: SideProcess, module: str, asked: Mapping[str, Any]) -> bytes:
        ended = process.begin(asked)
        try:
            while ended is None and process.running:
                self._sleep(LOOK_SECONDS)
                ended = process.look()
        except BaseException:  # the request was ended: the next one must not get this one's file
            process.end()
            raise
        ended = ended or Ended(wrong="the hub is stopping")
        if ended.wrong or not isinstance(ended.said, dict):
            log.warning("%s made no file: %s", module, ended.wrong)
            raise Unavailable("export_failed")
        if "refused" in ended.said:
            raise Unavailable(ended.said["refused"])
        return base64.b64decode(ended.said["file"])
