"""The build id, by which screens notice that they have to load themselves again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def build_id(folders: Iterable[Path]) -> str:
    """Return an id that changes when any file in these folders that a screen loads has changed."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".css", ".js", ".html", ".py", ".mo") and "__pycache__" not in file.parts:
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]
