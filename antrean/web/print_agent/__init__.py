"""The hub's side of printing, for print agents; and the virtual printer's slips, for staff."""

from antrean.access.identity import STAFF
from antrean.access.permissions import Permissions
from antrean.web.print_agent.views import PrintAgentScreen as Screen
from antrean.web.print_agent.views import blueprint

__all__ = ["PERMISSIONS", "Screen", "blueprint"]

AGENTS = frozenset({"print_agent"})
PERMISSIONS = Permissions(
    {
        "view": AGENTS,
        "results": AGENTS,
        "printed": AGENTS,
        "printer": AGENTS,
        "answers": AGENTS,
        "head": AGENTS,
        "virtual_printer": STAFF,
        "virtual_slip": STAFF,
    },
    namespace=AGENTS,
)
