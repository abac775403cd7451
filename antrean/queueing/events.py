"""Every event of an office: one frozen dataclass for each fact, in the past tense, in the folder of its subject.

Old journal lines stay readable for ever. A field may be added with a default; any other change of fields makes a new
version of the event, with an upcaster that brings older lines up to it (`antrean.queueing.journal.kinds`).
Times stand in the journal entry, not in the event. `ticket` is the number as printed, such as `A-012`.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from antrean.queueing.announcements import events as announcements
from antrean.queueing.announcements.events import AnnouncementEnded, AnnouncementMade, AnnouncementRepeated
from antrean.queueing.archive import events as archive
from antrean.queueing.archive.events import JournalRestored, JournalSealed, LostNumbersFound
from antrean.queueing.calls import events as calls
from antrean.queueing.calls.events import CallAnnounced
from antrean.queueing.campaign import events as campaign
from antrean.queueing.campaign.events import CampaignCorrected
from antrean.queueing.cases import events as cases
from antrean.queueing.cases.events import (
    CaseAsked,
    CasesExpired,
    CasesForgotten,
    CasesKeyedIn,
    CasesMoved,
    CasesOpened,
    CasesTakenBack,
    CasesWithdrawn,
)
from antrean.queueing.clock import events as clock
from antrean.queueing.clock.events import ADOPTED, BEGUN, DATED, DOUBTED, TOLD, ClockSet
from antrean.queueing.closing import events as closing
from antrean.queueing.closing.events import DayClosed, DayReopened
from antrean.queueing.corrections import events as corrections
from antrean.queueing.corrections.events import PersonsChanged, PriorityChanged, TicketServiceChanged
from antrean.queueing.counters import events as counters
from antrean.queueing.counters.events import (
    CounterClosed,
    CounterHandedOver,
    CounterOpened,
    CounterPaused,
    CounterResumed,
)
from antrean.queueing.cutoff import events as cutoff
from antrean.queueing.cutoff.events import NumbersResumed, NumbersStopped
from antrean.queueing.journal.kinds import Event, EventKinds
from antrean.queueing.outages import events as outages
from antrean.queueing.outages.events import OutageBegun, OutageEnded, OutageTold
from antrean.queueing.ownership import events as ownership
from antrean.queueing.ownership.events import OfficeMadeMine
from antrean.queueing.plan import events as plan
from antrean.queueing.plan.events import PlanChanged
from antrean.queueing.security import events as security
from antrean.queueing.security.events import SecurityNoted
from antrean.queueing.services import events as services
from antrean.queueing.services.events import ServiceClosed, ServiceOpened, ServicePaused, ServiceResumed, VisitSpared
from antrean.queueing.slips import events as slips
from antrean.queueing.slips.events import (
    ListRequested,
    PrinterHeld,
    PrinterReleased,
    PrinterReported,
    RollChanged,
    SlipClaimed,
    SlipFailed,
    SlipPrinted,
    SlipReleased,
    SlipRequested,
    TestSlipRequested,
    VoucherSlipRequested,
)
from antrean.queueing.standstill import events as standstill
from antrean.queueing.standstill.events import StandstillAnswered
from antrean.queueing.stock import events as stock
from antrean.queueing.stock.events import (
    StockCounted,
    StockReceived,
    StockReturned,
    StockSpoiled,
    StockTakenBack,
    StockUsed,
)
from antrean.queueing.tickets import events as tickets
from antrean.queueing.tickets.events import (
    CommandUndone,
    TicketCalled,
    TicketCancelled,
    TicketCompleted,
    TicketDeferred,
    TicketExpired,
    TicketHeld,
    TicketIssued,
    TicketMarkedNoShow,
    TicketReadmitted,
    TicketRecalled,
    TicketReopened,
    TicketResumed,
    TicketReturned,
    TicketStarted,
    TicketTransferred,
    TicketWentOn,
    VisitorCameBack,
    VisitorComing,
    VisitorSeated,
)
from antrean.queueing.vouchers import events as vouchers
from antrean.queueing.vouchers.events import VoucherGiven, VoucherRedeemed

# The subjects of the queue. An event that stands in one of these files is read from the journal.
SUBJECTS = (
    tickets, corrections, counters, services, calls, announcements, slips, closing, clock, plan, archive, security,
    ownership, stock, outages, standstill, campaign, vouchers, cutoff, cases,
)  # fmt: skip


def _events_of(subject: ModuleType) -> Iterator[type[Event]]:
    """Yield the events that a file holds, in their order."""
    for value in vars(subject).values():
        if isinstance(value, type) and issubclass(value, Event) and value.__module__ == subject.__name__:
            yield value


KINDS = EventKinds(event for subject in SUBJECTS for event in _events_of(subject))
from_data = KINDS.read

__all__ = [
    "ADOPTED",
    "BEGUN",
    "DATED",
    "DOUBTED",
    "KINDS",
    "SUBJECTS",
    "TOLD",
    "AnnouncementEnded",
    "AnnouncementMade",
    "AnnouncementRepeated",
    "CallAnnounced",
    "CampaignCorrected",
    "CaseAsked",
    "CasesExpired",
    "CasesForgotten",
    "CasesKeyedIn",
    "CasesMoved",
    "CasesOpened",
    "CasesTakenBack",
    "CasesWithdrawn",
    "ClockSet",
    "CommandUndone",
    "CounterClosed",
    "CounterHandedOver",
    "CounterOpened",
    "CounterPaused",
    "CounterResumed",
    "DayClosed",
    "DayReopened",
    "Event",
    "JournalRestored",
    "JournalSealed",
    "ListRequested",
    "LostNumbersFound",
    "NumbersResumed",
    "NumbersStopped",
    "OfficeMadeMine",
    "OutageBegun",
    "OutageEnded",
    "OutageTold",
    "PersonsChanged",
    "PlanChanged",
    "PrinterHeld",
    "PrinterReleased",
    "PrinterReported",
    "PriorityChanged",
    "RollChanged",
    "SecurityNoted",
    "ServiceClosed",
    "ServiceOpened",
    "ServicePaused",
    "ServiceResumed",
    "SlipClaimed",
    "SlipFailed",
    "SlipPrinted",
    "SlipReleased",
    "SlipRequested",
    "StandstillAnswered",
    "StockCounted",
    "StockReceived",
    "StockReturned",
    "StockSpoiled",
    "StockTakenBack",
    "StockUsed",
    "TestSlipRequested",
    "TicketCalled",
    "TicketCancelled",
    "TicketCompleted",
    "TicketDeferred",
    "TicketExpired",
    "TicketHeld",
    "TicketIssued",
    "TicketMarkedNoShow",
    "TicketReadmitted",
    "TicketRecalled",
    "TicketReopened",
    "TicketResumed",
    "TicketReturned",
    "TicketServiceChanged",
    "TicketStarted",
    "TicketTransferred",
    "TicketWentOn",
    "VisitSpared",
    "VisitorCameBack",
    "VisitorComing",
    "VisitorSeated",
    "VoucherGiven",
    "VoucherRedeemed",
    "VoucherSlipRequested",
    "from_data",
]
