"""The printers of this machine's settings, and the further ones that a hub may name."""

from __future__ import annotations

from antrean.config import Config, ConfigError
from antrean.printing.transport.address import Address, AddressError
from antrean.printing.transport.allowed import Allowed, AllowedError, allowed_by, place_of
from antrean.printing.transport.printer_list import parse_printers


def checked_printers(config: Config) -> list[Address]:
    """Return the printers that the settings name, the main one first; refuses (ConfigError) an invalid address."""
    try:
        return parse_printers(config.printer)
    except AddressError as error:
        raise ConfigError(f"the setting printer (ANTREAN_PRINTER) can't be used: {error}") from None


def allowed_here(config: Config) -> Allowed:
    """Return what this machine lets its print agent open; refuses (ConfigError) a setting that can't be read."""
    try:
        allowed = allowed_by(config.printer_networks, config.printer_ports, config.printer_devices)
    except AllowedError as error:
        raise ConfigError(f"the settings of printers can't be used: {error}") from None
    url = config.hub_url or f"http://127.0.0.1:{config.port}"
    return allowed.at(config.data / "virtual_printer", place_of(url)).also(checked_printers(config))
