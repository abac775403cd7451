"""The queue in the pocket: follow one ticket by phone."""

from mobile_ticket.views import MobileTicketScreen as Screen
from mobile_ticket.views import blueprint

__all__ = ["Screen", "blueprint"]
