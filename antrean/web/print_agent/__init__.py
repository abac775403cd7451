"""The hub's side of printing, for print agents; and the virtual printer's slips, for staff."""

from antrean.access.device_kinds import DeviceKind
from antrean.access.identity import COUNTER_STAFF
from antrean.access.permissions import Permissions
from antrean.queueing.errors import N_
from antrean.storage.settings.devices import PRINT_AGENT
from antrean.web.print_agent.views import PrintAgentScreen as Screen
from antrean.web.print_agent.views import blueprint

__all__ = ["DEVICE", "PERMISSIONS", "Screen", "blueprint"]

DEVICE = DeviceKind(PRINT_AGENT, N_("print agent"), N_("print agent"), browser=False)
AGENTS = frozenset({DEVICE.code})
PERMISSIONS = Permissions(
    {
        "view": AGENTS,
        "results": AGENTS,
        "printed": AGENTS,
        "printer": AGENTS,
        "answers": AGENTS,
        "head": AGENTS,
        "virtual_printer": COUNTER_STAFF,
        "virtual_slip": COUNTER_STAFF,
    },
    namespace=AGENTS,
)
