"""Which states a printer can be in and in which of them slips come out: the one place that says so.

`mute` and `unknown` print: such models, or such ways to them, tell nothing. `no_printer` is something else at a
printer's address; `owned` is a printer that another print agent of the same machine drives; `not_allowed` is one that
the agent's machine does not let it open; `agent_away` is said by the hub when the agent is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the print agent needs the names of the states alone, and loads nothing else of the queue
    from antrean.queueing.plan.model import OfficePlan
    from antrean.queueing.slips.slip import PrinterState
    from antrean.queueing.slips.state import SlipsState

PRINTING = ("ready", "near_end", "unknown", "mute")
STOPPED = ("paper_out", "cover_open", "offline", "error", "no_printer", "owned", "not_allowed", "agent_away")
STATES = PRINTING + STOPPED


def prints(state: str) -> bool:
    """Whether slips come out of a printer in this state."""
    return state in PRINTING


def helped(known: PrinterState) -> bool:
    """Whether a second printer prints while the first one can't. An agent that is gone drives neither."""
    return not prints(known.state) and known.state != "agent_away" and prints(known.fallback)


def gives_slips(day: SlipsState, printer: str) -> bool:
    """Whether slips come out now, of a second printer perhaps; before the first report nothing speaks against it."""
    known = day.printers.get(printer)
    if printer in day.held_printers:
        return False
    return known is None or prints(known.state) or helped(known)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a printer of the office stands: `state` is "held", one of STATES, or "" before its first report of the day.

    `helped`: it does not print, and its second printer does.
    """

    printer: str
    state: str
    helped: bool = False


def standings(day: SlipsState, plan: OfficePlan) -> tuple[Standing, ...]:
    """Return how each printer stands that some kiosk of the office prints on; none in an office without a printer."""
    return tuple(standing(day, printer) for printer in printers_of(plan))


def standing(day: SlipsState, printer: str) -> Standing:
    """Return how a printer stands."""
    known = day.printers.get(printer)
    if printer in day.held_printers:
        return Standing(printer, "held")
    return Standing(printer, known.state, helped(known)) if known is not None else Standing(printer, "")


def printers_of(plan: OfficePlan) -> list[str]:
    """Return the printers that some kiosk of the office prints on; none in an office that has no printer."""
    return sorted({printer for printer in plan.printers.values() if printer})
