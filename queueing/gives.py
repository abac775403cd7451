"""What each wish leaves as its last event: a request id that left something else was used for another wish."""

from __future__ import annotations

GIVES: dict[str, tuple[str, ...]] = {
    "issue_ticket": ("TicketIssued",),
    "call_next": ("TicketCalled",),
    "call_ticket": ("TicketCalled",),
    "recall": ("TicketRecalled",),
    "start": ("TicketStarted",),
    "complete": ("TicketCompleted",),
    "no_show": ("TicketMarkedNoShow",),
    "readmit": ("TicketReadmitted",),
    "hold": ("TicketHeld",),
    "resume": ("TicketResumed",),
    "return_to_queue": ("TicketReturned",),
    "transfer": ("TicketTransferred",),
    "cancel": ("TicketCancelled",),
    "change_persons": ("PersonsChanged",),
    "change_priority": ("PriorityChanged",),
    "undo": ("WishUndone",),
    "open_counter": ("CounterOpened", "CounterResumed"),
    "close_counter": ("CounterClosed",),
    "pause_counter": ("CounterPaused",),
    "resume_counter": ("CounterResumed",),
    "announce_call": ("CallAnnounced",),
    "reprint_slip": ("SlipRequested",),
    "cancel_slip": ("SlipFailed",),
    "hold_printer": ("PrinterHeld",),
    "release_printer": ("PrinterReleased",),
    "change_roll": ("RollChanged",),
    "request_test_slip": ("TestSlipRequested",),
    "change_plan": ("PlanChanged",),
}
