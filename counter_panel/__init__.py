"""The operator's screen: call, serve, finish."""

from antrean.access.identity import COUNTER_STAFF, LEADERS
from antrean.access.permissions import Permissions
from counter_panel import cases, leading, own, reception
from counter_panel.blueprint import blueprint
from counter_panel.views import CounterPanelScreen as Screen

__all__ = ["PERMISSIONS", "Screen", "blueprint", "cases", "leading", "own", "reception"]

PERMISSIONS = Permissions(
    {
        "page": COUNTER_STAFF,
        "view": COUNTER_STAFF,
        "sit_down": COUNTER_STAFF,
        "leave": COUNTER_STAFF,
        "colleagues": COUNTER_STAFF,
        "hand_over": COUNTER_STAFF,
        "colleague": COUNTER_STAFF,
        "take_over": COUNTER_STAFF,
        "calls": COUNTER_STAFF,
        "ticket_command": COUNTER_STAFF,
        "undo": COUNTER_STAFF,
        "pause": COUNTER_STAFF,
        "resume": COUNTER_STAFF,
        "waiting": COUNTER_STAFF,
        "search": COUNTER_STAFF,
        "corrections": COUNTER_STAFF,
        "give_number": COUNTER_STAFF,
        "give_slip": COUNTER_STAFF,
        "take_up": COUNTER_STAFF,
        "print_again": COUNTER_STAFF,
        "print_voucher": COUNTER_STAFF,
        "service": LEADERS,
        "services": LEADERS,
        "outage_command": LEADERS,
        "answer_standstill": LEADERS,
        "service_command": LEADERS,
        "announce": COUNTER_STAFF,
        "announcing": COUNTER_STAFF,
        "end_announcement": COUNTER_STAFF,
        "cases": COUNTER_STAFF,
        "cases_found": COUNTER_STAFF,
        "cases_in_stage": COUNTER_STAFF,
        "move_cases": COUNTER_STAFF,
        "take_back_cases": COUNTER_STAFF,
        "own_figures": COUNTER_STAFF,
    },
    namespace=COUNTER_STAFF,
    while_locked=frozenset({"page", "view"}),
)
