"""What a PDF of a page is made of: only the typefaces that write something on it are unpacked."""

from __future__ import annotations

from pathlib import Path

import pytest

from antrean.reporting.paper import HERE, StaticFiles, pdf_of, wanted_faces

ROOT = Path(__file__).parents[2]
FONTS = "antrean/web/static/fonts.css"
SHEET = "admin/reports/static/paper.css"
PAGE = f"""<!doctype html><html lang="id"><head><title>Laporan</title>
<link rel="stylesheet" href="/static/-/{FONTS}"></head>
<body style="font-family: 'Atkinson Hyperlegible Next', 'Beside Latin'"><p>%s</p></body></html>"""
LATIN = ["latin-400", "latin-700"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Lama menunggu 1.200", LATIN),
        ("Łódź", [*LATIN, "latin-ext-400", "latin-ext-700"]),
        ("&#xA9B2;", [*LATIN, "javanese-400", "javanese-700"]),
        ("\u062f", [*LATIN, "arabic-400", "arabic-700"]),
    ],
    ids=["latin", "letters beside it", "by its number", "arabic"],
)
def test_only_typefaces_with_letters_of_the_page_are_read(
    words: str, wanted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    fetch = StaticFiles.fetch

    def noted(files: StaticFiles, url: str, headers: object = None) -> object:
        read.append(url)
        return fetch(files, url, headers)

    monkeypatch.setattr(StaticFiles, "fetch", noted)
    assert pdf_of(PAGE % words, SHEET, ROOT).startswith(b"%PDF")
    faces = [url.removesuffix("-normal.woff2") for url in read if url.endswith(".woff2")]
    assert sorted(faces) == sorted(one for one in faces if one.endswith(tuple(f"-{name}" for name in wanted)))
    assert len(faces) == len(wanted)


def test_a_typeface_that_names_no_letters_stays() -> None:
    face = '@font-face { font-family: "Own"; src: url("own.woff2"); }'
    assert wanted_faces(f"p {{ color: red }} {face}", "a") == f"p {{ color: red }} {face}"


def test_the_rest_of_a_sheet_stays_as_it_is() -> None:
    sheet = (ROOT / FONTS).read_text(encoding="utf-8")
    left = wanted_faces(sheet, "a")
    assert left.startswith(sheet[:60])
    assert left.count("@font-face") == 2
    assert wanted_faces(sheet, "").count("@font-face") == 0
    content = StaticFiles(ROOT, "a").fetch(f"{HERE}static/-/{FONTS}").read().decode()
    assert content == left
