"""What an address says is done with a service, or with what services need, on each screen that can wish it."""

from __future__ import annotations

from antrean.queueing.commands import (
    BeginOutage,
    CloseService,
    Command,
    EndOutage,
    LetNumbersGoOn,
    OpenService,
    PauseService,
    ResumeService,
)

SERVICE_COMMANDS: dict[str, type[Command]] = {
    "pause": PauseService,
    "resume": ResumeService,
    "close": CloseService,
    "open": OpenService,
    "go_on": LetNumbersGoOn,
}
OUTAGE_COMMANDS: dict[str, type[Command]] = {"begin": BeginOutage, "end": EndOutage}
