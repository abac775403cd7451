"""AgentTimings: how long the print agent waits for what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgentTimings:
    """How long the agent waits for what, in seconds.

    `idle_check_s`, `not_ready_check_s`: between two status checks of a printer that is well, or is not. The office is
    warned of a fault within one such interval. `silent_check_s`: the same for a printer that cannot report its status.
    `again_s`: until a printer that left a question unanswered is asked again, before its silence is believed.
    `hold_s`: how long a printer that ran out of paper in the middle of a slip may take to go on with it.
    `foreign_grace_s`: after this time a slip claimed by an unknown agent counts as abandoned.
    `stale_status_s`: a status older than this is asked for again before a slip is sent.
    """

    idle_check_s: float = 3.0
    not_ready_check_s: float = 3.0
    silent_check_s: float = 30.0
    again_s: float = 1.0
    hold_s: float = 60.0
    foreign_grace_s: float = 60.0
    stale_status_s: float = 2.0


STANDARD_TIMINGS = AgentTimings()
