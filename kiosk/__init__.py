"""Take a number: the touch screen at the entrance."""

from kiosk.views import KioskScreen as Screen
from kiosk.views import blueprint

__all__ = ["Screen", "blueprint"]
