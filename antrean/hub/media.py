"""Media: the pictures and videos that displays show, written to disk, checked by their structure, named by their hash.

Uploads have a quota and leave a minimum of free space, so that no upload keeps the office from issuing tickets.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from antrean.hub.async_mode import AsyncMode
from antrean.hub.heavy import video
from antrean.hub.heavy.work import HeavyWork
from antrean.hub.lane import Busy
from antrean.queueing.errors import Invalid, Refused

MAX_PICTURE = 15_000_000
MAX_VIDEO = 100_000_000
AT_ONCE = 2
PIECE = 1 << 20
KEPT = re.compile(r"[0-9a-f]{32}\.(jpg|mp4|webm)")


class Media:
    """The pictures and videos of one hub, in its data folder.

    `quota` and `floor` are bytes: of all files together, and of space left free on the disk.
    """

    def __init__(self, data: Path, mode: AsyncMode, heavy: HeavyWork, quota: int, floor: int) -> None:
        self._folder = data / "media"
        self._incoming = data / "media_incoming"
        self._mode = mode
        self._heavy = heavy
        self._quota = quota
        self._floor = floor
        self._coming: dict[object, int] = {}  # uploads at hand and what they may still bring

    @contextmanager
    def incoming(self, length: int) -> Iterator[Callable[[], Upload]]:
        """Give what opens the one file of an upload of so many bytes; it is removed afterwards unless it was kept.

        Refuses an upload that finds no space, a second file (`bad_request`) and (Busy) more than two uploads at once.
        """
        if len(self._coming) >= AT_ONCE:
            raise Busy
        mark, uploads = object(), list[Upload]()

        def opened() -> Upload:
            uploads.append(Upload(self._incoming / secrets.token_hex(16), self._mode, self._look_for_space))
            if len(uploads) > 1:
                raise Invalid("bad_request")
            return uploads[0]

        self._coming[mark] = length
        try:
            self._mode.run_blocking(self._look_for_space)
            yield opened
        finally:
            del self._coming[mark]
            for upload in uploads:
                upload.close()

    def keep(self, upload: Upload, asker: str) -> tuple[str, str]:
        """Keep an upload; return its kind (picture or video) and file name.

        Refuses what is neither a picture nor an MP4 or WebM video. Pictures are drawn anew at the size of a
        television, so that nothing else that their files held is passed on.
        """
        kind = video.kind_of(upload.head)
        if kind:
            self._heavy.do(asker, "film", source=str(upload.path), kind=kind)
            return "video", self._mode.run_blocking(self._named, upload.path, f"{upload.digest()[:32]}.{kind}")
        if upload.size > MAX_PICTURE:
            raise Invalid("body_too_large")
        drawn = upload.path.with_suffix(".drawn")
        try:
            self._heavy.do(asker, "picture", last=True, source=str(upload.path), target=str(drawn))
            return "picture", self._mode.run_blocking(self._keep_picture, drawn)
        finally:
            drawn.unlink(missing_ok=True)

    def drop(self, name: str) -> None:
        """Remove a stored file; one that is gone already is fine."""
        if KEPT.fullmatch(name):
            (self._folder / name).unlink(missing_ok=True)

    @property
    def folder(self) -> Path:
        """The folder of the stored files."""
        return self._folder

    def sweep(self) -> None:
        """Remove what uploads left behind when the hub was killed; another hub's uploads are locked and stay."""
        left = [*self._folder.glob("tmp*"), *self._incoming.glob("*")]
        for file in left:
            with suppress(OSError), file.open("rb") as opened:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                file.unlink()

    def _look_for_space(self, written: int = 0) -> None:
        """Refuse what would go over the quota or under the floor of free space; blocking."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        coming = sum(self._coming.values())
        used = sum(file.stat().st_size for file in self._folder.iterdir())
        if used + coming > self._quota:
            raise Refused("media_full", limit=self._quota // 1_000_000)
        if shutil.disk_usage(self._folder).free + written - coming < self._floor:
            raise Refused("disk_nearly_full")

    def _keep_picture(self, drawn: Path) -> str:
        return self._named(drawn, hashlib.sha256(drawn.read_bytes()).hexdigest()[:32] + ".jpg")

    def _named(self, written: Path, name: str) -> str:
        written.chmod(0o644)
        os.replace(written, self._folder / name)
        return name


class Upload:
    """One file that is being received. It is written to disk in pieces of a megabyte in another thread."""

    def __init__(
        self, path: Path, mode: AsyncMode, look_for_space: Callable[[int], None], most: int | None = None
    ) -> None:
        self.path = path
        self._most = MAX_VIDEO if most is None else most
        self.size = 0
        self.head = b""
        self._mode = mode
        self._look_for_space = look_for_space
        self._digest = hashlib.sha256()
        self._waiting = bytearray()
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)  # tells `sweep` that this file is still being written

    def write(self, piece: bytes) -> int:
        """Add the next piece. Refuses (`body_too_large`) more than it may have, which is what a video may."""
        if len(self.head) < 16:
            self.head += piece[: 16 - len(self.head)]
        self._waiting += piece
        if self.size + len(self._waiting) > self._most:
            raise Invalid("body_too_large")
        if len(self._waiting) >= PIECE:
            self._mode.run_blocking(self._flush)
        else:
            self._mode.let_others()
        return len(piece)

    def seek(self, _place: int, _whence: int = 0) -> int:
        """Write what is left: the form's parser goes back to the beginning when a file has come whole."""
        self._mode.run_blocking(self._flush)
        return 0

    def digest(self) -> str:
        """Return the hash of what was written."""
        return self._digest.hexdigest()

    def close(self) -> None:
        """Remove the file unless it was kept under another name."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _flush(self) -> None:
        self._look_for_space(self.size)
        piece, self._waiting = bytes(self._waiting), bytearray()
        self._digest.update(piece)
        view = memoryview(piece)
        try:
            while view:
                view = view[self._file.write(view) or 0 :]
        except OSError:
            raise Refused("disk_nearly_full") from None
        self.size += len(piece)
