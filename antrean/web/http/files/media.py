"""Receives uploaded pictures and videos, and sends stored ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import IO, Any

from flask import Request, Response, send_from_directory
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from antrean.hub.media import KEPT, MAX_VIDEO, PIECE, Media, Upload
from antrean.queueing.errors import Invalid, QueueError, Unknown
from antrean.web.http.forms import Fields, body, only
from antrean.web.limits.rate_limit import MAX_BODY

MAX_UPLOAD = MAX_VIDEO + 1_000_000
MAX_BACKUP = 2_000_000_000  # a busy year is some hundred million
MOST_READ_ON = 10 * MAX_UPLOAD  # of an upload that is refused
MOST_PARTS = 60
Incoming = Callable[[int], AbstractContextManager[Callable[[], Upload]]]
TYPES = {"jpg": "image/jpeg", "mp4": "video/mp4", "webm": "video/webm"}


@contextmanager
def received(media: Media, request: Request, names: Sequence[str]) -> Iterator[tuple[Fields, Upload | None]]:
    """Give the fields of a form and the file that came with it, which is removed afterwards unless it was kept.

    `names` are the fields that the form may have. The file is written to the data folder while it comes. Refuses what
    is too large, an upload that finds no space, and (Busy) more than two uploads at once.
    """
    with received_by(media.incoming, request, names, MAX_UPLOAD) as found:
        yield found


@contextmanager
def received_by(
    incoming: Incoming, request: Request, names: Sequence[str], most: int
) -> Iterator[tuple[Fields, Upload | None]]:
    """Give the same, of at most so many bytes in all; `incoming` gives what opens the file, and takes it away."""
    if request.mimetype != "multipart/form-data":
        yield body(*names), None
        return
    request.max_content_length = most
    if request.content_length is not None and request.content_length > most:
        _read_on(request.environ["wsgi.input"], request.content_length)
        raise Invalid("body_too_large")
    try:
        with incoming(request.content_length or PIECE) as opened:
            uploads: list[Upload] = []

            def stream(*_: Any, **__: Any) -> IO[bytes]:
                uploads.append(opened())
                return uploads[0]  # type: ignore[return-value]

            fields, files = _parsed(request, stream, most)
            given = next((one for one in files if one.filename), None)
            yield only(Fields(fields, written=True), names), uploads[0] if given is not None and uploads else None
    except RequestEntityTooLarge:
        _read_on(request.stream)
        raise Invalid("body_too_large") from None
    except QueueError:
        _read_on(request.stream)
        raise


def send(media: Media, name: str) -> Response:
    """Return a stored file; its name is the hash of its content, so a browser of the office may keep it."""
    found = KEPT.fullmatch(name)
    if found is None:
        raise Unknown("not_found")
    response = send_from_directory(media.folder, name, mimetype=TYPES[found[1]])
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _parsed(request: Request, opened: Callable[..., IO[bytes]], most: int) -> tuple[dict[str, Any], list[FileStorage]]:
    parser = FormDataParser(
        stream_factory=opened,
        max_form_memory_size=2 * MAX_BODY,  # the parser counts a piece of the file, too, with what is left of the last
        max_content_length=most,
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
    """Read what the browser still sends, so that it receives the refusal instead of a reset connection."""
    left = min(left, MOST_READ_ON)
    with suppress(HTTPException, OSError):
        while left > 0 and (piece := stream.read(min(left, 65536))):
            left -= len(piece)
