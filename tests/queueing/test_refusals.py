"""Every refusal of the queue: the wish that triggers its code, and that it leaves no line and no change behind."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import antrean
from antrean import queueing
from antrean.queueing import errors
from antrean.queueing.commands import (
    Announce,
    AnnounceCall,
    AskCase,
    BeginOutage,
    CallNext,
    CallTicket,
    CancelSlip,
    CancelTicket,
    ChangePersons,
    ChangePlan,
    CloseCounter,
    CloseDay,
    CompleteTicket,
    CorrectCampaign,
    CountStock,
    DeferTicket,
    EndAnnouncement,
    HandOverCounter,
    HoldPrinter,
    HoldTicket,
    IssueTicket,
    KeyInCases,
    LetNumbersGoOn,
    MakeMine,
    MarkNoShow,
    MoveCases,
    OpenCounter,
    PauseCounter,
    PauseService,
    ReadmitTicket,
    RecallTicket,
    ReceiveStock,
    RedeemVoucher,
    ReopenTicket,
    ReprintSlip,
    RequestList,
    ResumeTicket,
    SavePlan,
    SettleSlip,
    SpoilStock,
    StartService,
    StopNumbers,
    TakeBackCases,
    TakeBackStock,
    TransferTicket,
    UndoStep,
)
from antrean.queueing.errors import (
    INTERNAL,
    INVALID,
    REFUSED,
    SENTENCES,
    UNAVAILABLE,
    UNKNOWN,
    InternalError,
    Invalid,
    QueueError,
    Refused,
    Unavailable,
    Unknown,
)
from antrean.queueing.hours.model import WEEKDAYS, Hours
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import JournalError, Office
from antrean.queueing.plan import campaign as plan_campaign
from antrean.queueing.plan.document import written
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import Limits, Requirement, Service, StockItem, StockUse
from antrean.queueing.standing import Standing
from app import SCREENS
from tests.conftest import ListJournal, SetClock, small_plan
from tests.fakes.same_day import state_of
from tests.queueing.cases.case_office import STAGES
from tests.queueing.wishes import refused

GOAL = {"target": 100, "start_count": 20, "start_on": "2026-11-01", "deadline": "2026-12-01", "services": ["card"]}
Asked = tuple[Any, dict[str, Any]]


class Stage:
    """An office with Ani at counter 3 and Budi at counter 1; `do` names a rule and its arguments."""

    def __init__(self) -> None:
        self.clock = SetClock()
        services = (
            Service("card", "A", {"id": "KTP"}),
            Service("blanks", "F", {"id": "KIA"}, uses=(StockUse("blank"),)),
            Service("family", "B", {"id": "KK"}, daily_limit=2),
            Service("birth", "C", {"id": "Akta"}),
            Service("moving", "D", {"id": "Pindah"}, closed=True),
            Service(
                "desk",
                "E",
                {"id": "Informasi"},
                priority_allowed=False,
                requirements=(Requirement("d1", {"id": "KTP"}),),
            ),
        )
        limits = Limits(holds=1, recalls=1, readmits=1)
        stock = (StockItem("blank", {"id": "Blangko"}),)
        plan = small_plan(services=services, limits=limits, printers={"": "printer-1"}, stock=stock)
        self.journal = FailingJournal()
        self.plan = plan
        self.office = Office(self.journal, lambda: self.plan, self.clock)
        for counter, operator in (("3", "Ani"), ("1", "Budi")):
            self.office.execute(OpenCounter(counter=counter, operator=operator))

    def change(self, **changes: Any) -> None:
        self.plan = replace(self.plan, **changes)
        self.office.execute(ChangePlan(what="calling"))

    def issue(self, service: str = "card") -> str:
        ticket = self.office.execute(IssueTicket(**new(service))).ticket
        assert ticket is not None
        return ticket.number

    def call(self) -> str:
        self.issue()
        ticket = self.office.execute(CallNext(counter="3", operator="Ani")).ticket
        assert ticket is not None
        return ticket.number

    def serve(self) -> str:
        number = self.call()
        self.office.execute(StartService(ticket=number, counter="3"))
        return number


def _saved(parts: dict[str, Any], **more: int) -> Asked:
    return SavePlan, {"what": "plan", "parts": parts, **more}


def services_unserved(stage: Stage) -> Asked:
    return _saved({"counters/2/primary": ["family"], "counters/3/primary": ["card"]}, must_serve=True)


def time_zone_numbers(stage: Stage) -> Asked:
    stage.issue()
    return _saved({"time_zone": "Asia/Makassar"})


def time_zone_date(stage: Stage) -> Asked:
    stage.clock.forward(days=1)
    stage.office.catch_up()
    return _saved({"time_zone": "Pacific/Honolulu"})


def counter_in_use(stage: Stage) -> Asked:
    stage.office.execute(HoldTicket(ticket=stage.serve(), counter="3"))
    stage.office.execute(CloseCounter(counter="3", operator="Ani"))
    return _saved({"counters/3": None})


class FailingJournal(ListJournal):
    failing = False

    def append(self, entries: Sequence[JournalEntry], standing: Standing | None = None) -> None:
        if self.failing:
            raise JournalError("disk full")
        super().append(entries, standing)


def new(service: str, persons: int = 1) -> dict[str, Any]:
    more = {"persons": persons, "priority": False, "language": "id", "device": ""}
    return {"service": service, **more}


def slip(number: str, result: str, claim: str = "run-1") -> dict[str, Any]:
    return {"ticket": number, "copy": 0, "result": result, "claim": claim}


AT_3 = {"counter": "3"}
ANI = {"counter": "3", "operator": "Ani"}


def already_called(stage: Stage) -> Asked:
    return CallTicket, {"ticket": stage.call(), "counter": "1", "operator": "Budi", "reason": ""}


def counter_busy(stage: Stage) -> Asked:
    stage.call()
    return CallNext, ANI


def counter_paused(stage: Stage) -> Asked:
    stage.issue()
    stage.office.execute(PauseCounter(**ANI, reason="prayer"))
    return CallNext, ANI


def counter_not_open(stage: Stage) -> Asked:
    number = stage.serve()
    stage.office.execute(HoldTicket(ticket=number, counter="3", reason=""))
    stage.office.execute(CloseCounter(**ANI))
    return ResumeTicket, {"ticket": number, **AT_3}


def counter_not_for_service(stage: Stage) -> Asked:
    return TransferTicket, {"ticket": stage.call(), **AT_3, "service": "birth", "to_counter": "1"}


def hold_limit(stage: Stage) -> Asked:
    stage.office.execute(HoldTicket(ticket=stage.serve(), counter="3", reason=""))
    return HoldTicket, {"ticket": stage.serve(), **AT_3, "reason": ""}


def campaign_reason_missing(stage: Stage) -> Asked:
    object.__setattr__(stage.plan, "campaign", plan_campaign.read(GOAL))
    return CorrectCampaign, {"persons": 1, "reason": " "}


def _carried_over(stage: Stage) -> int:
    """Return the voucher of a number that waited when yesterday was closed."""
    stage.change(limits=replace(stage.plan.limits, voucher_days=1))
    stage.office.execute(CloseDay())
    stage.clock.forward(hours=24)
    return stage.office.read(lambda day, _plan: max(day.standing.vouchers.vouchers))


def _with_case(stage: Stage, at: str = "recorded") -> None:
    """Let the office have a case KTP-01 in this stage, and a service that hands out what is ready."""
    cards = Service("cards", "G", {"id": "Kartu"}, journey=Journey(STAGES))
    stage.change(services=(*stage.plan.services, cards, Service("pickup", "H", {"id": "Ambil"}, collects=("cards",))))
    stage.office.execute(KeyInCases(cases=("KTP-01",), service="cards", stage=at))


def case_needed(stage: Stage) -> Asked:
    _with_case(stage, "ready")
    return IssueTicket, new("pickup")


def case_not_ready(stage: Stage) -> Asked:
    _with_case(stage)
    return IssueTicket, {**new("pickup"), "case": "ktp 01"}


def case_ended(stage: Stage) -> Asked:
    _with_case(stage)
    stage.office.execute(MoveCases(cases=("KTP01",), stage="collected"))
    return IssueTicket, {**new("pickup"), "case": "KTP01"}


def case_has_number(stage: Stage) -> Asked:
    _with_case(stage, "ready")
    stage.office.execute(IssueTicket(**new("pickup"), case="KTP01"))
    return IssueTicket, {**new("pickup"), "case": "KTP01"}


def case_known(stage: Stage) -> Asked:
    _with_case(stage)
    return KeyInCases, {"cases": ("KTP-02", "KTP-01"), "service": "cards", "stage": "sent"}


def case_moved(stage: Stage) -> Asked:
    _with_case(stage, "sent")
    return MoveCases, {"cases": ("KTP-01",), "stage": "sent"}


def case_not_moved(stage: Stage) -> Asked:
    _with_case(stage, "sent")
    return TakeBackCases, {"cases": ("KTP-01",), "stage": "sent"}


def stage_unknown(stage: Stage) -> Asked:
    _with_case(stage)
    return MoveCases, {"cases": ("KTP-01",), "stage": "gone"}


def stage_for_leaders(stage: Stage) -> Asked:
    _with_case(stage)
    return MoveCases, {"cases": ("KTP-01",), "stage": "ready"}


def stage_in_use(stage: Stage) -> Asked:
    _with_case(stage, "sent")
    stages = [written(one) for one in STAGES if one.code != "sent"]
    return _saved({"services/cards/journey/stages": stages})


def journey_in_use(stage: Stage) -> Asked:
    _with_case(stage)
    return _saved({"services/cards/journey": None, "services/pickup/collects": []})


def voucher_redeemed(stage: Stage) -> Asked:
    voucher = _carried_over(stage)
    stage.office.execute(RedeemVoucher(voucher=voucher))
    return RedeemVoucher, {"voucher": voucher}


def voucher_over(stage: Stage) -> Asked:
    voucher = _carried_over(stage)
    stage.clock.forward(hours=24)
    stage.office.catch_up()
    return RedeemVoucher, {"voucher": voucher}


def _stop_numbers(stage: Stage) -> None:
    stage.change(limits=replace(stage.plan.limits, served_percent=80))
    closes = "2026-11-24T15:00:00+07:00"
    stage.office.execute(StopNumbers(service="card", percent=80, counters=1, closes=closes))


def numbers_stopped(stage: Stage) -> Asked:
    _stop_numbers(stage)
    return IssueTicket, new("card")


def numbers_reason_missing(stage: Stage) -> Asked:
    _stop_numbers(stage)
    return LetNumbersGoOn, {"service": "card", "reason": " "}


def stock_used_up(stage: Stage) -> Asked:
    stage.office.execute(CountStock(item="blank", count=0))
    return IssueTicket, new("blanks")


def too_many_persons(stage: Stage) -> Asked:
    stage.issue("family")
    return IssueTicket, {**new("family"), "persons": 2}


def too_many_today(stage: Stage) -> Asked:
    stage.issue("family"), stage.issue("family")
    return IssueTicket, new("family")


def ticket_ended(stage: Stage) -> Asked:
    number = stage.serve()
    stage.office.execute(CompleteTicket(ticket=number, counter="3"))
    return ChangePersons, {"ticket": number, "persons": 3}


def ticket_not_waiting(stage: Stage) -> Asked:
    return CancelTicket, {"ticket": stage.serve(), "reason": ""}


def ticket_not_here(stage: Stage) -> Asked:
    return StartService, {"ticket": stage.call(), "counter": "1"}


def deferred_before(stage: Stage) -> Asked:
    number = stage.issue()
    stage.issue()
    stage.office.execute(DeferTicket(ticket=number))
    return DeferTicket, {"ticket": number}


def recall_too_soon(stage: Stage) -> Asked:
    return RecallTicket, {"ticket": stage.call(), **AT_3}


def recall_limit(stage: Stage) -> Asked:
    number = stage.call()
    stage.clock.forward(seconds=10)
    stage.office.execute(RecallTicket(ticket=number, counter="3"))
    stage.clock.forward(seconds=10)
    return RecallTicket, {"ticket": number, **AT_3}


def readmit_limit(stage: Stage) -> Asked:
    number = stage.call()
    stage.office.execute(MarkNoShow(ticket=number, counter="3"))
    stage.clock.forward(minutes=61)
    return ReadmitTicket, {"ticket": number}


def request_id_reused(stage: Stage) -> Asked:
    stage.office.execute(IssueTicket(**new("card")), request_id="once")
    return CallNext, {**ANI, "request_id": "once"}


def request_id_taken(stage: Stage) -> Asked:
    stage.office.execute(IssueTicket(**new("card")), "kiosk:hall", "once")
    return IssueTicket, {**new("card"), "actor": "kiosk:door", "request_id": "once"}


def slip_already_taken(stage: Stage) -> Asked:
    number = stage.issue()
    stage.office.execute(SettleSlip(**slip(number, "sending")))
    return SettleSlip, slip(number, "sending", "run-2")


def slip_not_needed(stage: Stage) -> Asked:
    number = stage.issue()
    stage.office.execute(CancelTicket(ticket=number, reason=""))
    return SettleSlip, slip(number, "sending")


def slip_settled(stage: Stage) -> Asked:
    number = stage.issue()
    stage.office.execute(SettleSlip(**slip(number, "sending")))
    stage.office.execute(SettleSlip(**slip(number, "printed")))
    return SettleSlip, slip(number, "failed")


def list_day_limit(stage: Stage) -> Asked:
    for place in range(1, stage.office.read(lambda _day, plan: plan.limits.lists) + 1):
        stage.office.execute(RequestList(service="desk", printer="printer-1"))
        for result in ("sending", "printed"):
            stage.office.execute(SettleSlip(ticket="LIST", copy=place, result=result, claim="run-1"))
        stage.clock.forward(minutes=1)
    return RequestList, {"service": "desk", "printer": "printer-1"}


def list_limit(stage: Stage) -> Asked:
    asked = {"service": "desk", "printer": "printer-1"}
    for place in range(1, 4):
        stage.office.execute(RequestList(**asked))
        stage.office.execute(SettleSlip(ticket="LIST", copy=place, result="failed", claim="run"))
    return RequestList, {**asked}


def slip_printed(stage: Stage) -> Asked:
    _kind, asked = slip_settled(stage)
    return ReprintSlip, {"ticket": asked["ticket"], "printer": "printer-1", "by_visitor": True}


def slip_being_sent(stage: Stage) -> Asked:
    number = stage.issue()
    stage.office.execute(SettleSlip(**slip(number, "sending")))
    return CancelSlip, {"ticket": number, "copy": 0}


def copy_limit(stage: Stage) -> Asked:
    number = stage.issue()
    for copy in range(stage.office.read(lambda _day, plan: plan.limits.copies) + 1):
        for result in ("sending", "printed"):
            stage.office.execute(SettleSlip(**{**slip(number, result), "copy": copy}))
        if copy < stage.office.read(lambda _day, plan: plan.limits.copies):
            stage.office.execute(ReprintSlip(ticket=number, printer="printer-1"))
    return ReprintSlip, {"ticket": number, "printer": "printer-1"}


def printer_held(stage: Stage) -> Asked:
    number = stage.issue()
    stage.office.execute(HoldPrinter(printer="printer-1", reason="roll"))
    return SettleSlip, slip(number, "sending")


def clock_wrong(stage: Stage) -> Asked:
    stage.clock.forward(hours=-1)
    return CloseDay, {}


def storage_unavailable(stage: Stage) -> Asked:
    stage.journal.failing = True
    return IssueTicket, new("card")


def service_paused(stage: Stage) -> Asked:
    stage.office.execute(PauseService(service="birth"))
    return IssueTicket, new("birth")


def announcements_full(stage: Stage) -> Asked:
    wish: dict[str, Any] = {"texts": {"id": "Pemilik mobil B 1234"}}
    for _ in range(5):
        stage.office.execute(Announce(**wish))
    return Announce, wish


def day_closed(stage: Stage) -> Asked:
    stage.office.execute(CloseDay())
    return IssueTicket, new("card")


def closed_now(stage: Stage) -> Asked:
    weekday = WEEKDAYS[stage.clock().weekday()]
    plan = replace(stage.plan, hours=Hours({weekday: ((0, 1),)}))
    stage.office = Office(stage.journal, lambda: plan, stage.clock)
    return IssueTicket, new("card")


# Code -> its kind, and what brings it about. A new code of the queue needs its line here.
CASES: dict[str, tuple[type[QueueError], Callable[[Stage], Asked]]] = {
    "persons_out_of_range": (Invalid, lambda stage: (IssueTicket, new("card", persons=0))),
    "reason_missing": (Invalid, lambda stage: (CancelTicket, {"ticket": stage.issue(), "by_staff": True})),
    "value_invalid": (Invalid, lambda stage: (CompleteTicket, {"ticket": stage.serve(), **AT_3, "outcome": "lunch"})),
    "note_has_id_number": (Invalid, lambda stage: (CancelTicket, {"ticket": "x", "reason": "NIK 3208 1234 5678 9012"})),
    "request_id_reused": (Invalid, request_id_reused),
    "request_id_taken": (Refused, request_id_taken),
    "service_unknown": (Unknown, lambda stage: (IssueTicket, new("passport"))),
    "ticket_unknown": (Unknown, lambda stage: (StartService, {"ticket": "A-999", **AT_3})),
    "counter_unknown": (Unknown, lambda stage: (OpenCounter, {"counter": "9", "operator": "Citra"})),
    "call_unknown": (Unknown, lambda stage: (AnnounceCall, {"call": 99, "display": "hall"})),
    "slip_unknown": (Unknown, lambda stage: (SettleSlip, slip("Z-001", "printed"))),
    "closed_now": (Refused, closed_now),
    "hours_overlap": (Invalid, lambda stage: _saved({"hours/week": {"monday": ["09:00-08:00"]}})),
    "service_closed": (Refused, lambda stage: (IssueTicket, new("moving"))),
    "service_paused": (Refused, service_paused),
    "plan_twice": (Invalid, lambda stage: _saved({"services/family/series": "A"})),
    "plan_service_unknown": (Invalid, lambda stage: _saved({"counters/3/primary": ["gone"]})),
    "plan_stock_unknown": (Invalid, lambda stage: _saved({"services/family/uses": [{"code": "gone"}]})),
    "plan_group_unknown": (Invalid, lambda stage: _saved({"services/family/group": "gone"})),
    "plan_need_unknown": (Invalid, lambda stage: _saved({"services/family/needs": ["gone"]})),
    "need_unknown": (Unknown, lambda stage: (BeginOutage, {"need": "gone"})),
    "stock_used_up": (Refused, stock_used_up),
    "numbers_stopped": (Refused, numbers_stopped),
    "numbers_reason_missing": (Invalid, numbers_reason_missing),
    "stock_unknown": (Unknown, lambda stage: (ReceiveStock, {"item": "gone", "count": 1})),
    "stock_count_out_of_range": (Invalid, lambda stage: (ReceiveStock, {"item": "blank", "count": 0})),
    "stock_reason_missing": (Invalid, lambda stage: (SpoilStock, {"item": "blank", "count": 1, "reason": " "})),
    "stock_not_there": (Refused, lambda stage: (SpoilStock, {"item": "blank", "count": 1, "reason": "bent"})),
    "voucher_unknown": (Unknown, lambda stage: (RedeemVoucher, {"voucher": 1})),
    "voucher_redeemed": (Refused, voucher_redeemed),
    "voucher_over": (Refused, voucher_over),
    "plan_no_journey": (Invalid, lambda stage: _saved({"services/family/collects": ["card"]})),
    "case_unknown": (Unknown, lambda stage: (AskCase, {"case": "KTP01", "place": "office"})),
    "case_needed": (Refused, case_needed),
    "case_not_ready": (Refused, case_not_ready),
    "case_ended": (Refused, case_ended),
    "case_has_number": (Refused, case_has_number),
    "case_known": (Refused, case_known),
    "case_moved": (Refused, case_moved),
    "case_not_moved": (Refused, case_not_moved),
    "stage_unknown": (Unknown, stage_unknown),
    "stage_for_leaders": (Refused, stage_for_leaders),
    "stage_in_use": (Refused, stage_in_use),
    "journey_in_use": (Refused, journey_in_use),
    "stock_entry_unknown": (Unknown, lambda stage: (TakeBackStock, {"entry": 1})),
    "campaign_ends_early": (Invalid, lambda stage: _saved({"campaign": {**GOAL, "deadline": "2026-10-31"}})),
    "campaign_too_long": (Invalid, lambda stage: _saved({"campaign": {**GOAL, "deadline": "2037-11-01"}})),
    "campaign_target_small": (Invalid, lambda stage: _saved({"campaign": {**GOAL, "target": 20}})),
    "campaign_unknown": (Unknown, lambda stage: (CorrectCampaign, {"persons": 1, "reason": "village"})),
    "campaign_reason_missing": (Invalid, campaign_reason_missing),
    "plan_zone_unknown": (Invalid, lambda stage: _saved({"counters/3/zone": "gone"})),
    "zone_unknown": (Unknown, lambda stage: (Announce, {"texts": {"id": "Mobil"}, "zone": "Lantai 9"})),
    "plan_too_large": (
        Invalid,
        lambda stage: _saved({"slip": {"logo": "x" * 300_000}, "voice": {"logo": "- " * 110_000}}),
    ),
    "name_unprintable": (Invalid, lambda stage: _saved({"name": "Kantor\u202e"})),
    "text_unprintable": (Invalid, lambda stage: _saved({"displays/ticker": {"id": "Gratis\u202e"}})),
    "field_unknown": (Invalid, lambda stage: _saved({"colour": "red"})),
    "office_not_sample": (
        Refused,
        lambda stage: (
            MakeMine,
            {
                "office_name": "Kantor",
                "time_zone": "Asia/Jakarta",
                "administrator": "Rina",
                "password_hash": "hash",
                "session": "mark",
            },
        ),
    ),
    "plan_changed_meanwhile": (Refused, lambda stage: _saved({"voice": {"repeat": 1}}, made_from=7)),
    "value_missing": (Invalid, lambda stage: (Announce, {"texts": {"id": " "}})),
    "announcement_ended": (Refused, lambda stage: (EndAnnouncement, {"announcement": 1})),
    "announcements_full": (Refused, announcements_full),
    "time_past": (Refused, lambda stage: (PauseService, {"service": "card", "until": "00:00"})),
    "day_closed": (Refused, day_closed),
    "queue_empty": (Refused, lambda stage: (CallNext, ANI)),
    "counter_busy": (Refused, counter_busy),
    "counter_taken": (Refused, lambda stage: (OpenCounter, {"counter": "3", "operator": "Budi"})),
    "sits_elsewhere": (Refused, lambda stage: (HandOverCounter, {**ANI, "to": "Budi"})),
    "counter_not_open": (Refused, counter_not_open),
    "counter_not_for_service": (Refused, counter_not_for_service),
    "counter_paused": (Refused, counter_paused),
    "not_at_counter": (Refused, lambda stage: (CallNext, {"counter": "3", "operator": "Budi"})),
    "ticket_not_waiting": (Refused, ticket_not_waiting),
    "already_called": (Refused, already_called),
    "ticket_not_called": (Refused, lambda stage: (StartService, {"ticket": stage.issue(), **AT_3})),
    "ticket_not_serving": (Refused, lambda stage: (CompleteTicket, {"ticket": stage.call(), **AT_3})),
    "ticket_not_held": (Refused, lambda stage: (ResumeTicket, {"ticket": stage.serve(), **AT_3})),
    "ticket_not_no_show": (Refused, lambda stage: (ReadmitTicket, {"ticket": stage.call()})),
    "ticket_not_completed": (Refused, lambda stage: (ReopenTicket, {"ticket": stage.serve()})),
    "ticket_not_here": (Refused, ticket_not_here),
    "ticket_ended": (Refused, ticket_ended),
    "deferred_before": (Refused, deferred_before),
    "nobody_behind": (Refused, lambda stage: (DeferTicket, {"ticket": stage.issue()})),
    "recall_too_soon": (Refused, recall_too_soon),
    "recall_limit": (Refused, recall_limit),
    "hold_limit": (Refused, hold_limit),
    "readmit_limit": (Refused, readmit_limit),
    "same_service": (
        Refused,
        lambda stage: (TransferTicket, {"ticket": stage.serve(), **AT_3, "service": "card", "position": "end"}),
    ),
    "nothing_to_undo": (Refused, lambda stage: (UndoStep, ANI)),
    "service_in_use": (Refused, lambda stage: _saved({"services/card": None, "counters": []})),
    "counter_staffed": (Refused, lambda stage: _saved({"counters/1": None})),
    "counter_in_use": (Refused, counter_in_use),
    "services_unserved": (Refused, services_unserved),
    "time_zone_numbers": (Refused, time_zone_numbers),
    "time_zone_date": (Refused, time_zone_date),
    "priority_not_here": (Refused, lambda stage: (IssueTicket, new("desk") | {"priority": True})),
    "too_many_persons": (Refused, too_many_persons),
    "too_many_today": (Refused, too_many_today),
    "slip_already_taken": (Refused, slip_already_taken),
    "slip_not_needed": (Refused, slip_not_needed),
    "slip_settled": (Refused, slip_settled),
    "slip_printed": (Refused, slip_printed),
    "slip_being_sent": (Refused, slip_being_sent),
    "copy_limit": (Refused, copy_limit),
    "printer_held": (Refused, printer_held),
    "list_day_limit": (Refused, list_day_limit),
    "list_limit": (Refused, list_limit),
    "lists_not_now": (Refused, lambda stage: (RequestList, {"service": "desk"})),
    "clock_wrong": (Refused, clock_wrong),
    "storage_unavailable": (Unavailable, storage_unavailable),
}


# What each case says, where the sentence names something: the numbers are those that the office goes by.
SAID = {
    "value_invalid": "The field “outcome” has a value that can't be used.",
    "ticket_unknown": "The number A-999 does not exist today.",
    "counter_busy": "The counter still has the number A-001.",
    "counter_taken": "Ani sits at this counter.",
    "sits_elsewhere": "Budi sits at counter 1 already.",
    "counter_not_for_service": "Loket 1 does not serve this service.",
    "ticket_not_waiting": "The number A-001 is not waiting.",
    "already_called": "The number A-001 was already called to counter 3.",
    "ticket_not_called": "The number A-002 is not being called.",
    "ticket_not_serving": "The number A-001 is not being served.",
    "ticket_not_held": "The number A-001 is not on hold.",
    "ticket_not_no_show": "The number A-001 was not marked as absent.",
    "ticket_not_completed": "The number A-001 was not finished.",
    "ticket_not_here": "The number A-001 is not at this counter.",
    "ticket_ended": "The number A-001 has ended.",
    "deferred_before": "The number A-002 has let others go first already. That can be done once.",
    "nobody_behind": "Nobody waits behind the number A-002 who could go first.",
    "recall_too_soon": "The number was called a moment ago. Try again in 5 seconds.",
    "recall_limit": "The number was called 2 times. Mark it as absent.",
    "hold_limit": "The counter already holds 1 number.",
    "readmit_limit": "The number A-001 can't come back any more.",
    "same_service": "The number A-001 is already in this service.",
    "too_many_persons": "Only 1 more person can be taken for this service today.",
    "slip_printed": "The slip of the number A-002 went to the printer. If you do not have it, please ask our staff.",
    "value_missing": "The field “texts” is missing.",
    "field_unknown": "The field “colour” is not known here.",
    "plan_twice": "“A” stands twice in the settings (services/family/series).",
    "plan_service_unknown": "The settings have no service “gone” (counters/3/primary/[1]).",
    "hours_overlap": "Times overlap, or end before they begin (hours/week/monday).",
    "plan_stock_unknown": "The settings have no stock item “gone” (services/family/uses).",
    "plan_group_unknown": "The settings have no group “gone” (services/family/group).",
    "plan_need_unknown": "The settings have nothing that services need as “gone” (services/family/needs).",
    "plan_no_journey": (
        "The service “card” has no journey, so nothing of it is collected (services/family/collects/[1])."
    ),
    "stage_in_use": "1 case is in the stage “Dikirim ke pusat”. Move it on first.",
    "journey_in_use": "1 case of “Kartu” is still on its way. Move it to the last stage first.",
    "case_has_number": "Somebody is here for it already, with the number H-001.",
    "case_known": "The code KTP01 is known already.",
    "case_moved": "KTP01 is in this stage already, or beyond it.",
    "case_not_moved": "There is no move of KTP01 to take back.",
    "voucher_redeemed": "This number was taken up already. Its number of today is A-001.",
    "stock_used_up": "Used up: Blangko. No more numbers can be given for this service for now.",
    "stock_not_there": "So many are not there: the list says 0. Count them first.",
    "plan_zone_unknown": "The settings have no zone “gone” (counters/3/zone).",
    "announcements_full": "5 announcements are made already. End one first.",
    "service_in_use": (
        "1 number is still open for this service. Close the service, and remove it when the number is done."
    ),
    "counter_staffed": "Budi sits at Loket 1. Remove it when nobody works there.",
    "counter_in_use": "1 number is still at this counter or was sent there. Remove it when the number is done.",
    "services_unserved": ("No counter would serve Akta. Whoever takes a number for that would not be called."),
    "copy_limit": "No more than 4 copies of a slip can be printed.",
}


def test_every_refusal_that_names_something_is_tested_with_what_it_names() -> None:
    assert {code for code in CASES if "{" in SENTENCES[code]} == set(SAID)


@pytest.mark.parametrize("code", CASES)
def test_a_refusal_says_its_code_and_changes_nothing(code: str) -> None:
    stage = Stage()
    if code != "queue_empty":
        stage.issue()  # somebody else waits too: a refusal that moves a bystander is a defect
    refusal, prepare = CASES[code]
    kind, arguments = prepare(stage)
    before = deepcopy(stage.office.read(lambda day, _plan: state_of(day)))
    lines = list(stage.journal.entries)
    asked = {name: arguments.pop(name) for name in ("actor", "request_id") if name in arguments}
    with pytest.raises(QueueError) as caught:
        stage.office.execute(kind(**arguments), **asked)
    assert (type(caught.value), caught.value.code) == (refusal, code)
    assert str(caught.value) == SAID.get(code, SENTENCES[code])
    assert stage.journal.entries == lines
    assert stage.office.read(lambda day, _plan: state_of(day)) == before
    # A hub that starts now reads the same day.
    stage.journal.failing = False
    fresh = Office(stage.journal, stage.office._load_plan, stage.clock)
    assert fresh.read(lambda day, _plan: state_of(day)) == before


def test_a_code_is_raised_by_the_class_of_its_group() -> None:
    groups = {Invalid: INVALID, Unknown: UNKNOWN, Refused: REFUSED, Unavailable: UNAVAILABLE, InternalError: INTERNAL}
    assert [code for code, (refusal, _prepare) in CASES.items() if code not in groups[refusal]] == []


def test_every_code_that_the_queue_raises_has_its_case() -> None:
    folder = Path(queueing.__file__).parent
    raised = {
        node.value
        for file in folder.rglob("*.py")
        if file.name not in ("errors.py", "printers.py", "data.py")  # states of the same names; see test_commands
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in SENTENCES
    }
    assert raised == set(CASES)


def test_every_sentence_belongs_to_a_code_that_somebody_raises() -> None:
    root = Path(antrean.__file__).parent.parent
    rooms = ("antrean", *SCREENS)
    files = [file for room in rooms for file in (root / room).rglob("*.py") if file != Path(errors.__file__)]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [code for code in SENTENCES if f'"{code}"' not in source] == []


def test_an_unknown_number_is_not_moved_to_another_service(office: Office) -> None:
    office.execute(OpenCounter(**ANI))
    assert refused(office, TransferTicket, ticket="A-999", **AT_3, service="family") == "ticket_unknown"


def test_nobody_is_called_to_a_counter_that_has_left_the_plan(clock: SetClock) -> None:
    plans = [small_plan()]
    office = Office(ListJournal(), lambda: plans[-1], clock)
    office.execute(OpenCounter(**ANI))
    plans.append(small_plan(counters=small_plan().counters[:2]))
    office.execute(ChangePlan(what="counters"))
    assert refused(office, CallNext, **ANI) == "counter_unknown"
