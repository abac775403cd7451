"""The background tasks of a hub: which duties run beside requests, and how often."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from antrean.hub.background import Background, Duty
from antrean.hub.memory import Leftovers, give_back
from antrean.hub.watches.clock import ClockWatch
from antrean.hub.watches.day_end import DayEnd
from antrean.hub.watches.holds import HoldWatch
from antrean.hub.watches.last_numbers import LastNumbers
from antrean.hub.watches.new_offices import NewOffices
from antrean.hub.watches.opening import OpeningWatch
from antrean.queueing.commands import STANDING, Command, GiveUpSlips, RepeatAnnouncements
from antrean.storage.clock_file import ClockMemory, boot_id, write_clock
from antrean.web.offices import Offices
from antrean.web.services import Services

TICK_ROUNDS = 10
REDRAW_ROUNDS = 60
NEW_OFFICE_ROUNDS = 3
REPORT_SECONDS = 0.5


def background_tasks(
    offices: Offices, begun: Sequence[Services], sleep: Callable[[float], None]
) -> tuple[Callable[[], None], ...]:
    """Return the tasks to start for offices that begin together; each has a duty of each of them after another.

    Each runs until the hub stops.
    """
    background = Background(offices.first.faults, sleep, lambda: offices.stopped)
    groups = (screen_duties, journal_duties, process_duties, hold_duties, campaign_duties)
    of_offices = [[duty for services in begun for duty in duties(services)] for duties in groups]
    often = Background(offices.first.faults, sleep, lambda: offices.stopped, REPORT_SECONDS)
    reports = [duty for services in begun for duty in report_duties(services)]
    return (*(partial(background.repeat, duties) for duties in of_offices), partial(often.repeat, reports))


def hub_tasks(
    offices: Offices, sleep: Callable[[float], None], new_offices: NewOffices | None
) -> tuple[Callable[[], None], ...]:
    """Return the tasks that a hub has once; taking up an office, which takes a moment, holds up no other duty."""
    background = Background(offices.first.faults, sleep, lambda: offices.stopped)
    duties = [memory_duties(offices.first)]
    if new_offices is not None:
        duties.append((("looking for new offices", NEW_OFFICE_ROUNDS, new_offices.look),))
    return tuple(partial(background.repeat, one) for one in duties)


def screen_duties(services: Services) -> tuple[Duty, ...]:
    """Return the duties that wait for nothing, so that the tick always comes.

    Every second the journal is checked for lines of other processes; every ten seconds a tick is sent. Every minute
    all screens are rendered again, because waits grow shorter without any event.
    """
    return (
        ("a look at the journal", 1, services.writer.nudge),
        ("looking after who speaks", 1, services.speakers.look),
        ("the tick", TICK_ROUNDS, partial(_tick, services)),
        ("looking who is silent", 1, services.silence.look),
        ("drawing every screen anew", REDRAW_ROUNDS, services.publisher.redraw),
    )


def journal_duties(services: Services) -> tuple[Duty, ...]:
    """Return the duties that may wait for the journal: clock, old slips, announcements, last numbers, ended days."""
    day_end = DayEnd(services.office, time.monotonic)
    last_numbers = LastNumbers(services.office)
    clock_watch = ClockWatch(services.office, services.publisher.redraw, partial(_keep_clock, services), boot_id())
    return (
        ("looking at the clock", 1, clock_watch.look),
        ("giving up old slips", 1, lambda: _give_up_slips(services)),
        ("repeating announcements", 1, lambda: _do_if_due(services, RepeatAnnouncements())),
        ("looking after print agents", 1, services.print_agents.look),
        ("closing days that have ended", 1, day_end.look),
        ("stopping numbers before closing", 1, last_numbers.look),
        ("telling who signed in", 1, services.security.look),
        ("looking after sessions", 1, services.session_watch.look),
        ("remembering which devices were there", 1, services.device_days.look),
        ("remembering the newest line", 1, lambda: services.mode.run_blocking(services.heads.look)),
    )


def process_duties(services: Services) -> tuple[Duty, ...]:
    """Return the duties that watch processes beside the hub. A drive that does not respond delays only these."""
    shared: tuple[Duty, ...] = (
        ("looking after backups", 1, services.backups.look),
        ("looking for damage", 1, services.damage.look),
        ("looking at the certificate", 1, services.certificate.look),
    )
    own: tuple[Duty, ...] = (
        ("keeping the day", 1, services.day_keeper.look),
        ("sealing old days", 1, services.retention.look),
        ("looking after a long export", 1, services.long_exports.look),
    )
    return (*shared, *own) if services is services.offices.first else own


def hold_duties(services: Services) -> tuple[Duty, ...]:
    """Return the duties that find what stops every number; they wait for nothing that the journal could delay."""
    file = services.settings.file
    least_free = services.config.least_free_mb * 1_000_000
    holds = HoldWatch(services.office, file.parent if file else None, least_free, services.publisher.redraw)
    opening = OpeningWatch(services.office, services.publisher.redraw)
    return (
        ("looking whether it opens or closes", 1, opening.look),
        ("looking at the disk", 1, lambda: services.mode.run_blocking(holds.look_at_disk)),
        ("looking at what stops numbers", 1, holds.look_at_holds),
    )


def campaign_duties(services: Services) -> tuple[Duty, ...]:
    """Return the duty that counts what displays say of a campaign; it may wait a minute for days that are over."""
    return (("counting for the campaign", 1, services.campaign_watch.look),)


def report_duties(services: Services) -> tuple[Duty, ...]:
    """Return the duties that write and read the tables of reports; they wait for these, and nothing waits for them."""
    return (
        ("writing what reports read", 1, services.report_follower.look),
        ("reading what is usual on the floor", 2, services.usual_floor.look),
    )


def memory_duties(services: Services) -> tuple[Duty, ...]:
    """Return the duty that gives memory back; it waits for nothing but a free native thread."""
    leftovers = Leftovers(lambda: services.mode.run_blocking(give_back))
    connections = services.connection_limit
    return (("giving memory back", 1, lambda: leftovers.look(len(connections), connections.ended)),)


def _tick(services: Services) -> None:
    services.publisher.tick()
    services.devices_seen.ticked()


def _keep_clock(services: Services, memory: ClockMemory) -> None:
    services.mode.run_blocking(write_clock, services.folder, memory)


def _give_up_slips(services: Services) -> None:
    _do_if_due(services, GiveUpSlips())


def _do_if_due(services: Services, command: Command) -> None:
    """Give a command of the hub's own once it would do something: what is not due costs no writer."""
    now = services.office.clock
    if services.office.read(lambda day, plan: bool(command.decide(day, STANDING, plan, now()))):
        services.office.execute(command, actor="hub")
