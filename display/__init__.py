"""See and hear the calls: the screen of the waiting room."""

from antrean.access.device_kinds import DeviceKind
from antrean.access.permissions import Permissions
from antrean.queueing.errors import N_
from display.views import DisplayScreen as Screen
from display.views import blueprint

__all__ = ["DEVICE", "PERMISSIONS", "Screen", "blueprint"]

DEVICE = DeviceKind(
    "display", N_("Display"), N_("display"), N_("The waiting room sees and hears the calls."), icon="sound"
)
DISPLAYS = frozenset({DEVICE.code})
PERMISSIONS = Permissions(
    {
        "page": DISPLAYS,
        "view": DISPLAYS,
        "announcements": DISPLAYS,
        "turns": DISPLAYS,
        "media": DISPLAYS,
        "voice": DISPLAYS,
    },
    namespace=DISPLAYS,
)
