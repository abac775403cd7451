"""Finds the names of a printer by which this machine recognises that two addresses lead to it."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path

from antrean.printing.transport.address import Address, AddressError, parse_address

SYS = Path("/sys")
COMMAND_TIMEOUT_S = 5.0
DEVICE_OF_QUEUE = re.compile(r"^device for [^:]+: (\S+)$", re.MULTILINE)


def names_of(address: Address, sys: Path = SYS) -> frozenset[str]:
    """Return the names of the printer at an address: two addresses with a name in common are one printer.

    The names are the device key; the host's IP addresses, this machine's own counted as one; a device's number and its
    USB port; and the device of a CUPS queue. A name that can't be found out now (a host while no name server
    responds) is left out.
    """
    return frozenset({address.device_key, *_found(address, sys)})


def distinct(addresses: Iterable[Address]) -> list[Address]:
    """Return the addresses without those that lead to the printer of an earlier one."""
    kept: list[Address] = []
    known: set[str] = set()
    for address in addresses:
        names = names_of(address)
        if not names & known:
            kept.append(address)
        known |= names
    return kept


def _found(address: Address, sys: Path) -> set[str]:
    match address.kind:
        case "tcp":
            return _hosts(address.host, address.port)
        case "usblp" | "serial":
            return _device(address.path, sys)
        case "usb":
            return _usb_ports(address, sys)
        case "cups":
            return _queue(address.queue)
        case "virtual":
            return {f"folder {os.path.realpath(address.path)}"}
    return set()


def _hosts(host: str, port: int) -> set[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return set()
    return {f"tcp {_number(str(place[0]))} {port}" for *_, place in found}


def _number(text: str) -> str:
    number = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address) and number.ipv4_mapped:
        number = number.ipv4_mapped
    return "this machine" if number.is_loopback or number.is_unspecified or _is_ours(number) else str(number)


def _is_ours(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether this is an IP address of this machine: a socket can be bound to no other."""
    family = socket.AF_INET if number.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(number), 0))
    except OSError:
        return False
    return True


def _device(path: str, sys: Path) -> set[str]:
    try:
        found = os.stat(path)
    except OSError:
        return set()
    if not stat.S_ISCHR(found.st_mode):
        return set()
    number = f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}"
    names = {f"device {number}"}
    here = (sys / "dev/char" / number / "device").resolve()
    for folder in (here, *here.parents):
        if (folder / "idVendor").exists():
            return names | {f"usb port {folder.name}"}
    return names


def _usb_ports(address: Address, sys: Path) -> set[str]:
    """Return the ports of all devices that the address may mean: without a serial number any of them may be opened."""
    wanted = (f"{address.vendor_id:04x}", f"{address.product_id:04x}")
    names = set()
    for folder in (sys / "bus/usb/devices").glob("*"):
        if (_read(folder / "idVendor"), _read(folder / "idProduct")) != wanted:
            continue
        if not address.serial or _read(folder / "serial") == address.serial:
            names.add(f"usb port {folder.name}")
    return names


def _queue(queue: str) -> set[str]:
    try:
        done = subprocess.run(
            ["lpstat", "-v", queue],
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return set()
    found = DEVICE_OF_QUEUE.search(done.stdout)
    if found is None:
        return set()
    names = {f"cups device {found[1]}"}
    if found[1].startswith("socket://"):
        try:
            behind = parse_address("tcp" + found[1].removeprefix("socket").partition("?")[0].rstrip("/"))
        except AddressError:
            return names
        names |= _hosts(behind.host, behind.port)
    return names


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
