"""Runs the print agent: finds out which printers it serves, and serves them."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from antrean.printing.agent.agent import Agent
from antrean.printing.agent.hub_client import HubAway, HubClient
from antrean.printing.agent.printer_lock import PrinterOwned
from antrean.printing.agent.timings import STANDARD_TIMINGS, AgentTimings
from antrean.printing.transport.address import Address
from antrean.printing.transport.allowed import Allowed, place_of
from antrean.printing.transport.link import Monotonic
from antrean.printing.transport.printer_list import parse_printers, view_printers

log = logging.getLogger(__name__)


def run_agent(
    hub_url: str,
    token: str,
    printer: str,
    *,
    data_folder: Path,
    stop: threading.Event,
    virtual_folder: Path | None = None,
    allowed: Allowed | None = None,
    monotonic: Monotonic = time.monotonic,
    timings: AgentTimings = STANDARD_TIMINGS,
    token_again: Callable[[], str] = lambda: "",
) -> None:
    """Run until `stop` is set.

    `printer`: its address as this machine's own settings name it, and after a space the address of a fallback; empty,
    the hub's view says it, else it is a virtual printer in `virtual_folder` (without one, `data_folder`/slips).
    `token_again`: as for `HubClient`. `allowed`: what this machine lets be opened, without it the usual; printers given
    here are allowed by that. Refuses with AddressError a wrong address given here, with PrinterOwned when this very
    agent already drives that printer, as when it was started twice. Everything else (hub away, printer away, a printer
    that is not allowed, or that another agent of this machine drives) is waited out.
    """
    given = parse_printers(printer)
    virtual_folder = virtual_folder or data_folder / "slips"
    allowed = (allowed or Allowed()).at(virtual_folder, place_of(hub_url)).also(given)
    hub = HubClient(hub_url, token, monotonic, stop, token_again)
    hub.start()
    logged = ""
    try:
        while not stop.is_set():
            addresses = given or _told_by(hub, virtual_folder, stop)
            if not addresses:
                continue
            names = None if given else lambda view: view_printers(view, virtual_folder)
            try:
                Agent(hub, addresses, names, data_folder, stop, monotonic, timings, allowed).run()
            except PrinterOwned as error:
                if given and error.owner.get("agent") == hub.identity:
                    raise
                # The other agent may end, or the hub may name another printer.
                if str(error) != logged:
                    log.error("%s", error)
                    logged = str(error)
                _tell_owned(hub, addresses[0], error)
                stop.wait(timings.not_ready_check_s)
    finally:
        stop.set()
        hub.close()


def _told_by(hub: HubClient, virtual_folder: Path, stop: threading.Event) -> list[Address]:
    while not stop.is_set():
        view = hub.view()
        if view:
            return view_printers(view, virtual_folder)
        hub.wait(1.0)
    return []


def _tell_owned(hub: HubClient, address: Address, error: PrinterOwned) -> None:
    """Report which agent drives the printer, unless the hub knows it or it is another run of this same agent."""
    known = (hub.view().get("printer") or {}).get("told") or {}
    said = {"state": "owned", "detail": error.words, "address": address.text, "fallback": "", "fallback_address": ""}
    if error.owner.get("agent") == hub.identity or known == said:
        return
    with contextlib.suppress(HubAway):
        hub.post("printer", said)
