"""The build: what browsers load, and an id by which screens notice that they have to load themselves again."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from antrean.storage.private_files import new_private_file, private_folder

log = logging.getLogger(__name__)
SHOWS = (".css", ".js", ".html", ".py", ".mo", ".svg", ".woff2")  # what a screen is made of
SERVED = (".css", ".js", ".svg", ".woff2", ".txt")
PACKED_OF = {".js": "static", ".css": "static", ".html": "templates"}  # suffix -> folder


@dataclass(frozen=True, slots=True)
class Build:
    """The files of one build that browsers load, by their path in the project, such as `kiosk/static/kiosk.js`."""

    id: str
    files: Mapping[str, bytes]


def read_build(root: Path, folders: Iterable[Path], packed: Path | None = None) -> Build:
    """Return the build in these folders of the project at `root`.

    Its id changes when any file that a screen loads or is made of has changed. Scripts and sheets are those in the file
    `packed`, which antrean/web/pack.mjs writes. Where that was made of others than the folders hold now, all are as
    they are written: nobody is shown a script of yesterday.
    """
    digest = hashlib.sha256()
    files: dict[str, bytes] = {}
    written: dict[str, str] = {}
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix not in (*SHOWS, *SERVED) or "__pycache__" in file.parts:
                continue
            content = file.read_bytes()
            within = file.relative_to(folder).parts
            if file.suffix in SHOWS:
                digest.update(file.name.encode() + content)
            if file.suffix in SERVED and "static" in within:
                files[file.relative_to(root).as_posix()] = content
            if PACKED_OF.get(file.suffix) in within:
                written[file.relative_to(root).as_posix()] = hashlib.sha256(content).hexdigest()
    for path, content in _packed(packed, written).items():
        digest.update(path.encode() + content)
        files[path] = content
    return Build(digest.hexdigest()[:12], files)


def _packed(file: Path | None, written: Mapping[str, str]) -> dict[str, bytes]:
    """Return what is packed by the path that it takes the place of, if it was made of what is written."""
    if file is None:
        return {}
    try:
        packed = json.loads(file.read_bytes())
        if packed["made_of"] == written:
            return {path: text.encode() for path, text in packed["files"].items()}
        why = "is older than a script, sheet or template"
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        why = f"can't be read ({error})"
    log.warning("scripts and sheets are served as they are written: %s %s; `make run` packs them", file, why)
    return {}


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
