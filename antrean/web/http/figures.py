"""The figures that /metrics gives: of each office, and of the hub that serves them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from antrean.queueing.counters.counter import State
from antrean.queueing.day import ServiceDay
from antrean.queueing.keeping.report_rows import OUTCOMES
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.reports.day_sums import SERVICE_BOUNDS, WAIT_BOUNDS, ServiceSums, Spread, sums_of_day
from antrean.web.http.guard import permissions
from antrean.web.offices import Offices
from antrean.web.services import Services

MICROSECONDS = 1_000_000
COUNTER_STATES: tuple[State, ...] = ("open", "paused", "closed")


class FiguresOfOffices(CollectorRegistry):
    """The figures of offices, each with its code as the label `office`, and further ones as they are."""

    def __init__(self, by_office: Mapping[str, CollectorRegistry]) -> None:
        super().__init__()
        self._by_office = by_office
        self._further: list[CollectorRegistry] = []

    def add(self, further: CollectorRegistry) -> None:
        """Give figures that need no label."""
        self._further.append(further)

    def collect(self) -> Iterable[Metric]:
        """Return every figure once, with the samples of all offices."""
        found: dict[str, Metric] = {}
        for code, registry in self._by_office.items():
            for metric in registry.collect():
                told = found.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                told.samples += [one._replace(labels={"office": code, **one.labels}) for one in metric.samples]
        yield from found.values()
        for registry in self._further:
            yield from registry.collect()


def office_figures(hub: Services) -> CollectorRegistry:
    """Return the figures of one office."""

    def figures(day: ServiceDay, plan: OfficePlan) -> CollectorRegistry:
        return _of_day(hub.office.clock(), day, plan)

    registry = hub.office.read(figures)
    _add_sums(hub, registry)
    stay = Gauge("antrean_old_days_stay", "Whether days that are too old can't leave", ["why"], registry=registry)
    if hub.retention.code:
        stay.labels(hub.retention.code).set(1)
    events = Counter(
        "antrean_security_events", "Sign-ins, failures, pairings since the start", ["what"], registry=registry
    )
    for what, count in sorted(hub.security.counts.items()):
        events.labels(what).inc(count)
    behind = Gauge("antrean_report_lines_behind", "Lines that reports do not know yet", registry=registry)
    behind.set(hub.report_follower.behind)
    lost = Gauge("antrean_security_lost", "Security events that are not in the journal", registry=registry)
    lost.set(hub.security.lost)
    undrawn = Counter("antrean_draw_failures", "Views that could not be drawn or sent", ["screen"], registry=registry)
    sockets = Gauge("antrean_sockets", "Connected screens", ["screen"], registry=registry)
    names = [namespace.lstrip("/") for namespace in permissions().namespaces]
    for screen in ("publisher", *names):
        undrawn.labels(screen).inc(hub.publisher.faults.counts[screen])
    for screen in names:
        sockets.labels(screen).set(hub.publisher.listeners(screen))
    return registry


def _add_sums(hub: Services, registry: CollectorRegistry) -> None:
    """Add what the tables of reports say of today, of the plan's services: at most a second behind.

    The database adds it up in a native thread. Where the tables can't be read these figures are missing, and the others
    are there.
    """
    day, codes = hub.office.read(lambda day, plan: (day.business_day, [one.code for one in plan.services]))
    sums = hub.mode.run_blocking(sums_of_day, hub.reports.engine, hub.config.office, day)
    if sums is None:
        return
    known = {code: sums[code] for code in codes if code in sums}
    ended = Counter(
        "antrean_ended_today", "Tickets by how they ended at a service", ["service", "outcome"], registry=registry
    )
    offered = Counter("antrean_offered_today", "Tickets that a promise was made to", ["service"], registry=registry)
    kept = Counter("antrean_promises_kept_today", "Tickets started as promised", ["service"], registry=registry)
    for code in codes:
        found = known.get(code)
        for outcome in OUTCOMES:
            ended.labels(code, outcome).inc(found.outcomes[outcome] if found is not None else 0)
        offered.labels(code).inc(found.offered if found is not None else 0)
        kept.labels(code).inc(found.kept if found is not None else 0)
    registry.register(Spreads("antrean_wait_seconds", "From the start of waiting to the first call, of today",
                              WAIT_BOUNDS, known, lambda one: one.waits))  # fmt: skip
    registry.register(Spreads("antrean_service_seconds", "From the start to the end at the counter, of today",
                              SERVICE_BOUNDS, known, lambda one: one.services))  # fmt: skip


class Spreads(Collector):
    """A histogram by service of what took how long today; `bounds` are in minutes, what is given in seconds."""

    def __init__(
        self,
        name: str,
        about: str,
        bounds: Sequence[int],
        sums: Mapping[str, ServiceSums],
        spread: Callable[[ServiceSums], Spread],
    ) -> None:
        self._metric = HistogramMetricFamily(name, about, labels=["service"])
        for code, one in sums.items():
            found = spread(one)
            within = [(f"{minutes * 60}.0", float(n)) for minutes, n in zip(bounds, found.within, strict=True)]
            self._metric.add_metric([code], [*within, ("+Inf", float(found.n))], found.total / MICROSECONDS)

    def collect(self) -> Iterable[Metric]:
        """Return the histogram."""
        return [self._metric]


def _of_day(now: datetime, day: ServiceDay, plan: OfficePlan) -> CollectorRegistry:
    registry = CollectorRegistry()
    counters = Gauge("antrean_counters", "Counters by their state", ["state"], registry=registry)
    states = [day.counter(one.code).state for one in plan.counters]
    for state in COUNTER_STATES:
        counters.labels(state).set(states.count(state))
    oldest = Gauge("antrean_oldest_wait_seconds", "Since when the first waits", ["service"], registry=registry)
    waiting = Gauge("antrean_waiting_tickets", "Tickets waiting", ["service"], registry=registry)
    issued = Counter("antrean_issued_today", "Tickets issued this business day", ["service"], registry=registry)
    for service in plan.services:
        waiting.labels(service.code).set(day.waiting.count([service.code]))
        first = min((ticket.legs[-1].waiting_since for ticket in day.waiting.of(service.code)), default=now)
        oldest.labels(service.code).set(max(0.0, (now - first).total_seconds()))
        issued.labels(service.code).inc(day.issued.get(service.code, 0))
    Gauge("antrean_calls_today", "Calls and recalls this business day", registry=registry).set(len(day.calls))
    unheard = sum(call.seq not in day.announced and call.seq not in day.beside for call in day.calls)
    Gauge("antrean_unannounced_calls", "Calls no display has drawn", registry=registry).set(unheard)
    Gauge("antrean_open_slips", "Slips not yet printed or given up", registry=registry).set(len(day.open_slips))
    Gauge("antrean_journal_seq", "Newest journal line", registry=registry).set(day.seq)
    return registry


def hub_figures(every: Offices) -> CollectorRegistry:
    """Return the figures of what all offices share, and the faults of all of them together."""
    hub, registry = every.first, CollectorRegistry()
    damage = Gauge("antrean_damage", "Sentences on what of the database is not as it was written", registry=registry)
    damage.set(len(hub.damage.sentences()))
    newest = hub.backups.stock.newest(hub.office.clock())
    if newest is not None:
        age = Gauge("antrean_backup_age_seconds", "Since the newest backup was made", registry=registry)
        age.set(max(0.0, (hub.office.clock() - newest.at).total_seconds()))
    backups = Counter("antrean_backups", "Automatic backups since the start", ["result"], registry=registry)
    backups.labels("made").inc(hub.backups.made)
    backups.labels("failed").inc(hub.backups.failed)
    faults = Counter("antrean_faults", "What failed and harmed only itself", ["what"], registry=registry)
    of_offices = [counts for one in every for counts in (one.office.faults, one.writer.faults.counts)]
    for counts in (*of_offices, hub.faults.counts):
        for what, count in counts.items():
            faults.labels(what).inc(count)
    refused = Counter("antrean_refused", "Strangers' sockets and packets refused", ["reason"], registry=registry)
    for reason, count in sorted(hub.connection_limit.counts.items()):
        refused.labels(reason).inc(count)
    drawn = Counter("antrean_heavy_work", "Pictures and slips drawn in the child", ["job", "result"], registry=registry)
    for (job, result), count in sorted(
        (hub.heavy.counts + hub.password_child.counts + hub.report_child.counts).items()
    ):
        drawn.labels(job, result).inc(count)
    full = Counter("antrean_lane_refused", "Refused because too many waited", ["lane"], registry=registry)
    for lane, times in hub.lanes_refused().items():
        full.labels(lane).inc(times)
    return registry
