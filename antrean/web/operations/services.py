"""What an address says is done with a service, on each screen on which that can be wished."""

from __future__ import annotations

from antrean.queueing.commands import CloseService, Command, OpenService, PauseService, ResumeService

SERVICE_COMMANDS: dict[str, type[Command]] = {
    "pause": PauseService,
    "resume": ResumeService,
    "close": CloseService,
    "open": OpenService,
}
