"""The pages of the section *Reports*, in the order of their tabs. One more is one module, and one line here."""

from __future__ import annotations

from admin.reports import day_sheet, definitions, exports_page, fairness, month, period, programs, told, visit
from admin.reports.page import ReportPage

PAGES: tuple[ReportPage, ...] = (
    day_sheet.PAGE,
    period.PAGE,
    month.PAGE,
    told.PAGE,
    fairness.PAGE,
    visit.PAGE,
    programs.PAGE,
    exports_page.PAGE,
    definitions.PAGE,
)
