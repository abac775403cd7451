"""The draft of an office: what the first start has been told so far, kept in a private file of the data folder.

It can be left at any step and gone on with, also after the hub was started anew. No password is part of it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from antrean.storage.private_files import new_private_file, private_folder

log = logging.getLogger(__name__)
FILE = "first_start.json"
# In the order in which they are asked. Each is a page.
STEPS = (
    "language", "office_name", "time_zone", "kind", "services", "counters", "counter_names", "hours", "administrator",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been told. `done` are the steps that have been, the rest of the fields is what they ask.

    `languages` are the office's, its own first. `kind` is the code of an office template. Of its services, `left_out`
    are the codes of those that are switched off, `names` are by code and language where they are not the template's,
    and `added` are the names of further ones. `counter_names` may be more than `counters`; the number decides. `week`
    is as a plan writes it, and empty where the office has no opening hours. `anew` says that a new office is wanted
    where another one has been.
    """

    language: str = ""
    languages: tuple[str, ...] = ()
    office_name: str = ""
    time_zone: str = ""
    kind: str = ""
    left_out: tuple[str, ...] = ()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    counters: int = 0
    counter_names: tuple[str, ...] = ()
    week: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    administrator: str = ""
    anew: bool = False
    done: tuple[str, ...] = ()

    def next_step(self) -> str:
        """Return the first step that has not been; "" when all have."""
        return next((step for step in STEPS if step not in self.done), "")

    def may_show(self, step: str) -> bool:
        """Whether a step has been, or is the next one."""
        return step in self.done or step == self.next_step()


def read_draft(folder: Path) -> Draft:
    """Return the draft in a data folder; an empty one where there is none, or one that can't be read."""
    file = folder / FILE
    try:
        return _draft(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Draft()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        log.warning("%s can't be read, and the first start begins anew: %s", file, error)
        return Draft()


def keep_draft(folder: Path, draft: Draft) -> None:
    """Write the draft into the data folder."""
    private_folder(folder)
    with new_private_file(folder / FILE, replace=True) as out:
        out.write(json.dumps(asdict(draft), ensure_ascii=False).encode())


def digest_of(draft: Draft, password_hash: str) -> str:
    """Return what tells this draft and its administrator's password from every other."""
    said = json.dumps([asdict(draft), password_hash], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def forget_draft(folder: Path) -> None:
    """Remove the draft: the office is there."""
    (folder / FILE).unlink(missing_ok=True)


def _draft(said: Mapping[str, Any]) -> Draft:
    """Return the draft of stored values; raises ValueError or TypeError for what is none."""
    known = {one.name: one for one in fields(Draft)}
    usual = Draft()
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name not in known:
            raise ValueError(name)
        found[name] = _read(value, getattr(usual, name))
    return Draft(**{**found, "done": tuple(step for step in found.get("done", ()) if step in STEPS)})


def _read(value: Any, usual: object) -> object:
    if isinstance(usual, tuple):
        return tuple(_text(one) for one in value)
    if isinstance(usual, Mapping):
        return {_text(key): _inner(inner) for key, inner in value.items()}
    if isinstance(usual, bool):
        if not isinstance(value, bool):
            raise ValueError(value)
        return value
    if isinstance(usual, int):
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(value)
        return value
    return _text(value)


def _inner(value: Any) -> object:
    if isinstance(value, list):
        return tuple(_text(one) for one in value)
    return {_text(key): _text(words) for key, words in value.items()}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value
