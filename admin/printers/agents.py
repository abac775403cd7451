"""The paired print agents, and the printer that each of them drives, as the pages of this section show them."""

from __future__ import annotations

from admin.printers.view_model import PrinterView
from admin.printers.view_model import printers as printer_views
from antrean.hub.agents import printer_addresses
from antrean.printing.transport.address import AddressError
from antrean.printing.transport.printer_list import parse_printers
from antrean.queueing.errors import Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.paper import without_paper
from antrean.storage.settings.devices import Device
from antrean.web.services import services
from printer_profiles import Profile, ProfileError, load_profile

PLAINEST = "generic-80"


def agents() -> list[Device]:
    """Return the paired print agents; each drives one printer."""
    return [device for device in services().identities.devices() if device.kind == "print_agent"]


def agent(printer: str) -> Device:
    """Return the print agent of a printer. Refuses an unknown one."""
    for device in agents():
        if device.id == printer:
            return device
    raise Unknown("printer_unknown")


def profile_at(address: str) -> Profile:
    """Return the profile of the printer at an address; the plainest one when it is unknown."""
    try:
        return parse_printers(address)[0].profile()
    except (AddressError, ProfileError, IndexError):
        return load_profile(PLAINEST)


def look() -> tuple[list[PrinterView], OfficePlan]:
    """Return all printers as the page shows them, and the plan."""
    devices = [(device.id, device.name, " ".join(printer_addresses.texts(device))) for device in agents()]
    now = services().office.clock()
    return services().office.read(
        lambda day, plan: (
            printer_views(
                day,
                devices,
                services().print_agents.paper_before,
                lambda address: profile_at(address).media.roll_m * 1000,
                [ticket.slips[-1] for ticket, lack in without_paper(day, plan, now) if lack != "late"],
            ),
            plan,
        )
    )
