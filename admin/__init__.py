"""Set up and watch the office: for supervisors and administrators."""

from admin.today import views as today  # isort: skip - sections stand in the order in which they are imported
from admin.printers import set_up, views as printers  # isort: skip
from admin.screens import views as screens  # isort: skip
from admin.slip import views as slip  # isort: skip
from admin.voice import views as voice  # isort: skip
from admin.audit import views as audit  # isort: skip
from admin.backups import views as backups  # isort: skip
from admin.clock import views as clock  # isort: skip
from admin.frame import AdminScreen as Screen
from admin.frame import blueprint
from antrean.access.identity import ADMINISTRATORS, LEADERS
from antrean.access.permissions import Permissions

__all__ = [
    "PERMISSIONS",
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

PERMISSIONS = Permissions(
    {
        "index": LEADERS,
        "view": LEADERS,
        "today": LEADERS,
        "set_service": LEADERS,
        "free_counter": LEADERS,
        "close_day": LEADERS,
        "open_day": LEADERS,
        "audit": ADMINISTRATORS,
        "backups": LEADERS,
        "back_up": LEADERS,
        "clock": LEADERS,
        "tell_time": LEADERS,
        "printers": LEADERS,
        "printer_command": LEADERS,
        "cancel_slip": LEADERS,
        "reprint": LEADERS,
        "set_up": LEADERS,
        "ask": ADMINISTRATORS,
        "use": ADMINISTRATORS,
        "second": ADMINISTRATORS,
        "seen": ADMINISTRATORS,
        "slip": LEADERS,
        "save_slip": LEADERS,
        "slip_preview": LEADERS,
        "voice": LEADERS,
        "voice_sample": LEADERS,
        "save_voice": LEADERS,
        "save_volumes": LEADERS,
        "screens": LEADERS,
        "set_screen": LEADERS,
        "set_notices": LEADERS,
        "add_interlude": LEADERS,
        "remove_interlude": LEADERS,
        "media_file": LEADERS,
    },
    namespace=LEADERS,
)
