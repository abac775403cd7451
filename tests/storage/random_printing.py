"""Random wishes about printers and their paper, for the random wishes about everything."""

from __future__ import annotations

from typing import Any

from antrean.queueing.day import ServiceDay
from antrean.queueing.slips.events import LIST, TEST, VOUCHER
from antrean.queueing.tickets.ticket import OPEN_STATES


class PrintingWishes:
    """Arguments that are likely to be granted; odd ones are strange."""

    def at_counter(self, day: ServiceDay, a: int, odd: bool, *states: str) -> dict[str, Any]:
        raise NotImplementedError

    def for_hold_printer(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"printer": "printer-1", "reason": ""}

    def for_release_printer(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"printer": "printer-2" if odd else "printer-1"}

    def for_request_list(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        about = "spared" if a % 3 == 0 and b % 3 else "documents"
        service, printer = ("card", "family", "birth")[a % 3], "" if odd else f"printer-{1 + b % 2}"
        return {"service": service, "about": about, "printer": printer}

    for_change_roll = for_request_test_slip = for_print_vouchers = for_stop_vouchers = for_release_printer

    def for_print_voucher(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        held = list(day.standing.vouchers.vouchers)
        return {"voucher": held[a % len(held)] if held and not odd else 0, "printer": "printer-1"}

    def for_cancel_slip(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        slips = [slip for slip in day.open_slips.values() if odd or slip.state == "waiting"]
        slip = slips[a % len(slips)] if slips else None
        return {"ticket": slip.ticket if slip else "Z-1", "copy": slip.copy if slip else 0}

    def for_reprint_slip(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        ticket = self.at_counter(day, a, odd, *OPEN_STATES)["ticket"]
        return {"ticket": ticket, "printer": "printer-1", "by_visitor": bool(b % 2)}

    def for_settle_slip(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        known = [*day.tickets, TEST, LIST, VOUCHER]
        slips = [slip for number in known for slip in day.slips_of(number) if odd or slip.open]
        slip = slips[a % len(slips)] if slips else None
        results = ("sending", "printed", "failed", "uncertain", "waiting")
        return {
            "ticket": slip.ticket if slip else "Z-1",
            "copy": slip.copy if slip else 0,
            "result": results[b % 5],
            "claim": (slip.claim if slip and not odd else "") or f"run-{a % 2}",
            "evidence": "echoed",
        }

    def for_give_up_slips(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {}

    def for_report_printer(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {
            "printer": "printer-1", "state": "burning" if odd else ("ready", "paper_out")[a % 2], "detail": ""
        }  # fmt: skip
