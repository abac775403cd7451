"""How a service stands today, said in one word as a supervisor does."""

from __future__ import annotations

from collections.abc import Mapping

from antrean.queueing.commands import CloseService, Command, OpenService, PauseService
from antrean.queueing.office import Office


def stands(office: Office, service: str, state: str, reasons: Mapping[str, str] | None = None) -> None:
    """Pause, close or open a service; the reasons are by language, and what an open one would give is passed over."""
    commands: dict[str, Command] = {
        "paused": PauseService(service=service, reasons=reasons),
        "closed": CloseService(service=service, reasons=reasons),
        "open": OpenService(service=service),
    }
    office.execute(commands[state])
