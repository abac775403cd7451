"""The operator's screen: call, serve, finish."""

from antrean.access.identity import STAFF
from antrean.access.permissions import Permissions
from counter_panel.views import CounterPanelScreen as Screen
from counter_panel.views import blueprint

__all__ = ["PERMISSIONS", "Screen", "blueprint"]

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
    },
    namespace=STAFF,
)
