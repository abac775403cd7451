"""The stock page: what is there of each item and how long it lasts, entries by hand, and the items themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, jsonify, render_template, url_for

from admin import frame
from admin.entry_words import ENTRIES, entry_words
from admin.plan_form import codes_named, plan_fields, save_plan, text_names, texts_of
from admin.section import Routes, View
from admin.stock.view_model import ItemRow, each_of, rows, uses_with
from antrean.queueing.commands import Command, CountStock, ReceiveStock, SpoilStock, TakeBackStock
from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.events import StockTakenBack
from antrean.queueing.plan.codes import new_code
from antrean.queueing.plan.document import LONGEST_LINE, LONGEST_UNIT, MOST_EACH, MOST_LOW, written
from antrean.queueing.plan.model import OfficePlan, StockItem
from antrean.queueing.stock.commands import MOST
from antrean.queueing.stock.outlook import LEAST_DAYS, MOST_DAYS_TOLD
from antrean.web.http.forms import Fields, whole
from antrean.web.operations.commands import execute
from antrean.web.operations.operation import operation
from antrean.web.operations.results import EntryResult
from antrean.web.services import services
from antrean.web.text import times
from antrean.web.text.actors import actor_words

routes = Routes()

SHOWN = 20  # entries on the page; all of them stand in the audit
ENTRY_COMMANDS: dict[str, type[Command]] = {"receive": ReceiveStock, "count": CountStock, "spoil": SpoilStock}


def render() -> View:
    """Return the section's view: the figures of each item. Forms and entries are not pushed."""
    return {
        "html": {
            f"level.{row.code}": render_template(
                "admin/stock/level.html",
                level=row.level,
                unit=row.level.item.unit(frame.plan().languages[0]),
                least_days=LEAST_DAYS,
                most_days=MOST_DAYS_TOLD,
            )
            for row in _rows()
        }
    }


@routes.get("/stock")
def stock() -> str:
    """Show every item with its figures and forms, the newest entries by hand, and a form for one more item."""
    plan = frame.plan()
    return frame.page(
        "stock",
        plan=plan,
        revision=plan.revision,
        rows=_rows(),
        entries=_entries(plan),
        blank=[(service, 0) for service in plan.services],
        longest=LONGEST_LINE,
        longest_unit=LONGEST_UNIT,
        most=MOST,
        most_each=MOST_EACH,
        most_low=MOST_LOW,
    )


@routes.post("/stock")
def add_stock_item() -> Response:
    """Add an item: its names, its unit, its limit, and how many of it each service uses for a person."""
    plan = frame.plan()
    fields = plan_fields(*_names(plan))
    said = _item(fields, plan)
    code = new_code(said.name(plan.languages[0]), codes_named("stock"), "item")
    save_plan("stock", fields, {f"stock/{code}": written(replace(said, code=code)), **_uses(fields, plan, code)})
    return jsonify(next=_place(code))


@routes.post("/stock/<item>")
def set_stock_item(item: str) -> Response:
    """Save an item: its names, its unit, its limit, and how many of it each service uses for a person; 0: none."""
    plan = frame.plan()
    fields = plan_fields(*_names(plan))
    said = _item(fields, plan, plan.stock_item(item))
    save_plan("stock", fields, {f"stock/{item}": written(said), **_uses(fields, plan, item)})
    return jsonify(next=_place(item))


@routes.post("/stock/<item>/remove")
def remove_stock_item(item: str) -> Response:
    """Take an item away, also from the services that use it. What was entered of it stays in the journal."""
    fields, plan = plan_fields(), frame.plan()
    plan.stock_item(item)
    using = [one for one in plan.services if each_of(one, item)]
    parts = {f"services/{one.code}/uses": uses_with(one, item, 0) for one in using}
    save_plan("stock", fields, {**parts, f"stock/{item}": None})
    return jsonify(next=url_for("admin.stock"))


@routes.post("/stock/<item>/<command>")
@operation(ENTRY_COMMANDS, gives=EntryResult)
def stock_entry(item: str, command: str) -> EntryResult:
    """Make an entry: so many of an item came in, were counted, or can't be used any more."""
    kind = ENTRY_COMMANDS.get(command)
    if kind is None:
        raise Unknown("not_found")
    return EntryResult(execute(kind, item=item).seq, _place(item))


@routes.post("/stock/entries/<int:entry>/take_back")
@operation(TakeBackStock, gives=EntryResult)
def take_back_stock_entry(entry: int) -> EntryResult:
    """Take an entry back that was a mistake, by its line."""
    return EntryResult(execute(TakeBackStock, entry=entry).seq, url_for("admin.stock", _anchor="entries"))


def _names(plan: OfficePlan) -> list[str]:
    """Return the names of the fields of an item's form."""
    return ["low", *(f"each_{one.code}" for one in plan.services), *text_names(plan, "name", "unit")]


def _uses(fields: Fields, plan: OfficePlan, item: str) -> dict[str, Any]:
    """Return the parts of the plan that say what services use, those that the form changes; left out is 0."""
    parts: dict[str, Any] = {}
    for service in plan.services:
        name = f"each_{service.code}"
        each = whole(fields, name, 0)
        if not 0 <= each <= MOST_EACH:
            raise Invalid("value_invalid", field=name)
        if each != each_of(service, item):
            parts[f"services/{service.code}/uses"] = uses_with(service, item, each)
    return parts


def _item(fields: Fields, plan: OfficePlan, kept: StockItem | None = None) -> StockItem:
    """Return the item that a form says; refuses a missing name in the office's first language.

    Texts of the `kept` one in languages that the office does not speak stay.
    """
    code, names, units = (kept.code, kept.names, kept.units) if kept is not None else ("", None, None)
    said = StockItem(
        code,
        texts_of(fields, plan, "name", LONGEST_LINE, names),
        texts_of(fields, plan, "unit", LONGEST_UNIT, units),
        whole(fields, "low", 0),
    )
    if not said.names.get(plan.languages[0]):
        raise Invalid("value_missing", field=f"name_{plan.languages[0]}")
    if not 0 <= said.low <= MOST_LOW:
        raise Invalid("value_invalid", field="low")
    return said


def _place(item: str) -> str:
    return url_for("admin.stock", _anchor=f"item-{item}")


def _rows() -> list[ItemRow]:
    return services().office.read(rows)


def _entries(plan: OfficePlan) -> list[dict[str, Any]]:
    """Return the newest entries by hand, newest first: when, who, in which words, and whether it can be taken back.

    Those of items that left the plan stand in the audit alone.
    """
    hub, codes = services(), {one.code for one in plan.stock}
    found = hub.mode.run_blocking(
        hub.settings.security.page,
        SHOWN,
        None,
        lambda entry: isinstance(entry.event, ENTRIES) and entry.event.item in codes,
    )
    last = hub.office.read(lambda day, _plan: {one.seq for one in day.standing.stock.entries})
    undone = {one.event.entry for one in found.entries if isinstance(one.event, StockTakenBack)}
    with frame.in_office_language():
        return [
            {
                "seq": one.seq,
                "day": times.short_date(one.at.astimezone(plan.tz).date(), plan.languages[0]),
                "when": times.clock(one.at, plan.tz, plan.languages[0]),
                "who": actor_words(one.actor, {}),
                "what": entry_words(one.event, plan),
                "undone": one.seq in undone,
                "open": one.seq in last,
            }
            for one in found.entries
            if isinstance(one.event, ENTRIES)
        ]
