"""The operator's screen: call, serve, finish."""

from antrean.access.identity import LEADERS, STAFF
from antrean.access.permissions import Permissions
from counter_panel import leading, reception
from counter_panel.blueprint import blueprint
from counter_panel.views import CounterPanelScreen as Screen

__all__ = ["PERMISSIONS", "Screen", "blueprint", "leading", "reception"]

PERMISSIONS = Permissions(
    {
        "page": STAFF,
        "view": STAFF,
        "sit_down": STAFF,
        "leave": STAFF,
        "colleagues": STAFF,
        "hand_over": STAFF,
        "colleague": STAFF,
        "take_over": STAFF,
        "calls": STAFF,
        "ticket_command": STAFF,
        "undo": STAFF,
        "pause": STAFF,
        "resume": STAFF,
        "waiting": STAFF,
        "search": STAFF,
        "corrections": STAFF,
        "give_number": STAFF,
        "give_slip": STAFF,
        "print_again": STAFF,
        "service": LEADERS,
        "services": LEADERS,
        "service_command": LEADERS,
        "announce": STAFF,
        "announcing": STAFF,
        "end_announcement": STAFF,
    },
    namespace=STAFF,
)
