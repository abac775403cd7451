"""See the calls: the screen of the waiting room."""

from display.views import DisplayScreen as Screen
from display.views import blueprint

__all__ = ["Screen", "blueprint"]
