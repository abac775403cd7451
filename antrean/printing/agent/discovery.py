"""Finds the printers of this machine, and identifies one: for the set-up pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from antrean.printing.protocol.delivery import Delivery
from antrean.printing.protocol.status import PrinterStatus, unreachable
from antrean.printing.transport.address import Address, AddressError, parse_address
from antrean.printing.transport.allowed import Allowed
from antrean.printing.transport.cups import queues
from antrean.printing.transport.link import LinkError
from antrean.printing.transport.open_link import open_link
from printer_profiles import Profile, load_all, profile_for_model

ROOT = Path("/")
REOPEN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A printer that was found: its address, the system's words for it, and the profile that may fit."""

    address: str
    words: str
    profile_id: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a printer reported: its model's name (empty when it reports none), its state, its profile."""

    model: str
    state: PrinterStatus
    profile_id: str


def find_printers(allowed: Allowed, root: Path = ROOT) -> list[Candidate]:
    """Return USB printers of the kernel, serial adapters and CUPS queues that this machine allows, in this order.

    The network is not searched: a printer there is named by its address. `root` is the file system's root.
    """
    return [found for found in _usb(root) + _serial(root) + _queues() if _may_be_used(found, allowed)]


def _may_be_used(found: Candidate, allowed: Allowed) -> bool:
    """Whether a candidate has an address that can be written, and that this machine allows."""
    try:
        allowed.check(parse_address(found.address))
    except (AddressError, LinkError):
        return False
    return True


def identify(address: Address, allowed: Allowed, sleep: Callable[[float], None] = time.sleep) -> Identity:
    """Ask the printer at this address for its model and state; nothing is printed.

    Most printers take one client at a time and close the connection of one that comes just after another: they are
    asked twice then. The state is offline for an unreachable printer, not_allowed for one this machine does not allow.
    """
    said = _asked_once(address, allowed)
    if said.state.detail.startswith("connection_lost"):
        sleep(REOPEN_SECONDS)
        said = _asked_once(address, allowed)
    return said


def _asked_once(address: Address, allowed: Allowed) -> Identity:
    profile = address.profile()
    try:
        if address.kind == "virtual":
            allowed.check(address)
            return Identity("", PrinterStatus("ready"), profile.id)
        delivery = Delivery(open_link(address, profile, time.monotonic, allowed), profile, time.monotonic)
    except LinkError as error:
        return Identity("", unreachable(error), profile.id)
    try:
        return _asked(address, profile, delivery)
    finally:
        delivery.give_up()


def _asked(address: Address, profile: Profile, delivery: Delivery) -> Identity:
    state, model = delivery.check(), ""
    try:
        if state.state in ("ready", "near_end") and delivery.link.two_way:
            model = delivery.status.model()
    except LinkError as error:
        state = PrinterStatus("offline", error.code)
    known = profile_for_model(model) if model and not address.profile_id else None
    return Identity(model, state, (known or profile).id)


def _usb(root: Path) -> list[Candidate]:
    found = []
    for entry in sorted((root / "sys/class/usbmisc").glob("lp*")):
        # The interface's parent is the device that has vendor, product and name.
        device = (entry / "device").resolve().parent
        vendor, product = _read(device / "idVendor"), _read(device / "idProduct")
        words = " ".join(filter(None, (_read(device / "manufacturer"), _read(device / "product"))))
        fitting = [profile.id for profile in load_all() if f"{vendor}:{product}" in profile.usb_ids]
        # Clones share ids: only an id of a single profile identifies it.
        guess = fitting[0] if len(fitting) == 1 else ""
        found.append(Candidate(f"usblp:///dev/usb/{entry.name}", f"{words} ({vendor}:{product})".strip(), guess))
    return found


def _serial(root: Path) -> list[Candidate]:
    names = sorted((root / "dev/serial/by-id").glob("*"))
    return [Candidate(f"serial:///dev/serial/by-id/{name.name}", name.name.replace("_", " ")) for name in names]


def _queues() -> list[Candidate]:
    try:
        return [Candidate(f"cups://{queue}", f"CUPS {queue}", "cups-80") for queue in sorted(queues())]
    except LinkError:
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
