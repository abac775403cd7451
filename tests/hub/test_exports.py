"""Files that processes beside the hub make: workbooks, and PDF files that can be read aloud."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pikepdf
import pytest

from antrean.hub.async_mode import ThreadingMode
from antrean.hub.exports import PDF, XLSX, Exports
from antrean.queueing.errors import QueueError
from antrean.reporting.tables import Table, as_json

ROOT = Path(__file__).parents[2]
SHEET = "admin/reports/static/paper.css"
PAGE = """<!doctype html><html lang="id"><head><title>Laporan bulan November</title>
<link rel="stylesheet" href="/static/-/antrean/web/static/fonts.css">
<link rel="stylesheet" href="file:///etc/passwd"><link rel="stylesheet" href="/static/-/../../etc/passwd.css"></head>
<body style="font-family: 'Atkinson Hyperlegible Next'"><main><h1>Laporan</h1>
<img src="file:///etc/hostname" alt="none">
<svg role="img" viewBox="0 0 9 9" width="9" height="9"><title>Kedatangan</title><desc>Paling ramai pukul 09.00</desc>
<rect width="9" height="9"/></svg>
<table><tr><th scope="col">Layanan</th></tr><tr><td>Kartu</td></tr></table></main></body></html>"""


@pytest.fixture
def exports() -> Iterator[Exports]:
    made = Exports(ThreadingMode(), time.monotonic, time.sleep, ROOT, longest=300.0)
    yield made
    made.stop()


def test_a_workbook_has_a_sheet_for_each_table_with_texts_numbers_and_dates(exports: Exports) -> None:
    at = datetime(2026, 11, 30, 9, 15, tzinfo=ZoneInfo("Asia/Jakarta"))
    tables = [
        Table("services", ("day", "at", "service", "n", "share", "left"), [(at.date(), at, "=1+1", 3, 0.5, None)]),
        Table("counters", ("counter",), [("Loket 1",), ("https://example.org",)]),
    ]  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(exports.workbook("Eka", as_json(tables))))
    assert book.sheetnames == ["services", "counters"]
    rows = list(book["services"].iter_rows())
    assert [cell.value for cell in rows[0]] == ["day", "at", "service", "n", "share", "left"]
    assert [cell.value for cell in rows[1]] == [
        datetime(2026, 11, 30), datetime(2026, 11, 30, 9, 15), "=1+1", 3, 0.5, None,  # noqa: DTZ001 - a sheet has no zone
    ]  # fmt: skip
    assert [cell.data_type for cell in rows[1]] == ["d", "d", "s", "n", "n", "n"]
    assert [cell.value for cell in book["counters"]["A"]] == ["counter", "Loket 1", "https://example.org"]


def test_a_pdf_can_be_read_aloud(exports: Exports) -> None:
    with pikepdf.open(io.BytesIO(exports.paper("Eka", PAGE, SHEET))) as pdf:
        assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == ("id", True)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as about:
            assert (about["dc:title"], about["pdfuaid:part"]) == ("Laporan bulan November", "1")
        parts = [
            one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem"
        ]
        kinds = {str(one.S) for one in parts}
        assert kinds >= {"/Document", "/H1", "/Figure", "/Table", "/TH", "/TD"}
        assert "Kedatangan. Paling ramai pukul 09.00" in [str(one.Alt) for one in parts if "/Alt" in one]
        letters = {
            str(one.BaseFont) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one
        }
        assert any("Atkinson" in name for name in letters)


def test_a_machine_without_pango_says_which_package_it_lacks(
    exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = "raise OSError(\"cannot load library 'libpango-1.0-0'\")\n"
    (tmp_path / "weasyprint.py").write_text(lacking, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(QueueError) as refused:
        exports.paper("Eka", PAGE, SHEET)
    assert (refused.value.code, refused.value.status) == ("pdf_unavailable", 503)
    assert "libpangoft2-1.0-0" in str(refused.value)


def child(folder: Path, module: str, lines: str) -> None:
    """Write a process that takes the place of one of the hub's in this folder."""
    file = folder.joinpath(*module.split(".")).with_suffix(".py")
    file.parent.mkdir(parents=True, exist_ok=True)
    for package in file.relative_to(folder).parents:
        (folder / package / "__init__.py").touch()
    file.write_text("import json, resource, sys, time\nasked = json.load(sys.stdin)\n" + lines, encoding="utf-8")


@pytest.mark.parametrize(
    "lines",
    [
        "time.sleep(3600)",
        "resource.setrlimit(resource.RLIMIT_AS, (10**9, 10**9))\nheld = bytearray(2 * 10**9)",
        "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
    ],
    ids=["time", "memory", "processor"],
)
def test_one_that_takes_too_much_is_ended_and_refused_and_another_one_is_made(tmp_path: Path, lines: str) -> None:
    child(tmp_path, XLSX, lines)
    child(tmp_path, PDF, "json.dump({'file': 'JVBERg=='}, sys.stdout)")
    made = Exports(ThreadingMode(), time.monotonic, time.sleep, tmp_path, longest=3.0)
    try:
        with pytest.raises(QueueError) as refused:
            made.workbook("Eka", [])
        assert (refused.value.code, refused.value.status) == ("export_failed", 503)
        assert not made._processes[XLSX].running
    finally:
        made.stop()
    made = Exports(ThreadingMode(), time.monotonic, time.sleep, tmp_path, longest=300.0)
    try:
        assert made.paper("Eka", PAGE, SHEET) == b"%PDF"
    finally:
        made.stop()
