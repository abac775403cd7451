"""The rules of a machine for what its print agent may open, checked before each printer is opened.

The hub names printers over the network, and its administrators need not be allowed to open any file or port of each
machine that has a printer. So each machine has its own rules.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urlsplit

from antrean.printing.transport.address import PORT, Address
from antrean.printing.transport.cups import queues
from antrean.printing.transport.link import LinkError
from printer_profiles import load_all

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Way = tuple[str, int]

# Networks that are not routed in the internet: this machine, offices' own, and those without a router.
NETWORKS: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7",
        "fe80::/10",
    )
)  # fmt: skip
PORTS = (range(PORT, PORT + 10),)  # raw printing; boxes with several printers count up from the first
DEVICES = {
    "usblp": ("/dev/usb/lp*", "/dev/usblp*", "/dev/lp*", "/dev/tiket*"),
    "serial": (
        "/dev/ttyUSB*", "/dev/ttyACM*", "/dev/ttyS*", "/dev/serial/by-id/*", "/dev/serial/by-path/*", "/dev/tiket*",
    ),
}  # fmt: skip
PRINTER_CLASS = "07"
_USB_ID = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}")
_PORTS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")


class NotAllowed(LinkError):
    """This machine does not let its print agent open an address. Nothing was opened. `code` names the rule."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code, value, nothing_sent=True)


class AllowedError(ValueError):
    """A setting of what is allowed cannot be read; the message names the word."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The rules of one machine.

    `networks`, `ports`: where printers in networks may be. `devices`: patterns of device files besides the usual
    ones; a * stands for signs of one name. `usb_ids`: `vendor:product` of USB printers that no profile knows and that
    do not say that they are printers. `folder`: virtual printers may be here or below. `hub`: the hub's host and
    port, which is never a printer. `own`: places that this machine's own settings name, allowed by that.
    """

    networks: tuple[Network, ...] = NETWORKS
    ports: tuple[range, ...] = PORTS
    devices: tuple[str, ...] = ()
    usb_ids: frozenset[str] = frozenset()
    folder: Path | None = None
    hub: Way | None = None
    own: frozenset[str] = frozenset()
    root: Path = Path("/")
    queues: Callable[[], frozenset[str]] = queues

    def check(self, address: Address) -> tuple[Way, ...]:
        """Return the addresses in numbers at which a printer in the network may be reached; none for others.

        The connection is made to one of these, and the name is not looked up again. Refuses with NotAllowed what this
        machine does not allow, and with LinkError a name that can't be looked up.
        """
        match address.kind:
            case "tcp":
                return self._network(address)
            case "usblp" | "serial":
                self._device(address)
            case "usb":
                self._usb(address)
            case "cups":
                if address.queue not in self.queues():
                    raise NotAllowed("queue_unknown", address.queue)
            case "virtual":
                self._virtual(address)
            case _:
                raise NotAllowed(address.why or "address_unreadable", "")
        return ()

    def at(self, folder: Path, hub: Way) -> Allowed:
        """Return these rules for an agent whose virtual printer is in a folder, and whose hub is at a place."""
        return replace(self, folder=self.folder or folder, hub=hub)

    def also(self, addresses: Iterable[Address]) -> Allowed:
        """Return these rules for a machine whose own settings name these printers."""
        return replace(self, own=self.own | {address.device_key for address in addresses})

    def is_home(self, address: Address) -> bool:
        """Whether this virtual printer is the one in the agent's own folder."""
        return self.folder is not None and Path(address.path) == self.folder.resolve()

    def _network(self, address: Address) -> tuple[Way, ...]:
        ours = address.device_key in self.own
        if not ours and not any(address.port in ports for ports in self.ports):
            raise NotAllowed("port_not_allowed", str(address.port))
        found = look_up(address.host, address.port)
        ways = [ip for ip in found if ours or any(ip in network for network in self.networks)]
        ways = [ip for ip in ways if not (ip.is_unspecified or ip.is_multicast)]
        if not ways:
            raise NotAllowed("network_not_allowed", str(found[0]) if found else address.host)
        if self.hub is not None and address.port == self.hub[1] and any(map(self._is_hub, ways)):
            raise NotAllowed("hub_is_no_printer", f"{address.host}:{address.port}")
        return tuple((str(ip), address.port) for ip in ways)

    def _is_hub(self, ip: IP) -> bool:
        assert self.hub is not None
        try:
            hubs = look_up(*self.hub)
        except LinkError:
            return False
        return ip in hubs or (_is_of_this_machine(ip) and any(map(_is_of_this_machine, hubs)))

    def _device(self, address: Address) -> None:
        if address.device_key in self.own:
            return
        if not any(_matches(address.path, pattern) for pattern in (*DEVICES[address.kind], *self.devices)):
            raise NotAllowed("device_not_allowed", address.path)

    def _usb(self, address: Address) -> None:
        usb_id = f"{address.vendor_id:04x}:{address.product_id:04x}"
        if address.device_key in self.own or usb_id in self.usb_ids:
            return
        if any(usb_id in profile.usb_ids for profile in load_all()) or self._says_printer(usb_id):
            return
        raise NotAllowed("usb_not_allowed", usb_id)

    def _says_printer(self, usb_id: str) -> bool:
        """Whether the kernel knows a USB device of this id with an interface of the printer class."""
        for device in (self.root / "sys/bus/usb/devices").glob("*"):
            if f"{_read(device / 'idVendor')}:{_read(device / 'idProduct')}" == usb_id:
                classes = {_read(interface / "bInterfaceClass") for interface in device.glob(f"{device.name}:*")}
                if PRINTER_CLASS in classes:
                    return True
        return False

    def _virtual(self, address: Address) -> None:
        path = Path(address.path)
        if address.device_key in self.own:
            return
        # Resolved, so that no link on the way leads elsewhere.
        if self.folder is None or not path.resolve().is_relative_to(self.folder.resolve()):
            raise NotAllowed("folder_not_allowed", address.path)


