"""The pages of the section *Reports*, in the order of their tabs. One more is one module, and one line here."""

from __future__ import annotations

<<<<<<< HEAD
from admin.reports import day_sheet, definitions
from admin.reports.page import ReportPage

PAGES: tuple[ReportPage, ...] = (day_sheet.PAGE, definitions.PAGE)
=======
from admin.reports import definitions, month
from admin.reports.page import ReportPage

PAGES: tuple[ReportPage, ...] = (month.PAGE, definitions.PAGE)
>>>>>>> b56bb065 (Report a month to the head of the office, on paper and as files)
