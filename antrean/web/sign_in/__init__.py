"""The first pages: the start page, sign-in of staff, and pairing of a browser as kiosk or display."""

from antrean.access.identity import ADMINISTRATORS, ANYONE, STAFF
from antrean.access.permissions import Permissions
from antrean.web.sign_in import account, choosing, lock, pairing, second_factor
from antrean.web.sign_in.entering import STAFF_PAGES
from antrean.web.sign_in.views import RESIDENTS_PAGE, blueprint

__all__ = [
    "PERMISSIONS", "RESIDENTS_PAGE", "STAFF_PAGES",
    "account", "blueprint", "choosing", "lock", "pairing", "second_factor",
]  # fmt: skip

PERMISSIONS = Permissions(
    {
        "index": ANYONE,
        "sign_in": ANYONE,
        "sign_out": ANYONE,
        "new_password": ANYONE,
        "pair": ANYONE,
        "pair_demo": ANYONE,
        "pair_code": ANYONE,
        "pair_waiting": ANYONE,
        "account": STAFF,
        "change_password": STAFF,
        "end_others": STAFF,
        "second_code": ANYONE,
        "choose_office": ANYONE,
        "enter_office": ANYONE,
        "answer_invitation": ANYONE,
        "begin_second": ADMINISTRATORS,
        "confirm_second": ADMINISTRATORS,
        "remove_second": STAFF,
        "change_pin": STAFF,
        "remove_pin": STAFF,
        "locked": STAFF,
        "lock": STAFF,
        "unlock": STAFF,
        "used": STAFF,
    },
    while_locked=frozenset({"locked", "lock", "unlock"}),
)
