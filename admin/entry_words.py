"""Sentences about the stock: one for each entry by hand, as the page and the audit say it."""

from __future__ import annotations

from flask_babel import gettext

from admin.setting_words import item_name
from antrean.queueing import events as e
from antrean.queueing.plan.model import OfficePlan

Entry = e.StockReceived | e.StockCounted | e.StockSpoiled | e.StockTakenBack
ENTRIES = (e.StockReceived, e.StockCounted, e.StockSpoiled, e.StockTakenBack)


def entry_words(event: Entry, plan: OfficePlan) -> str:
    """Return what an entry says, with the name of its item in the plan, and why where that was said."""
    item = item_name(event.item, plan) or event.item
    match event:
        case e.StockReceived():
            said, why = gettext("%(item)s: %(count)s came in", item=item, count=event.count), event.note
        case e.StockCounted(change=0):
            said, why = gettext("%(item)s: %(count)s counted, as listed", item=item, count=event.counted), event.reason
        case e.StockCounted():
            said = gettext(
                "%(item)s: %(count)s counted, %(change)s", item=item, count=event.counted, change=_signed(event.change)
            )
            why = event.reason
        case e.StockSpoiled():
            said, why = gettext("%(item)s: %(count)s spoiled or gone", item=item, count=event.count), event.reason
        case e.StockTakenBack(what="received"):
            said, why = gettext("%(item)s: taken back that %(count)s came in", item=item, count=-event.change), ""
        case e.StockTakenBack(what="counted"):
            said = gettext("%(item)s: a count was taken back, %(change)s", item=item, change=_signed(event.change))
            why = ""
        case _:
            said, why = gettext("%(item)s: taken back that %(count)s were spoiled", item=item, count=event.change), ""
    return f"{said}: {why}" if why else said


def _signed(change: int) -> str:
    return f"+{change}" if change > 0 else f"−{-change}" if change else "±0"
