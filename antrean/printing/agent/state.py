"""AgentState: what the print agent keeps on disk about one printer, so that it survives the agent's death."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

MOST_PRINTED = 400  # more than an office prints between two backups; each slip writes them anew


@dataclass
class AgentState:
    """What survives the agent's death.

    `run`: the id of the agent's run. `results`: those the hub has not taken yet. `clean`: the agent ended in order and
    left no slip half printed. `printed`: the last jobs that may be on paper, oldest first. `head`: the newest line of
    the hub's journal that a slip came with; the agent reports it again in case the hub has lost that line.
    """

    run: str = ""
    results: list[dict[str, Any]] = field(default_factory=list)
    clean: bool = True
    printed: list[str] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)

    def remember(self, job: str) -> None:
        """Note that a job may be on paper."""
        self.printed = [*self.printed[1 - MOST_PRINTED :], job]


def read_state(path: Path) -> AgentState:
    """Return the state stored in a file; an empty one when the file is missing or torn."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        results = [dict(result) for result in data["results"]]
        printed = [str(job) for job in data.get("printed", ())]
        return AgentState(str(data["run"]), results, bool(data["clean"]), printed, dict(data.get("head", {})))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return AgentState()


def write_state(path: Path, state: AgentState) -> None:
    """Store the state in a file, whole, and return when it is on disk."""
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(state), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def printed_jobs(data_folder: Path) -> list[str]:
    """Return the jobs that the print agents of a data folder remember to have printed."""
    return [job for path in sorted(data_folder.glob("printer-*.json")) for job in read_state(path).printed]
