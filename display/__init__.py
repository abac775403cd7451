"""See and hear the calls: the screen of the waiting room."""

from antrean.access.permissions import Permissions
from display.views import DisplayScreen as Screen
from display.views import blueprint

__all__ = ["PERMISSIONS", "Screen", "blueprint"]

DISPLAYS = frozenset({"display"})
PERMISSIONS = Permissions(
    {
        "page": DISPLAYS,
        "view": DISPLAYS,
        "announcements": DISPLAYS,
        "media": DISPLAYS,
        "voice": DISPLAYS,
    },
    namespace=DISPLAYS,
)
