"""The address of a case, and which code stands in what somebody scanned or typed."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

from antrean.queueing.cases.codes import read
from antrean.web.services import services

CASES = "case"  # the first word of the address of a case, and the name of its code in that of a ticket
LONGEST = 400  # letters of what is looked at


def case_url(code: str) -> str:
    """Return the address under which anybody who has the code reads how far a case is."""
    return f"{services().base_url}/{CASES}/{code}"


def is_address(scanned: str) -> bool:
    """Whether a text is an address, not a code."""
    return "://" in scanned or "?" in scanned or f"/{CASES}/" in scanned.lower()


def code_in(scanned: str) -> str:
    """Return the code of a case that a text says: a code alone, or an address of a case or of a ticket that has one.

    Case and blanks don't matter. "" for a text in which there is none; a code may be nobody's all the same. It does not
    matter at which host an address is: a hub has several names, and the code alone counts.
    """
    scanned = scanned.strip()[:LONGEST]
    if not is_address(scanned):
        return read(scanned)
    try:
        address = urlsplit(scanned)
    except ValueError:
        return ""
    steps = address.path.strip("/").split("/")
    if len(steps) >= 2 and steps[-2].lower() == CASES:
        return read(unquote(steps[-1]))
    fields = {name.lower(): values[-1] for name, values in parse_qs(address.query).items()}
    return read(fields.get(CASES, ""))


def link_in(scanned: str) -> str:
    """Return the ticket's link in an address that a slip carries; "" where there is none."""
    scanned = scanned.strip()[:LONGEST]
    if not is_address(scanned):
        return ""
    try:
        return parse_qs(urlsplit(scanned).query).get("ticket", [""])[-1]
    except ValueError:
        return ""
