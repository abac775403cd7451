"""The state of a business day, composed of the states of its subjects; each event is fed to all that change by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from antrean.queueing.announcements import state as announcements
from antrean.queueing.archive import state as archive
from antrean.queueing.calls import state as calls
from antrean.queueing.campaign import state as campaign
from antrean.queueing.cases import state as cases
from antrean.queueing.clock import state as clock
from antrean.queueing.closing import state as closing
from antrean.queueing.corrections import state as corrections
from antrean.queueing.counters import spans
from antrean.queueing.counters import state as counters
from antrean.queueing.cutoff import state as cutoff
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.journal.kinds import Event
from antrean.queueing.outages import state as outages
from antrean.queueing.ownership.events import OfficeMadeMine
from antrean.queueing.plan.events import PlanChanged
from antrean.queueing.plan.model import CLOSED, OPEN, Service
from antrean.queueing.security.events import SecurityNoted
from antrean.queueing.services import state as services
from antrean.queueing.services.state import ServiceToday
from antrean.queueing.slips import state as slips
from antrean.queueing.standstill import state as standstill
from antrean.queueing.stock import state as stock
from antrean.queueing.tickets import state as tickets
from antrean.queueing.vouchers import state as vouchers

FULL = "full"  # how a service stands that is open or paused and takes nobody more today
STOPPED = "stopped"  # how an open service stands whose queue takes until closing
Case = Callable[[Any, Any, JournalEntry], None]
# The subjects in the order in which they take an event in: a call is logged as its ticket was before it, counters and
# slips read what became of the ticket, and standstills which services an outage held up that ends.
SUBJECTS = (
    calls, tickets, corrections, slips, counters, spans, services, announcements, closing, clock, archive, stock,
    standstill, outages, campaign, vouchers, cutoff, cases,
)  # fmt: skip


def _composed(tables: Iterable[Mapping[type[Event], Case]]) -> dict[type[Event], tuple[Case, ...]]:
    """Return the cases of each event, in the order of the tables."""
    found: defaultdict[type[Event], tuple[Case, ...]] = defaultdict(tuple)
    for table in tables:
        for event, case in table.items():
            found[event] += (case,)
    return dict(found)


# No day depends on settings, which those who hold a plan read again, nor on who signed in. With an office of one's own
# the day itself begins anew, which no subject does alone.
_OF_NO_DAY: dict[type[Event], tuple[Case, ...]] = {PlanChanged: (), SecurityNoted: (), OfficeMadeMine: ()}
_CASES = _OF_NO_DAY | _composed(subject.CASES for subject in SUBJECTS)


@dataclass(kw_only=True, eq=False, repr=False)
class DayState(
    calls.CallsState, counters.CountersState, spans.SpansState, services.ServicesState,
    announcements.AnnouncementsState, clock.ClockState, closing.ClosingState, archive.ArchiveState, stock.StockState,
    standstill.StandstillState,
    campaign.CampaignState, vouchers.VouchersState, cutoff.CutOffState, cases.CasesState,
):  # fmt: skip
    """What a business day is at one line of its journal."""

    seq: int = 0
    last_at: datetime | None = None

    def service_today(self, service: Service) -> ServiceToday:
        """Return how a service stands: as the plan and staff say, and where these leave it open, held up by outages."""
        said = super().service_today(service)
        return (self.held_up(service.code) or said) if said.state == OPEN and self.outages else said

    def not_open(self) -> set[str]:
        """Return the codes of the services that staff paused or closed today, or that outages hold up."""
        return set(self.services).union(*(one.services for one in self.outages.values()))

    def service_state(self, service: Service) -> str:
        """Return how a service stands towards newcomers: open, paused, closed, FULL or STOPPED.

        The last two take nobody more today. This is the order in which a command for a number is refused.
        """
        state = self.service_today(service).for_newcomers
        if self.closed or state == CLOSED:
            return CLOSED
        if self.persons_left(service) == 0:
            return FULL
        return STOPPED if state == OPEN and service.code in self.stopped else state

    def expected_end(self, service: Service, zone: ZoneInfo, at: datetime) -> str:
        """Return when a pause is expected to end; "" on a day that was closed: nothing goes on then."""
        return "" if self.closed else super().expected_end(service, zone, at)

    def take_in(self, entry: JournalEntry) -> None:
        """Change by one journal entry of this day."""
        for case in _CASES[type(entry.event)]:
            case(self, entry.event, entry)
