"""A report as a file: what its links give, and who gets them."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pikepdf
import pytest

from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.played_day import PlayedDay

MONTH = "/admin/reports/month"


@pytest.fixture
def played(hub: OfficeHub, clock: SetClock) -> OfficeHub:
    """An office in which six were served, one did not come, one left, one was sent on and one waits."""
    day = PlayedDay(hub, clock)
    day.play()
    day.follow()
    return hub


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_csv_is_a_file_for_each_table_and_one_by_its_name(played: OfficeHub) -> None:
    dewi = played.as_staff("Dewi")
    answer = dewi.get(f"{MONTH}?as=csv")
    assert answer.mimetype == "application/zip"
    month = played.office.business_day().strftime("%Y-%m")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="month-{month}.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["month.csv", "services.csv", "days.csv", "outages.csv"]
        (sums,) = read(archive.read("month.csv"))
    assert (sums["tickets"], sums["served"], sums["no_show"], sums["left"]) == ("10", "6", "1", "1")
    services = read(dewi.get(f"{MONTH}?as=csv&table=services").data)
    assert {one["service"]: one["tickets"] for one in services} == {"card": "10", "birth": "1"}


@pytest.mark.parametrize("wrong", ["as=doc", "as=csv&table=none", "month=2026-13"])
def test_another_way_table_or_month_is_refused(played: OfficeHub, wrong: str) -> None:
    answer = played.as_staff("Dewi").get(f"{MONTH}?{wrong}", headers={"Accept": "application/json"})
    assert answer.status_code == 422


@pytest.mark.slow
def test_the_same_page_comes_as_a_workbook_and_as_a_pdf(played: OfficeHub) -> None:
    fajar = played.as_staff("Fajar")
    book = openpyxl.load_workbook(io.BytesIO(fajar.get(f"{MONTH}?as=xlsx").data))
    assert book.sheetnames == ["month", "services", "days", "outages"]
    assert book["month"]["A2"].value == 10
    answer = fajar.get(f"{MONTH}?as=pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert str(pdf.Root.Lang) == "id"
        described: list[Any] = [one.Alt for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
        assert any("Nomor per hari" in str(words) for words in described)


def test_a_month_is_told_in_words_and_without_small_counts_where_it_is_published(
    played: OfficeHub, clock: SetClock
) -> None:
    dewi = played.as_staff("Dewi")
    told = text_of(dewi.get(MONTH).text)
    assert "Bulan ini belum berakhir" in told
    published = dewi.get(f"{MONTH}?published=1").text
    assert "Angka di bawah 5 tidak ditampilkan" in text_of(published)
    (sums,) = read(dewi.get(f"{MONTH}?published=1&as=csv&table=month").data)
    assert (sums["tickets"], sums["no_show"], sums["left"]) == ("10", "", "")
    before = (played.office.business_day().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    assert "Tidak ada kunjungan pada bulan ini" in text_of(dewi.get(f"{MONTH}?month={before}").text)


def test_an_operator_gets_no_report(hub: OfficeHub) -> None:
    assert hub.as_staff("Ani").get(f"{MONTH}?as=csv").status_code == 403
