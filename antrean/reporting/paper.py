"""Makes a PDF of a page: tagged, with its language and the words of its drawings.

Only processes beside the hub import this. Where Pango is not on the machine, importing it raises OSError.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, SubElement

import weasyprint
from weasyprint.urls import URLFetcher, URLFetcherResponse

SVG = "{http://www.w3.org/2000/svg}"
VARIANT = "pdf/ua-1"
HERE = "http://hub.invalid/"  # where the page stands, by its own addresses; nothing is asked there
KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
FACE = re.compile(r"@font-face\s*{[^}]*}")
FACE_HAS = re.compile(r"unicode-range:([^;}]*)")
OF_EVERY_PAGE = " 0123456789/"  # what the sheet for paper writes


class StaticFiles(URLFetcher):
    """Gives the static files of the program in the folder `root`, and nothing else: no network, no other file.

    Sheets come without the typefaces in which none of the `letters` is written: each that a sheet names is unpacked,
    and that took more than half of the time of a PDF.
    """

    def __init__(self, root: Path, letters: Collection[str]) -> None:
        super().__init__(fail_on_errors=False)
        self._root = root
        self._letters = letters

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the file of an address. Refuses (ValueError) what is no static file of the program."""
        file = self._root / static_path(url)
        content = file.read_bytes()
        if file.suffix == ".css":
            content = wanted_faces(content.decode(), self._letters).encode()
        return URLFetcherResponse(url, content, {"Content-Type": KINDS[file.suffix]})


def wanted_faces(sheet: str, letters: Collection[str]) -> str:
    """Return a sheet of styles without the typefaces that have none of these letters."""
    codes = [ord(one) for one in letters]

    def kept(face: re.Match[str]) -> str:
        has = FACE_HAS.search(face[0])
        return face[0] if has is None or any(_has(one, codes) for one in has[1].split(",")) else ""

    return FACE.sub(kept, sheet)


def _has(span: str, codes: Collection[int]) -> bool:
    """Return whether one of the codes lies in a span such as `U+0600-06FF` or `U+2212`."""
    first, _, last = span.strip().removeprefix("U+").partition("-")
    return any(int(first, 16) <= code <= int(last or first, 16) for code in codes)


def static_path(address: str) -> PurePosixPath:
    """Return the path in the program of `/static/BUILD/path`. Refuses (ValueError) all other addresses."""
    parts = PurePosixPath(unquote(urlsplit(address).path)).parts
    own = address.startswith(HERE) and parts[1:2] == ("static",) and "static" in parts[3:-1]
    if not own or ".." in parts or PurePosixPath(parts[-1]).suffix not in KINDS:
        raise ValueError(f"{address} is no static file")
    return PurePosixPath(*parts[3:])


def _describe(drawing: Element) -> None:
    """Put what a drawing shows behind its title: the title alone becomes the words that stand for it in the file.

    One that says nothing gets a blank, so that readers pass over it.
    """
    title, shows = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
    if title is None:
        title = SubElement(drawing, f"{SVG}title")
    words = [one.text.strip() for one in (title, shows) if one is not None and one.text]
    title.text = ". ".join(words) or " "


def pdf_of(page: str, sheet: str, root: Path) -> bytes:
    """Return the PDF of a page as HTML; `sheet` is the path of a sheet of styles for paper."""
    words = unescape(page)
    files = StaticFiles(root, {*words, *words.upper(), *OF_EVERY_PAGE})
    document = weasyprint.HTML(string=page, base_url=HERE, url_fetcher=files)
    for drawing in document.etree_element.iter(f"{SVG}svg"):
        _describe(drawing)
    paper = weasyprint.CSS(url=f"{HERE}static/-/{sheet}", url_fetcher=files)
    content: bytes = document.write_pdf(stylesheets=[paper], pdf_variant=VARIANT)
    return content
