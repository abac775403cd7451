"""Take a number: the touch screen at the entrance."""

from antrean.access.device_kinds import DeviceKind
from antrean.access.permissions import Permissions
from antrean.queueing.errors import N_
from kiosk.views import KioskScreen as Screen
from kiosk.views import blueprint

__all__ = ["DEVICE", "PERMISSIONS", "Screen", "blueprint"]

DEVICE = DeviceKind("kiosk", N_("Kiosk"), N_("kiosk"), N_("Visitors take a number here."))
KIOSKS = frozenset({DEVICE.code})
PERMISSIONS = Permissions(
    {
        "page": KIOSKS,
        "services": KIOSKS,
        "tickets": KIOSKS,
        "ticket": KIOSKS,
        "print_again": KIOSKS,
        "lists": KIOSKS,
        "spared_visits": KIOSKS,
        "lost": KIOSKS,
        "look_up": KIOSKS,
        "case": KIOSKS,
        "withdraw": KIOSKS,
        "view": KIOSKS,
        "speech": KIOSKS,
    },
    namespace=KIOSKS,
)