def allowed_by(networks: str, ports: str, devices: str) -> Allowed:
    """Return the rules of a machine whose settings name these besides the usual ones, with commas between.

    `networks`: as 203.0.113.0/24 or one address; `ports`: as 9100-9109 or one number, instead of the usual ones;
    `devices`: device files, where * stands for signs of one name, and USB ids as 04b8:0e28. Refuses (AllowedError)
    a word that is none of these.
    """
    more: list[Network] = []
    for word in _words(networks):
        try:
            more.append(ipaddress.ip_network(word))
        except ValueError:
            raise AllowedError(f"{word!r} is no network, such as 203.0.113.0/24") from None
    spans = [_span(word) for word in _words(ports)]
    files, ids = [], set()
    for word in _words(devices):
        if _USB_ID.fullmatch(word.lower()):
            ids.add(word.lower())
        elif word.startswith("/") and ".." not in word.split("/"):
            files.append(word)
        else:
            raise AllowedError(f"{word!r} is no device, such as /dev/usb/lp* or 04b8:0e28")
    return Allowed((*NETWORKS, *more), tuple(spans) or PORTS, tuple(files), frozenset(ids))


def place_of(url: str) -> Way:
    """Return host and port of a hub's URL."""
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or (443 if parts.scheme == "https" else 80)


def look_up(host: str, port: int) -> list[IP]:
    """Return the addresses in numbers of a host, in the system's order. Refuses with LinkError a name without any."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LinkError("printer_unreachable", f"{host}: {error}", nothing_sent=True) from error
    ips: dict[IP, None] = {}
    for _family, _type, _protocol, _name, sockaddr in found:
        with suppress(ValueError):
            ip = ipaddress.ip_address(str(sockaddr[0]).partition("%")[0])
            ips[getattr(ip, "ipv4_mapped", None) or ip] = None
    return list(ips)


def _is_of_this_machine(ip: IP) -> bool:
    """Whether an address is one of this machine's own; nothing is sent to find it."""
    if ip.is_loopback or ip.is_unspecified:
        return True
    family = socket.AF_INET if ip.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(ip), 0))
        except OSError:
            return False
    return True


def _matches(path: str, pattern: str) -> bool:
    names, wanted = path.split("/"), pattern.split("/")
    return len(names) == len(wanted) and all(map(fnmatchcase, names, wanted))


def _words(setting: str) -> list[str]:
    return setting.replace(",", " ").split()


def _span(word: str) -> range:
    found = _PORTS.fullmatch(word)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 0 < first <= last <= 65535:
        raise AllowedError(f"{word!r} are no ports, such as 9100-9109")
    return range(first, last + 1)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
