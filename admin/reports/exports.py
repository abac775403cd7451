"""A report as a file: CSV for programs, XLSX for spreadsheets, PDF of the page itself.

A page of reports has the same address for all of them, and `?as=` says which. Its view ends with

    return asked(f"day-{day}", tables, page) or page()

where `tables` gives the `Table`s of the page and `page` draws it; both are called only where they are needed. Its
template shows the links: `{% from "admin/reports/parts.html" import exports with context %}`, then `{{ exports() }}`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from flask import Response, request

from antrean.queueing.errors import Invalid
from antrean.reporting.tables import Table, as_csv, as_json, as_zip
from antrean.web.http.guard import current_identity
from antrean.web.services import services

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPER = "admin/reports/static/paper.css"


def here_as(way: str) -> str:
    """Return the address of this page as a file: what else was asked for stays."""
    return (
        f"?{urlencode([*((name, one) for name, one in request.args.items(multi=True) if name != 'as'), ('as', way)])}"
    )


def asked(name: str, tables: Callable[[], Sequence[Table]], page: Callable[[], str]) -> Response | None:
    """Return the file that is asked for by `?as=csv|xlsx|pdf`, None without it: then the page itself is wanted.

    `name` is the file's, of small letters, digits and hyphens. Several tables as CSV are a ZIP with one file each, and
    `&table=` asks for one of them; XLSX has one sheet each. Refuses another way or table (`value_invalid`), and what
    can't be made now (`export_failed`, `pdf_unavailable`, `busy`).
    """
    way = request.args.get("as")
    if way is None:
        return None
    if way == "csv":
        return _as_csv(name, tables())
    if way == "xlsx":
        return attached(services().exports.workbook(_asker(), as_json(tables())), f"{name}.xlsx", XLSX)
    if way == "pdf":
        return attached(services().exports.paper(_asker(), page(), PAPER), f"{name}.pdf", "application/pdf")
    raise Invalid("value_invalid", field="as")


def _asker() -> str:
    return current_identity().actor


def _as_csv(name: str, tables: Sequence[Table]) -> Response:
    wanted = request.args.get("table")
    chosen = [table for table in tables if wanted in (None, table.name)]
    if not chosen:
        raise Invalid("value_invalid", field="table")
    if wanted is not None:
        return attached(as_csv(chosen[0]), f"{name}-{wanted}.csv", "text/csv; charset=utf-8")
    if len(chosen) == 1:
        return attached(as_csv(chosen[0]), f"{name}.csv", "text/csv; charset=utf-8")
    return attached(as_zip(chosen), f"{name}.zip", "application/zip")


def attached(content: bytes, name: str, kind: str) -> Response:
    """Return a response that a browser keeps as a file of this name, and nobody on the way there."""
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
