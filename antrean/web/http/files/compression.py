"""Compresses responses with gzip: files once, kept in memory; pages each time they are rendered."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

COMPRESSED = frozenset({"text/css", "text/html", "text/javascript", "application/javascript", "image/svg+xml"})
LEAST_BYTES = 800  # below that the headers are larger than the saving
FILE_LEVEL, PAGE_LEVEL = 9, 5


def compress_texts(app: Flask) -> None:
    """Compress texts for browsers that accept gzip."""
    app.after_request(Compressor().compressed)


class Compressor:
    """Keeps each compressed file for as long as its ETag stays the same."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, bytes]] = {}  # path -> ETag, compressed bytes

    def compressed(self, answer: Response) -> Response:
        """Return the response, compressed when the browser accepts it.

        The ETag of a file is weak and the same whether compressed or not, so that both kinds of copies are found to be
        current. A part of a file (Range) is never compressed.
        """
        if answer.mimetype not in COMPRESSED or answer.status_code not in (200, 304):
            return answer
        answer.vary.add("Accept-Encoding")
        etag, _weak = answer.get_etag()
        if etag is not None:
            answer.set_etag(etag, weak=True)
        wanted = request.accept_encodings.quality("gzip") > 0 and "Range" not in request.headers
        if answer.status_code == 200 and wanted and "Content-Encoding" not in answer.headers:
            if etag is not None:
                self._set(answer, self._packed_file(answer, etag))
            elif len(answer.get_data()) >= LEAST_BYTES:
                self._set(answer, gzip.compress(answer.get_data(), PAGE_LEVEL, mtime=0))
        return answer

    def _packed_file(self, answer: Response, etag: str) -> bytes:
        known, body = self._files.get(request.path, ("", b""))
        if known != etag:
            body = gzip.compress(answer.get_data(), FILE_LEVEL, mtime=0)
            self._files[request.path] = etag, body
        return body

    def _set(self, answer: Response, body: bytes) -> None:
        answer.set_data(body)
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers.pop("Accept-Ranges", None)
