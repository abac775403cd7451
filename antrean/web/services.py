"""Services: the parts of a running hub that views use for one office, such as the Office and the publisher."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from antrean.access.device_kinds import DeviceKind
    from antrean.access.fresh_look import FreshLook
    from antrean.access.identities import Identities
    from antrean.access.identity import Identity
    from antrean.access.second_factor import SecondFactor
    from antrean.config import Config
    from antrean.hub.agents.print_agents import PrintAgents
    from antrean.hub.async_mode import AsyncMode
    from antrean.hub.credit_days import CreditDays
    from antrean.hub.device_days import DeviceDays
    from antrean.hub.earlier_days import EarlierDays
    from antrean.hub.exports import Exports
    from antrean.hub.fault_log import FaultLog
    from antrean.hub.finished_days import FinishedDays
    from antrean.hub.heavy.work import HeavyWork
    from antrean.hub.lane import Lane
    from antrean.hub.long_exports import LongExports
    from antrean.hub.media import Media
    from antrean.hub.past_days import PastDays
    from antrean.hub.periods import Periods
    from antrean.hub.report_follower import ReportFollower
    from antrean.hub.security_log import SecurityLog
    from antrean.hub.speakers import Speakers
    from antrean.hub.voices import Voices
    from antrean.hub.watches.backups import BackupWatch
    from antrean.hub.watches.campaign import CampaignWatch
    from antrean.hub.watches.certificate import CertificateWatch
    from antrean.hub.watches.damage import DamageWatch
    from antrean.hub.watches.day_keeper import DayKeeper
    from antrean.hub.watches.devices import DevicesSeen
    from antrean.hub.watches.retention import Retention
    from antrean.hub.watches.sessions import SessionWatch
    from antrean.hub.watches.silence import SilenceWatch
    from antrean.hub.watches.usual_floor import UsualFloor
    from antrean.hub.writer import Writer
    from antrean.queueing.office import Office
    from antrean.queueing.tickets.links import TicketLinks
    from antrean.storage.journal.heads import HeadKeeper
    from antrean.storage.reports.read import ReportReader
    from antrean.storage.settings.rows import Settings
    from antrean.web.http.sample_gate import SampleGate
    from antrean.web.limits.connection_limit import ConnectionLimit
    from antrean.web.limits.rate_limit import RateLimiter, SlowDown
    from antrean.web.live.fanout import FanOut
    from antrean.web.live.office_rooms import OfficeRooms
    from antrean.web.live.publisher import Publisher
    from antrean.web.offices import Offices
    from antrean.web.text.case_days import DaysNow


class Stoppable(Protocol):
    """A part with background work."""

    def stop(self) -> None:
        """End it."""


@dataclass(slots=True)
class Services:
    """The parts of a running hub as one of its offices uses them.

    What costs memory or a core, or is counted against strangers, is one for all offices; what an office knows is its
    own. `build` changes with every release, so that screens load themselves again.
    """

    config: Config  # its `office` is the code of this one
    folder: Path  # where the office's own files lie
    offices: Offices
    office: Office
    links: TicketLinks
    settings: Settings
    heads: HeadKeeper  # the newest line, outside the table
    identities: Identities
    session_watch: SessionWatch
    devices_seen: DevicesSeen
    silence: SilenceWatch
    screens: dict[str, tuple[str, Identity]]  # socket id -> its namespace, and who it is
    device_kinds: Mapping[str, DeviceKind]
    mode: AsyncMode
    writer: Writer
    publisher: Publisher
    fan_out: FanOut
    rooms: OfficeRooms
    connection_limit: ConnectionLimit
    attempts: RateLimiter  # at a name's password, from one address or one known browser
    addresses: RateLimiter  # at any password, from one address
    names: SlowDown  # at a name's password, from wherever
    second_factor: SecondFactor
    second_codes: SlowDown  # at a name's code of the authenticator app, from one known browser or from wherever else
    codes: SlowDown  # at a ticket's short code, from wherever
    code_addresses: RateLimiter  # at any ticket's short code or any case's code, from one address
    case_questions: RateLimiter  # for cases by phone that are noted, from one address
    case_days: DaysNow
    pairings: RateLimiter  # at a device's token, from one address
    security: SecurityLog
    device_days: DeviceDays
    passwords: Lane  # each check costs a core for a moment and 64 MB
    password_child: HeavyWork
    report_child: HeavyWork
    fresh_look: FreshLook  # at staff and devices, for tokens that nobody knows
    voices: Voices
    speakers: Speakers
    heavy: HeavyWork
    exports: Exports
    media: Media
    backups: BackupWatch
    day_keeper: DayKeeper
    damage: DamageWatch
    retention: Retention
    certificate: CertificateWatch
    print_agents: PrintAgents
    earlier_days: EarlierDays
    past_days: PastDays
    finished_days: FinishedDays
    campaign_watch: CampaignWatch
    report_follower: ReportFollower
    long_exports: LongExports
    reports: ReportReader
    periods: Periods
    credit_days: CreditDays
    usual_floor: UsualFloor
    faults: FaultLog  # of housekeeping, print agents and hints between hubs
    sample_gate: SampleGate
    build: str
    base_url: str
    joined: dict[str, str] = field(default_factory=dict)  # socket id -> the room it is counted in
    announced: dict[str, tuple[int, ...]] = field(default_factory=dict)  # device id -> the calls it announced last

    @property
    def stopped(self) -> bool:
        """Whether the hub has ended."""
        return self.offices.stopped

    def lanes_refused(self) -> dict[str, int]:
        """Return how often each lane was full."""
        lanes = {
            "heavy_work": self.heavy.lane,
            "reports": self.report_child.lane,
            "exports": self.exports.lane,
            "passwords": self.passwords,
            "voice": self.voices.lane,
        }
        return {name: lane.refused for name, lane in lanes.items()}

    def stop(self) -> None:
        """End the hub: the background tasks of every office, each after what it is doing."""
        self.offices.stop()

    def stop_own(self) -> None:
        """End the tasks that are this office's alone."""
        own: Sequence[Stoppable] = (
            self.security,
            self.publisher,
            self.writer,
            self.day_keeper,
            self.retention,
            self.past_days,
            self.finished_days,
            self.report_follower,
            self.long_exports,
        )
        for part in own:
            part.stop()

    def shared_parts(self) -> Sequence[Stoppable]:
        """Return the parts with tasks that all offices share."""
        children = (self.heavy, self.exports, self.password_child, self.report_child)
        return (self.backups, self.damage, self.certificate, *children)


def services() -> Services:
    """Return the services of the office that the request, the socket or the drawing at hand is about."""
    return offices().current()


def offices() -> Offices:
    """Return all offices of the current app's hub."""
    return current_app.extensions["antrean_offices"]  # type: ignore[no-any-return]
