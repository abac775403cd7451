"""Random wishes about stock, for the random wishes about everything."""

from __future__ import annotations

from typing import Any

from antrean.queueing.day import ServiceDay

ITEMS = ("blanks", "ribbons")


class StockWishes:
    """Arguments that are likely to be granted; odd ones are strange."""

    def for_receive_stock(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"item": "gone" if odd else ITEMS[a % 2], "count": b + 20, "note": ("", "SJ 12")[a % 2]}

    def for_count_stock(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"item": ITEMS[a % 2], "count": a + b, "reason": "" if odd else "dihitung"}

    def for_spoil_stock(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"item": ITEMS[a % 2], "count": b % 3 + 1, "reason": " " if odd else "rusak"}

    def for_take_back_stock(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        made = [entry.seq for entry in day.standing.stock.entries]
        return {"entry": made[a % len(made)] if made and not odd else 0}
