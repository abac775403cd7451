"""LongExports: a file of rows of a long time, made by a process beside the hub and offered for a day."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from antrean.hub.async_mode import AsyncMode
from antrean.hub.processes.side_process import Ended, SideProcess
from antrean.queueing.errors import Refused
from antrean.storage.private_files import new_private_file, private_folder

log = logging.getLogger(__name__)
MODULE = "antrean.hub.processes.export_rows"
LONGEST = 3600.0
OFFERED = timedelta(days=1)
MOST_BYTES = 500_000_000
WAYS = ("csv", "xlsx")
RUNNING, READY, FAILED, INTERRUPTED = "running", "ready", "failed", "interrupted"


@dataclass(frozen=True, slots=True)
class LongExport:
    """What was asked for (`what` of the rows of which days, as `way`), by whom and when, and how far it is.

    `why` is the code of what went wrong, "" for nothing in particular. `at` is when it came into its state. `names`: it
    has columns with names of staff.
    """

    what: str
    way: str
    since: str
    until: str
    names: bool
    by: str
    at: str
    state: str = RUNNING
    rows: int = 0
    day: str = ""
    why: str = ""

    @property
    def share(self) -> int:
        """How many percent of the days were begun."""
        first, last = date.fromisoformat(self.since), date.fromisoformat(self.until)
        done = date.fromisoformat(self.day) - first if self.day else timedelta(0)
        return 100 * done.days // max((last - first).days + 1, 1)


class LongExports:
    """The one long export of an office, in its data folder; `look` is called every second, `clock` is the office's.

    `floor` is how many bytes of the disk stay free. What a hub before this one was at is interrupted: it is begun anew
    by hand.
    """

    def __init__(
        self,
        office: str,
        database: str,
        folder: Path,
        mode: AsyncMode,
        monotonic: Callable[[], float],
        clock: Callable[[], datetime],
        root: Path,
        floor: int,
        redraw: Callable[[], None],
    ) -> None:
        self._asked = {"office": office, "database": database, "floor": floor, "most": MOST_BYTES}
        self._folder = folder / "exports"
        self._mode, self._clock, self._redraw, self._floor = mode, clock, redraw, floor
        self._process = SideProcess(MODULE, root, mode, monotonic, LONGEST)
        self._now: LongExport | None = None

    @property
    def now(self) -> LongExport | None:
        """The export at hand or offered, None without one."""
        return self._now

    def load(self) -> None:
        """Read what a hub before this one left; blocking."""
        with suppress(OSError, ValueError, TypeError):
            found = LongExport(**json.loads(self._state.read_text(encoding="utf-8")))
            if found.state == RUNNING:
                found = replace(found, state=INTERRUPTED, at=self._clock().isoformat())
                self._remove()
            self._now = found

    def begin(self, what: str, way: str, since: date, until: date, zone: str, names: bool, by: str) -> None:
        """Begin one; the one before is removed. Refuses (`export_running`) a second one, and (`disk_nearly_full`)."""
        if self._process.running:
            raise Refused("export_running")
        self._mode.run_blocking(self._make_room)
        self._now = LongExport(
            what, way, since.isoformat(), until.isoformat(), names, by, self._clock().isoformat()
        )  # fmt: skip
        asked = {"what": what, "way": way, "since": self._now.since, "until": self._now.until, "names": names}
        places = {"file": str(self._part), "progress": str(self._progress), "zone": zone}
        self._mode.run_blocking(self._keep)
        if (ended := self._process.begin({**self._asked, **asked, **places})) is not None:
            self._end(ended)
        self._redraw()

    def drop(self) -> None:
        """End the export at hand, or remove the one that is offered."""
        self._process.end()
        self._now = None
        self._mode.run_blocking(self._remove)
        self._redraw()

    def file(self) -> Path | None:
        """Return the file that is ready, None without one."""
        return self._file if self._now is not None and self._now.state == READY else None

    def look(self) -> None:
        """See how far it is, and remove what was offered for a day."""
        now = self._now
        if now is None:
            return
        if now.state == RUNNING:
            if (ended := self._process.look()) is not None:
                self._end(ended)
            elif (told := self._mode.run_blocking(self._told)) is not None:
                self._now = replace(now, **told)
            if self._now != now:
                self._redraw()
        elif self._clock() - datetime.fromisoformat(now.at) > OFFERED:
            self.drop()

    def stop(self) -> None:
        """End the process: what it was at is interrupted."""
        self._process.stop()

    def _end(self, ended: Ended) -> None:
        assert self._now is not None
        said = ended.said if isinstance(ended.said, dict) else {}
        if ended.wrong or "rows" not in said:
            log.warning("a long export was not made: %s", ended.wrong or said.get("refused", "nothing was said"))
            self._now = replace(self._now, state=FAILED, why=str(said.get("refused", "")))
            self._mode.run_blocking(self._remove)
        else:
            self._now = replace(self._now, state=READY, rows=said["rows"])
            self._mode.run_blocking(self._part.replace, self._file)
        self._now = replace(self._now, at=self._clock().isoformat())
        self._mode.run_blocking(self._keep)

    def _make_room(self) -> None:
        private_folder(self._folder)
        self._remove()
        if shutil.disk_usage(self._folder).free < self._floor:
            raise Refused("disk_nearly_full")

    def _remove(self) -> None:
        """Remove the files of every export."""
        if self._folder.is_dir():
            for one in self._folder.iterdir():
                shutil.rmtree(one) if one.is_dir() else one.unlink(missing_ok=True)

    def _keep(self) -> None:
        if self._now is not None:
            with new_private_file(self._state, replace=True) as out:
                out.write(json.dumps(asdict(self._now)).encode())

    def _told(self) -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = json.loads(self._progress.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return told

    @property
    def _state(self) -> Path:
        return self._folder / "state.json"

    @property
    def _progress(self) -> Path:
        return self._folder / "progress.json"

    @property
    def _part(self) -> Path:
        return self._folder / "rows.part"

    @property
    def _file(self) -> Path:
        return self._folder / "rows.done"
