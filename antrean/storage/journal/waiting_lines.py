"""Lines about security that are not journalled yet, in a file, so that a killed hub loses few of them."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from antrean.queueing.security.events import SecurityNoted
from antrean.storage.private_files import new_private_file

log = logging.getLogger(__name__)
NAME = "security.waiting.json"


def new_id() -> str:
    """Return a request's id for a line, so that it is never written twice."""
    return f"security-{secrets.token_hex(8)}"


@dataclass(slots=True)
class WaitingLine:
    """One line that is to be written, by whom and from which addresses; `tried` is how often it was refused."""

    noted: SecurityNoted
    actor: str
    addresses: tuple[str, ...]
    id: str = field(default_factory=new_id)
    tried: int = 0


def write_waiting(folder: Path, lines: Sequence[WaitingLine]) -> None:
    """Keep the lines in a data folder, all or those from before; none leave no file."""
    file = folder / NAME
    if not lines:
        file.unlink(missing_ok=True)
        return
    with new_private_file(file, replace=True) as out:
        out.write(json.dumps([asdict(line) for line in lines], ensure_ascii=False).encode())


def read_waiting(folder: Path) -> list[WaitingLine]:
    """Return the lines that a hub before this one kept; what can't be read counts as none and is told in the log."""
    try:
        return [_line(told) for told in json.loads((folder / NAME).read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("%s can't be read and is passed over: %s", NAME, error)
        return []


def _line(told: dict[str, Any]) -> WaitingLine:
    texts = (told["actor"], told["id"], *told["addresses"])
    noted = SecurityNoted(**told["noted"])
    if not all(isinstance(text, str) for text in texts) or not isinstance(noted.count, int):
        raise TypeError("not what was written")
    return WaitingLine(noted, told["actor"], tuple(told["addresses"]), told["id"])
