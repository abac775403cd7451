"""The queue in the pocket: follow one ticket by phone."""

from antrean.access.identity import ANYONE, FOLLOWERS
from antrean.access.permissions import Permissions
from mobile_ticket.views import MobileTicketScreen as Screen
from mobile_ticket.views import blueprint

__all__ = ["PERMISSIONS", "Screen", "blueprint"]

# The pages are for anyone who holds a ticket's link, which nobody can guess.
PERMISSIONS = Permissions(
    {"page": ANYONE, "find": ANYONE, "view": ANYONE, "leave": ANYONE, "defer": ANYONE, "coming": ANYONE},
    namespace=FOLLOWERS,
)
