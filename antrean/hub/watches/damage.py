"""DamageWatch: finds damage of the database while the hub runs, after an end that was not orderly."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from antrean.hub.async_mode import AsyncMode
from antrean.hub.processes.side_process import Ended, SideProcess
from antrean.storage.database.running import RUNNING, ended, mark_running
from antrean.storage.journal.chain import Damage
from antrean.storage.journal.heads import HeadKeeper

log = logging.getLogger(__name__)
FIRST_AFTER = 5.0  # screens that come back at a start go first
LONGEST = 3600.0
HERE = ""  # who misses lines when it is no print agent


@dataclass(slots=True)
class DamageWatch:
    """Checks every line in a process after an end that was not orderly, and compares what print agents remember.

    `heads` remembers the newest line of one office, `other_heads` those of the further ones of the database.
    `look` runs each second. `found` are the process's sentences, `missed` what the journal lacks, by who misses it.
    """

    database: str
    data: Path
    heads: HeadKeeper
    mode: AsyncMode
    monotonic: Callable[[], float]
    root: Path
    found: tuple[str, ...] = ()
    missed: dict[str, str] = field(default_factory=dict)
    other_heads: list[HeadKeeper] = field(default_factory=list)
    state: str = "none"  # none, due, running, done or failed
    _since: float = 0.0
    _mark: int | None = None
    _process: SideProcess = field(init=False)

    def __post_init__(self) -> None:
        """Make ready what every line is looked at by."""
        self._process = SideProcess("antrean.hub.processes.damage", self.root, self.mode, self.monotonic, LONGEST)

    def begin(self) -> None:
        """Look whether the hub before this one ended in order, and note that this one runs; blocking."""
        self.state = "due" if (self.data / RUNNING).exists() else "none"
        self._since = self.monotonic()
        self._mark = mark_running(self.data)

    def look(self) -> None:
        """Start the process when it is due, and see what became of it."""
        now = self.monotonic()
        if (lost := next((one.lost for one in self._heads() if one.lost is not None), None)) is None:
            self.missed.pop(HERE, None)
        else:
            self._missed(HERE, lost, "this hub")
        if self.state == "due" and now - self._since >= FIRST_AFTER:
            self._start()
        elif (outcome := self._process.look()) is not None:
            self._see(outcome)

    def heard(self, agent: str, told: object) -> None:
        """Compare what a print agent remembers with the journal."""
        damage = self.mode.run_blocking(self._missing, told)
        if damage is None:
            self.missed.pop(agent, None)
        else:
            self._missed(agent, damage, "a print agent")

    def _heads(self) -> Sequence[HeadKeeper]:
        return (self.heads, *self.other_heads)

    def _missing(self, told: object) -> Damage | None:
        return next((found for one in self._heads() if (found := one.missed(told)) is not None), None)

    def told(self, said: str) -> None:
        """Take in what somebody met who wanted to change the settings; logged once."""
        if said not in self.found:
            self.found = (*self.found, said)
            log.error("%s", said)

    def _missed(self, by: str, damage: Damage, who: str) -> None:
        if self.missed.get(by) != str(damage):
            self.missed[by] = str(damage)
            log.error("the journal is damaged: %s, as %s remembers", damage, who)

    def sentences(self) -> list[str]:
        """Return what is damaged, each once."""
        remembered = (f"the journal is damaged: {damage}" for damage in tuple(self.missed.values()))
        return list(dict.fromkeys((*self.found, *remembered)))

    def stop(self) -> None:
        """End the process, and note that the hub ends in order."""
        self._process.stop()
        mark, self._mark = self._mark, None
        if mark is not None:
            ended(self.data)
            os.close(mark)

    def _start(self) -> None:
        self.state = "running"
        log.warning("the hub was not ended in order: every line of the database is looked at")
        if (failed := self._process.begin({"database": self.database, "data": str(self.data)})) is not None:
            self._failed(failed.wrong)

    def _see(self, outcome: Ended) -> None:
        if not isinstance(outcome.said, list):
            self._failed(outcome.wrong or "its process said nothing")
            return
        self.found = tuple(map(str, outcome.said))
        self.state = "done"
        for sentence in self.found:
            log.error("%s", sentence)
        if not self.found:
            log.info("every line of the database is as it was written")

    def _failed(self, why: str) -> None:
        self.state = "failed"
        log.error("the database could not be looked at: %s", why)
