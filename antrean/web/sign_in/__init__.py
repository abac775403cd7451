"""The first pages: the start page, sign-in of staff, and pairing of a browser as kiosk or display."""

from antrean.access.identity import ANYONE
from antrean.access.permissions import Permissions
from antrean.web.sign_in.views import RESIDENTS_PAGE, blueprint

__all__ = ["PERMISSIONS", "RESIDENTS_PAGE", "blueprint"]

PERMISSIONS = Permissions({"index": ANYONE, "sign_in": ANYONE, "sign_out": ANYONE, "pair": ANYONE, "pair_demo": ANYONE})
