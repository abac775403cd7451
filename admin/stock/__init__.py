"""Stock: what services use up, how long it lasts, entries by hand, and the items themselves."""

from __future__ import annotations

from admin.section import Section
from admin.stock.views import render, routes
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="stock",
    icon="stock",
    title=N_("Stock"),
    render=render,
    routes=routes,
    permissions={
        "stock": LEADERS,
        "add_stock_item": LEADERS,
        "set_stock_item": LEADERS,
        "remove_stock_item": LEADERS,
        "stock_entry": LEADERS,
        "take_back_stock_entry": LEADERS,
    },
)
