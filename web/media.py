"""Pictures and videos that displays show: checked by their content, made small, kept under their hash."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from queueing.errors import Invalid

MAX_PICTURE = 15_000_000
MAX_PIXELS = 60_000_000
MAX_VIDEO = 100_000_000
MAX_UPLOAD = MAX_VIDEO + 1_000_000
LARGEST_SIDE = 1920


def keep(folder: Path, upload: BinaryIO) -> tuple[str, str]:
    """Store an upload and return its kind (picture or video) and file name; blocking.

    Refuses what is neither a picture nor an MP4 or WebM video, and what is too large. Pictures are drawn anew at the
    size of a television, so that nothing else that their files held is passed on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    head = upload.read(16)
    upload.seek(0)
    if head[4:8] == b"ftyp":
        return "video", _copy(folder, upload, ".mp4")
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video", _copy(folder, upload, ".webm")
    return "picture", _draw(folder, upload)


def drop(folder: Path, name: str) -> None:
    """Take a stored file away; one that is gone already is fine."""
    (folder / Path(name).name).unlink(missing_ok=True)


def _copy(folder: Path, upload: BinaryIO, ending: str) -> str:
    if _size(upload) > MAX_VIDEO:
        raise Invalid("body_too_large")
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        while piece := upload.read(1 << 20):
            digest.update(piece)
            file.write(piece)
    return _name(folder, Path(file.name), digest.hexdigest()[:32] + ending)


def _draw(folder: Path, upload: BinaryIO) -> str:
    if _size(upload) > MAX_PICTURE:
        raise Invalid("body_too_large")
    try:
        with Image.open(io.BytesIO(upload.read()), formats=("JPEG", "PNG", "WEBP", "GIF")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Invalid("body_too_large")
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Invalid("value_invalid", field="file") from None
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=86, optimize=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        shutil.copyfileobj(io.BytesIO(drawn.getvalue()), file)
    return _name(folder, Path(file.name), hashlib.sha256(drawn.getvalue()).hexdigest()[:32] + ".jpg")


def _name(folder: Path, written: Path, name: str) -> str:
    written.chmod(0o644)
    os.replace(written, folder / name)
    return name


def _size(upload: BinaryIO) -> int:
    size = upload.seek(0, os.SEEK_END)
    upload.seek(0)
    return size
