"""The build: what browsers load, and an id by which screens notice that they have to load themselves again."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from antrean.storage.private_files import new_private_file, private_folder

log = logging.getLogger(__name__)
SHOWS = (".css", ".js", ".html", ".py", ".mo", ".svg", ".woff2")  # what a screen is made of
SERVED = (".css", ".js", ".svg", ".woff2", ".txt")
VENDORED = "vendor"
# Comments and indentation are a fifth of what our scripts and sheets weigh, and browsers do nothing with them.
UNREAD = re.compile(rb"^[ \t]*(?:/\*.*?\*/[ \t]*\n)?[ \t]*", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Build:
    """The files of one build that browsers load, by their path in the project, such as `kiosk/static/kiosk.js`."""

    id: str
    files: Mapping[str, bytes]


def read_build(root: Path, folders: Iterable[Path]) -> Build:
    """Return the build in these folders of the project at `root`.

    Its id changes when any file that a screen loads or is made of has changed. Our own scripts and sheets are without
    indentation and the comments that begin a line.
    """
    digest = hashlib.sha256()
    files = {}
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix not in (*SHOWS, *SERVED) or "__pycache__" in file.parts:
                continue
            content = file.read_bytes()
            if file.suffix in SHOWS:
                digest.update(file.name.encode() + content)
            if file.suffix in SERVED and "static" in file.relative_to(folder).parts:
                files[file.relative_to(root).as_posix()] = _without_unread(file, content)
    return Build(digest.hexdigest()[:12], files)


def _without_unread(file: Path, content: bytes) -> bytes:
    if file.suffix not in (".css", ".js") or VENDORED in file.parts:
        return content
    return UNREAD.sub(b"", content)


def keep_build(build: Build, folder: Path) -> Build | None:
    """Keep the files of a build in a folder, and return the build before it, None when there is none.

    Only one before is kept. A build that can't be kept or read is logged: pages that still show it then load themselves
    again when they miss a file.
    """
    own = folder / f"{build.id}.zip"
    try:
        private_folder(folder)
        if own.exists():
            os.utime(own)
        else:
            _write(build, own)
        kept = sorted(folder.glob("*.zip"), key=lambda file: (file == own, file.stat().st_mtime_ns), reverse=True)
        before, older = kept[1:2], kept[2:]
        for file in older:
            file.unlink(missing_ok=True)
        return _read(before[0]) if before else None
    except (OSError, zipfile.BadZipFile):
        log.exception("the files of a build could not be kept in %s", folder)
        return None


def _write(build: Build, file: Path) -> None:
    with (
        new_private_file(file, replace=True) as out,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as kept,
    ):
        for name, content in build.files.items():
            kept.writestr(name, content)


def _read(file: Path) -> Build:
    with zipfile.ZipFile(file) as kept:
        return Build(file.stem, {name: kept.read(name) for name in kept.namelist()})
