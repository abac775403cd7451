"""Set up and watch the office: for supervisors and administrators."""

from admin import today  # isort: skip - sections stand in the order in which they are imported
from admin import printers, screens, set_up, slip, voice  # isort: skip
from admin import audit, backups, clock  # isort: skip
from admin.room import AdminScreen as Screen
from admin.room import blueprint

__all__ = [
    "Screen",
    "audit",
    "backups",
    "blueprint",
    "clock",
    "printers",
    "screens",
    "set_up",
    "slip",
    "today",
    "voice",
]
