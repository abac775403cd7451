"""A printer over libusb as a Link, with finite waits; short writes are continued."""

from __future__ import annotations

import contextlib
from typing import Any

from antrean.printing.transport.address import Address
from antrean.printing.transport.link import CHUNK, LinkError, Monotonic
from printer_profiles import Profile

READ_MS = 20


class UsbLink:
    """One claimed USB printer interface."""

    two_way = True

    def __init__(self, address: Address, profile: Profile, monotonic: Monotonic) -> None:
        import usb.core
        import usb.util

        self._usb, self._util = usb.core, usb.util
        self._limits, self._monotonic = profile.transport, monotonic
        self._inbox = bytearray()
        wanted: dict[str, Any] = {"idVendor": address.vendor_id, "idProduct": address.product_id}
        if address.serial:
            wanted["custom_match"] = lambda device: device.serial_number == address.serial
        try:
            self._device: Any = usb.core.find(**wanted)
        except (ValueError, usb.core.USBError) as error:  # no libusb, or no permission to read the serial number
            raise LinkError("printer_unreachable", str(error), nothing_sent=True) from error
        if self._device is None:
            raise LinkError("device_missing", address.device_key, nothing_sent=True)
        self._claim()

    def _claim(self) -> None:
        # No reset(): it makes some printers leave the bus. The usblp driver holds the interface until it is detached.
        try:
            with contextlib.suppress(NotImplementedError):
                if self._device.is_kernel_driver_active(0):
                    self._device.detach_kernel_driver(0)
            self._util.claim_interface(self._device, 0)
        except self._usb.USBError as error:
            code = "printer_busy" if error.errno == 16 else "printer_unreachable"
            raise LinkError(code, str(error), nothing_sent=True) from error

    def send(self, data: bytes) -> None:
        view = memoryview(data)
        patience = self._limits.write_timeout_s
        give_up = self._monotonic() + patience
        while view:
            left = give_up - self._monotonic()
            if left <= 0:
                raise LinkError("write_stalled", f"{len(view)} bytes were not taken")
            try:
                written = self._device.write(self._limits.out_ep, bytes(view[:CHUNK]), max(1, int(left * 1000)))
            except self._usb.USBTimeoutError as error:
                raise LinkError("write_stalled", f"{len(view)} bytes were not taken") from error
            except self._usb.USBError as error:
                raise LinkError("connection_lost", str(error)) from error
            if written:
                view = view[written:]
                give_up = self._monotonic() + patience
            self._take_in(1)

    def receive(self, timeout_s: float) -> bytes:
        until = self._monotonic() + timeout_s
        while not self._inbox:
            self._take_in(READ_MS)
            if self._monotonic() >= until:
                break
        said, self._inbox = bytes(self._inbox), bytearray()
        return said

    def _take_in(self, milliseconds: int) -> None:
        try:
            self._inbox += bytes(self._device.read(self._limits.in_ep, 512, milliseconds))
        except self._usb.USBTimeoutError:
            return
        except self._usb.USBError as error:
            raise LinkError("connection_lost", str(error)) from error

    def port_status(self) -> int | None:
        """Return the printer class's GET_PORT_STATUS, the byte that LPGETSTATUS returns for usblp."""
        try:
            return int(self._device.ctrl_transfer(0xA1, 1, 0, 0, 1, 1000)[0])
        except (self._usb.USBError, IndexError):
            return None

    def finish(self, patience_s: float) -> bool:
        self.abort()
        return True  # a bulk write returns when the printer has taken the bytes

    def abort(self) -> None:
        with contextlib.suppress(self._usb.USBError):
            self._util.release_interface(self._device, 0)
        self._util.dispose_resources(self._device)
