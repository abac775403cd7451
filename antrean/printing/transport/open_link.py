"""open_link(): opens a Link to a printer's address, over TCP, kernel devices, libusb or CUPS."""

from __future__ import annotations

from antrean.printing.transport.address import Address
from antrean.printing.transport.allowed import Allowed
from antrean.printing.transport.device import SerialLink, UsblpLink
from antrean.printing.transport.link import Link, LinkError, Monotonic
from antrean.printing.transport.tcp import TcpLink
from printer_profiles import Profile


def open_link(address: Address, profile: Profile, monotonic: Monotonic, allowed: Allowed) -> Link:
    """Return an open Link within the profile's limits, after this machine has allowed the address.

    Refuses with LinkError (nothing was sent); with its subclass NotAllowed before anything is opened.
    """
    ways = allowed.check(address)
    match address.kind:
        case "tcp":
            return TcpLink(ways, profile, monotonic)
        case "usblp":
            return UsblpLink(address, profile, monotonic)
        case "serial":
            return SerialLink(address, profile, monotonic)
        case "usb":
            from antrean.printing.transport.usb import UsbLink

            return UsbLink(address, profile, monotonic)
        case "cups":
            from antrean.printing.transport.cups import CupsLink

            return CupsLink(address, profile, monotonic)
    raise LinkError("printer_unreachable", f"{address.kind} has no wire", nothing_sent=True)
