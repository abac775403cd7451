"""Take a number: the touch screen at the entrance."""

from antrean.access.permissions import Permissions
from kiosk.views import KioskScreen as Screen
from kiosk.views import blueprint

__all__ = ["PERMISSIONS", "Screen", "blueprint"]

KIOSKS = frozenset({"kiosk"})
PERMISSIONS = Permissions(
    {
        "page": KIOSKS,
        "services": KIOSKS,
        "tickets": KIOSKS,
        "ticket": KIOSKS,
        "print_again": KIOSKS,
        "view": KIOSKS,
        "speech": KIOSKS,
    },
    namespace=KIOSKS,
)
