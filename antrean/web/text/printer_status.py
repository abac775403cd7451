"""The state of printers and slips as text, and what to do about it, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from antrean.queueing.slips.printers import Standing

SEVERITY = ("danger", "warning", "unknown", "good")
RUNGS = {"composed": 1, "sent": 2, "drained": 3, "echoed": 4, "printed": 5, "virtual": 5}


def printer_words(state: str) -> tuple[str, str, str]:
    """Return the severity of a printer's state, its text, and what to do about it. `held` is a state here too.

    Those that print are good, or a warning; those that do not are a danger (see `antrean.queueing.slips.printers`).
    """
    known = {
        "ready": ("good", _("Printer ready"), ""),
        "near_end": ("warning", _("Paper nearly used up"), _("Have a new roll at hand")),
        "paper_out": ("danger", _("No paper"), _("Put a new roll into the kiosk")),
        "cover_open": ("danger", _("Printer cover open"), _("Close the cover")),
        "not_allowed": (
            "danger",
            _("The computer with the print agent does not allow this printer"),
            _("Have an administrator correct its address, or allow it on that computer"),
        ),
        "offline": ("danger", _("Printer not reachable"), _("Check its power and cable")),
        "error": ("danger", _("Printer fault"), _("Switch it off and on again")),
        "mute": ("good", _("Printer works"), _("It can't report its paper")),
        "unknown": ("good", _("Printer connected"), _("It can't report how it is: look at it now and then")),
        "no_printer": (
            "danger",
            _("This is no printer"),
            _("Something else answers at its address: check the address"),
        ),
        "owned": (
            "danger",
            _("Another print agent has this printer"),
            _("Give each print agent a printer of its own"),
        ),
        "agent_away": ("danger", _("Print agent not connected"), _("Check the computer at the printer")),
        "held": ("warning", _("Printing on hold"), _("Release it on the printer page")),
    }
    return known.get(state, ("unknown", _("Printer: no report yet"), ""))


@dataclass(frozen=True, slots=True)
class Lamp:
    """The state of a printer for the person who has to act: `what` is wrong, and the next `step`."""

    severity: str
    what: str
    step: str


def lamp(standing: Standing, names: Mapping[str, str], several: bool) -> Lamp:
    """Return the lamp of a printer; where there are `several`, one that is not well is named."""
    severity, what, step = printer_words(standing.state)
    if standing.helped and severity == "danger":
        severity, step = "warning", _("The second printer prints; %(step)s", step=step[:1].lower() + step[1:])
    if several and severity != "good" and standing.printer in names:
        what = f"{names[standing.printer]}: {what}"
    return Lamp(severity, what, step)


def worst_lamp(standings: Sequence[Standing], names: Mapping[str, str]) -> Lamp | None:
    """Return the lamp of the printer that needs somebody most; None in an office without a printer."""
    return next(iter(_lamps(standings, names)), None)


def alarming_lamps(standings: Sequence[Standing], names: Mapping[str, str]) -> list[Lamp]:
    """Return the lamps of all printers that need somebody, the worst first."""
    return [found for found in _lamps(standings, names) if found.severity in ("danger", "warning")]


def _lamps(standings: Sequence[Standing], names: Mapping[str, str]) -> list[Lamp]:
    lamps = [lamp(standing, names, len(standings) > 1) for standing in standings]
    return sorted(lamps, key=lambda one: SEVERITY.index(one.severity))


def refused_words(detail: str) -> str:
    """Return in one sentence why a print agent may not use an address; `detail` is its code and what it is about."""
    code, _colon, value = detail.partition(": ")
    known = {
        "network_not_allowed": _(
            "Its networks are the only ones with printers, and %(value)s is in none.", value=value
        ),
        "port_not_allowed": _("Port %(value)s is none of the ports of printers there.", value=value),
        "hub_is_no_printer": _("%(value)s is the hub itself.", value=value),
        "device_not_allowed": _("%(value)s is none of the devices of printers there.", value=value),
        "usb_not_allowed": _("The USB device %(value)s does not say there that it is a printer.", value=value),
        "queue_unknown": _("There is no print queue “%(value)s” there.", value=value),
        "folder_not_allowed": _("Virtual printers keep slips in the print agent's own folder only."),
        "folder_not_ours": _("The folder %(value)s holds what no virtual printer wrote.", value=value),
    }
    if code.startswith("address_"):
        return _("What is stored as the printer's address can't be read. Set the printer up again.")
    return known.get(code, "")


def slip_words(state: str, evidence: str, reason: str) -> str:
    """Return in one sentence what became of a slip, as far as the evidence goes."""
    if state == "printed":
        return {
            "printed": _("Printed: the printer confirmed this very slip"),
            "echoed": _("Printed: the printer answered after it"),
            "drained": _("Handed over completely; this printer can't confirm"),
            "virtual": _("Kept by the virtual printer"),
        }.get(evidence, _("Sent; this connection can't confirm"))
    if state == "uncertain":
        return {
            "held_in_printer": _("Uncertain: the printer stopped in the middle, it may still come out"),
            "agent_restarted": _("Uncertain: the print agent was restarted in the middle"),
            "agent_gone": _("Uncertain: the print agent did not come back"),
            "no_confirmation": _("Uncertain: the printer did not confirm it"),
            "day_closed": _("Uncertain: the day was closed in the middle"),
            "no_printer": _("Uncertain: something that is no printer took it"),
            "restored": _("Uncertain: records were lost, it may have been printed before"),
            "on_paper": _("Uncertain: records were lost, it may have been printed before"),
        }.get(reason, _("Uncertain: the connection broke in the middle"))
    if state == "failed":
        return {
            "too_old": _("Given up: it could not be printed in time"),
            "not_needed": _("Not printed: its visitor no longer waits for it"),
            "cancelled": _("Cancelled by staff"),
            "compose_failed": _("Given up: it can't be composed for this printer"),
            "day_closed": _("Given up at the end of the day"),
        }.get(reason, _("Given up: the printer could not take it"))
    return _("Being sent to the printer") if state == "sending" else _("Waiting for the printer")


def lack_words(lack: str) -> str:
    """Return in few words why a visitor has no paper; empty where there is nothing to say."""
    return {
        "late": _("No slip yet: it waits for the printer"),
        "uncertain": _("Slip uncertain: it may not have come out"),
        "failed": _("No slip: it could not be printed"),
        "cancelled": _("No slip: cancelled by staff"),
    }.get(lack, "")
