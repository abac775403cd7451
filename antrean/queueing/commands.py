"""Every command that an office can be given: one class for each, in the folder of its subject."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from antrean.queueing.announcements import commands as announcements
from antrean.queueing.announcements.commands import Announce, EndAnnouncement, RepeatAnnouncements
from antrean.queueing.archive import commands as archive
from antrean.queueing.archive.commands import FindLostNumbers, SealJournal
from antrean.queueing.calls import commands as calls
from antrean.queueing.calls.commands import (
    AnnounceCall,
    CallNext,
    CallTicket,
    CompleteTicket,
    HoldTicket,
    MarkNoShow,
    RecallTicket,
    ResumeTicket,
    StartService,
    UndoStep,
)
from antrean.queueing.campaign import commands as campaign
from antrean.queueing.campaign.commands import CorrectCampaign
from antrean.queueing.cases import commands as cases
from antrean.queueing.cases.commands import AskCase, KeyInCases, MoveCases, TakeBackCases, WithdrawCase
from antrean.queueing.clock import commands as clock
from antrean.queueing.clock.commands import AdoptClock, BeginDay, TellTime
from antrean.queueing.closing import commands as closing
from antrean.queueing.closing.commands import CloseDay, CloseEndedDay, OpenDay
from antrean.queueing.command.base import STANDING, Command, Standing, by_name
from antrean.queueing.corrections import commands as corrections
from antrean.queueing.corrections.commands import ChangePersons, ChangePriority, ChangeService
from antrean.queueing.counters import commands as counters
from antrean.queueing.counters.commands import (
    CloseCounter,
    FreeCounter,
    HandOverCounter,
    OpenCounter,
    PauseCounter,
    ResumeCounter,
    TakeOverCounter,
)
from antrean.queueing.cutoff import commands as cutoff
from antrean.queueing.cutoff.commands import LetNumbersGoOn, ResumeNumbers, StopNumbers
from antrean.queueing.outages import commands as outages
from antrean.queueing.outages.commands import BeginOutage, EndOutage
from antrean.queueing.ownership import commands as ownership
from antrean.queueing.ownership.commands import MakeMine
from antrean.queueing.plan import commands as plan
from antrean.queueing.plan.commands import ChangePlan, SavePlan
from antrean.queueing.security import commands as security
from antrean.queueing.security.commands import NoteSecurity
from antrean.queueing.services import commands as services
from antrean.queueing.services.commands import CloseService, OpenService, PauseService, ResumeService, SpareVisit
from antrean.queueing.slips import commands as slips
from antrean.queueing.slips import lists
from antrean.queueing.slips import vouchers as voucher_slips
from antrean.queueing.slips.commands import (
    CancelSlip,
    ChangeRoll,
    GiveUpSlips,
    HoldPrinter,
    ReleasePrinter,
    ReportPrinter,
    ReprintSlip,
    RequestTestSlip,
    SettleSlip,
)
from antrean.queueing.slips.lists import RequestList
from antrean.queueing.slips.vouchers import PrintVoucher, PrintVouchers, StopVouchers
from antrean.queueing.standstill import commands as standstill
from antrean.queueing.standstill.commands import AnswerStandstill
from antrean.queueing.stock import commands as stock
from antrean.queueing.stock.commands import CountStock, ReceiveStock, SpoilStock, TakeBackStock
from antrean.queueing.tickets import coming_back
from antrean.queueing.tickets import commands as tickets
from antrean.queueing.tickets.coming_back import ComeBack
from antrean.queueing.tickets.commands import (
    CancelTicket,
    DeferTicket,
    HelpToSeat,
    IssueTicket,
    ReadmitTicket,
    ReopenTicket,
    ReturnTicket,
    SayComing,
    TransferTicket,
)
from antrean.queueing.vouchers import commands as vouchers
from antrean.queueing.vouchers.commands import RedeemVoucher

# The subjects of the queue. A command that stands in one of these files can be given.
SUBJECTS = (
    tickets, coming_back, corrections, calls, announcements, counters, services, slips, lists, voucher_slips, closing,
    clock, plan, archive, security, ownership, stock, outages, standstill, campaign, vouchers, cutoff, cases,
)  # fmt: skip


def _commands_of(subject: ModuleType) -> Iterator[type[Command]]:
    """Yield the commands that a file holds, in their order."""
    for value in vars(subject).values():
        if isinstance(value, type) and issubclass(value, Command) and value.__module__ == subject.__name__:
            yield value


COMMANDS = by_name(kind for subject in SUBJECTS for kind in _commands_of(subject))

__all__ = [
    "COMMANDS",
    "STANDING",
    "SUBJECTS",
    "AdoptClock",
    "Announce",
    "AnnounceCall",
    "AnswerStandstill",
    "AskCase",
    "BeginDay",
    "BeginOutage",
    "CallNext",
    "CallTicket",
    "CancelSlip",
    "CancelTicket",
    "ChangePersons",
    "ChangePlan",
    "ChangePriority",
    "ChangeRoll",
    "ChangeService",
    "CloseCounter",
    "CloseDay",
    "CloseEndedDay",
    "CloseService",
    "ComeBack",
    "Command",
    "CompleteTicket",
    "CorrectCampaign",
    "CountStock",
    "DeferTicket",
    "EndAnnouncement",
    "EndOutage",
    "FindLostNumbers",
    "FreeCounter",
    "GiveUpSlips",
    "HandOverCounter",
    "HelpToSeat",
    "HoldPrinter",
    "HoldTicket",
    "IssueTicket",
    "KeyInCases",
    "LetNumbersGoOn",
    "MakeMine",
    "MarkNoShow",
    "MoveCases",
    "NoteSecurity",
    "OpenCounter",
    "OpenDay",
    "OpenService",
    "PauseCounter",
    "PauseService",
    "PrintVoucher",
    "PrintVouchers",
    "ReadmitTicket",
    "RecallTicket",
    "ReceiveStock",
    "RedeemVoucher",
    "ReleasePrinter",
    "ReopenTicket",
    "RepeatAnnouncements",
    "ReportPrinter",
    "ReprintSlip",
    "RequestList",
    "RequestTestSlip",
    "ResumeCounter",
    "ResumeNumbers",
    "ResumeService",
    "ResumeTicket",
    "ReturnTicket",
    "SavePlan",
    "SayComing",
    "SealJournal",
    "SettleSlip",
    "SpareVisit",
    "SpoilStock",
    "Standing",
    "StartService",
    "StopNumbers",
    "StopVouchers",
    "TakeBackCases",
    "TakeBackStock",
    "TakeOverCounter",
    "TellTime",
    "TransferTicket",
    "UndoStep",
    "WithdrawCase",
]
