"""Pictures and videos that displays show: received on disk, checked by their structure, kept under their hash.

Uploads have a quota and leave a floor of free space, so that numbers go on whatever is uploaded.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from flask import Request, Response, send_from_directory
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from antrean.hub.async_mode import AsyncMode
from antrean.hub.heavy import video
from antrean.hub.heavy.work import HeavyWork
from antrean.hub.lane import Busy
from antrean.queueing.errors import Invalid, QueueError, Refused, Unknown
from antrean.web.http.forms import Fields, body, only
from antrean.web.limits.rate_limit import MAX_BODY

MAX_PICTURE = 15_000_000
MAX_VIDEO = 100_000_000
MAX_UPLOAD = MAX_VIDEO + 1_000_000
AT_ONCE = 2
MOST_READ_ON = 10 * MAX_UPLOAD  # of an upload that is refused
MOST_PARTS = 60
PIECE = 1 << 20
KEPT = re.compile(r"[0-9a-f]{32}\.(jpg|mp4|webm)")
TYPES = {"jpg": "image/jpeg", "mp4": "video/mp4", "webm": "video/webm"}


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
    def received(self, request: Request, names: Sequence[str]) -> Iterator[tuple[Fields, Upload | None]]:
        """Give the fields of a form and the file that came with it, which is gone afterwards unless it was kept.

        `names` are those of the fields that it may have.
        The file is written to the data folder as it comes. Refuses what is too large, what finds no space, and
        (Busy) more than two uploads at once.
        """
        if request.mimetype != "multipart/form-data":
            yield body(*names), None
            return
        request.max_content_length = MAX_UPLOAD
        if request.content_length is not None and request.content_length > MAX_UPLOAD:
            _read_on(request.environ["wsgi.input"], request.content_length)
            raise Invalid("body_too_large")
        if len(self._coming) >= AT_ONCE:
            _read_on(request.stream)
            raise Busy
        mark, uploads = object(), []
        self._coming[mark] = request.content_length or PIECE
        try:
            self._mode.run_blocking(self._look_for_space)

            def opened(*_: Any, **__: Any) -> IO[bytes]:
                uploads.append(Upload(self._incoming / secrets.token_hex(16), self._mode, self._look_for_space))
                if len(uploads) > 1:
                    raise Invalid("bad_request")
                return uploads[0]  # type: ignore[return-value]

            fields, files = _parsed(request, opened)
            given = next((one for one in files if one.filename), None)
            yield only(Fields(fields, written=True), names), uploads[0] if given is not None and uploads else None
        except RequestEntityTooLarge:
            _read_on(request.stream)
            raise Invalid("body_too_large") from None
        except QueueError:
            _read_on(request.stream)
            raise
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
        """Take a stored file away; one that is gone already is fine."""
        if KEPT.fullmatch(name):
            (self._folder / name).unlink(missing_ok=True)

    def give(self, name: str) -> Response:
        """Return a stored file; its name is the hash of its content, so a browser of the office may keep it."""
        found = KEPT.fullmatch(name)
        if found is None:
            raise Unknown("not_found")
        answer = send_from_directory(self._folder, name, mimetype=TYPES[found[1]])
        answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
        return answer

    def sweep(self) -> None:
        """Take away what uploads left behind when the hub was killed; another hub's uploads are locked and stay."""
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
    """One file on its way to disk, written off the loop a megabyte at a time: nobody else waits for the disk."""

    def __init__(self, path: Path, mode: AsyncMode, look_for_space: Callable[[int], None]) -> None:
        self.path = path
        self.size = 0
        self.head = b""
        self._mode = mode
        self._look_for_space = look_for_space
        self._digest = hashlib.sha256()
        self._waiting = bytearray()
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)  # so that a sweep knows that somebody still writes here

    def write(self, piece: bytes) -> int:
        """Take the next piece. Refuses one beyond what a video may have."""
        if len(self.head) < 16:
            self.head += piece[: 16 - len(self.head)]
        self._waiting += piece
        if self.size + len(self._waiting) > MAX_VIDEO:
            raise RequestEntityTooLarge
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
        """Take the file away unless it was kept under another name."""
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


def _parsed(request: Request, opened: Callable[..., IO[bytes]]) -> tuple[dict[str, Any], list[FileStorage]]:
    parser = FormDataParser(
        stream_factory=opened,
        max_form_memory_size=MAX_BODY,
        max_content_length=MAX_UPLOAD,
        max_form_parts=MOST_PARTS,
        silent=False,
    )
    try:
        _, form, files = parser.parse(
            request.stream, request.mimetype, request.content_length, dict(request.mimetype_params)
        )
    except ValueError:
        raise Invalid("bad_request") from None
    return form.to_dict(), list(files.values())


def _read_on(stream: IO[bytes], left: int = MAX_UPLOAD) -> None:
    """Read what the browser still sends, so that it hears the refusal instead of a reset connection."""
    left = min(left, MOST_READ_ON)
    with suppress(HTTPException, OSError):
        while left > 0 and (piece := stream.read(min(left, 65536))):
            left -= len(piece)
