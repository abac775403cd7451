"""Commands that run days again: replay a past one under other rules, simulate one that never was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import click

from antrean.commands.sample_office import MIX, SERVE, sample_plan
from antrean.commands.this_office import chosen
from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.estimation.day import DayEstimator
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.wait_report import groups, table
from antrean.simulation.demand import DemandModel, counters, invent_day
from antrean.simulation.engine import run
from antrean.simulation.replay import ASSUMPTIONS, script, with_counters, with_discipline, with_service_time
from antrean.simulation.write_day import write_past_day
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.waits import CARE
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.settings.rows import Settings
from app import open_office, utc_now

DAY = click.DateTime(["%Y-%m-%d"])
discipline_option = click.option("--discipline", type=click.Choice(list(DISCIPLINES)), help="Another calling rule.")


@click.command()
@click.argument("day", type=DAY)
@discipline_option
@click.option("--counters", "more", type=click.IntRange(-20, 20), default=0, help="So many more (+1) or fewer (-1).")
@click.option("--service-time-factor", type=click.FloatRange(0.1, 10), default=1.0, help="0.9: a tenth faster.")
def replay(day: datetime, discipline: str | None, more: int, service_time_factor: float) -> None:
    """Run a past DAY (YYYY-MM-DD) again and print its waits beside what really happened. Changes nothing."""
    which = day.date()
    plan, settings, journal = _open()
    entries = journal.read(day=which)
    if entries:
        plan = settings.plan_at(entries[-1].seq)
    journal.close()
    scenario, really = script(which, entries, plan)
    if not scenario.visitors:
        raise click.ClickException(f"the journal has no visitors on {which}")
    changed = with_service_time(with_counters(scenario, more), service_time_factor)
    if discipline is not None:
        changed = with_discipline(changed, discipline)
    again = run(changed).day
    said = [changed.plan.discipline, f"{len(changed.shifts)} counters", f"service times × {service_time_factor:g}"]
    click.echo(f"{which}, {plan.name}\nreplayed with: {', '.join(said)}\n")
    click.echo(table([("as it was", groups(really, plan)), ("replayed", groups(again, plan))]))
    click.echo("\nabsent: called and did not come. left: never called, gave up or the day ended. Assumed:")
    for line in (*ASSUMPTIONS, *scenario.notes):
        click.echo(f"- {line}")


@click.command()
@click.option("--visitors", type=click.IntRange(1, 20_000), default=400, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed brings the same people.")
@discipline_option
@click.option("--counters", "number", type=click.IntRange(1, 100), help="How many; without it, the office's own.")
@click.option("--day", type=DAY, help="Without it, yesterday.")
@click.option("--into-journal", is_flag=True, help="Write the day into the journal; only a past one that has none.")
def simulate(
    visitors: int, seed: int, discipline: str | None, number: int | None, day: datetime | None, into_journal: bool
) -> None:
    """Run a day that never was, drawn from a seed, by the office's rules, and print its waits."""
    plan, _settings, journal = _open(sample=not into_journal)
    today = plan.business_day(utc_now())
    which: date = day.date() if day is not None else today - timedelta(days=1)
    if into_journal and number is not None and number > len(plan.counters):
        raise click.ClickException(f"the office has {len(plan.counters)} counters: a journal can't tell of {number}")
    if number is not None:
        plan = replace(plan, counters=counters(plan, number))
    if discipline is not None:
        plan = replace(plan, discipline=discipline)
    if not plan.services or not plan.counters:
        raise click.ClickException("the office needs a service and a counter")
    scenario = invent_day(which, plan, visitors, seed, demand_model(plan))
    outcome = run(scenario, DayEstimator(plan) if into_journal else None)
    title = f"{plan.discipline}, {len(plan.counters)} counters"
    click.echo(f"{which}, {plan.name}: {visitors} invented visitors, seed {seed}\n")
    click.echo(table([(title, groups(outcome.day, plan))]))
    if into_journal:
        try:
            last = write_past_day(journal, outcome.entries, today)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"\n{len(outcome.entries)} lines written, the last is {last}", err=True)
    journal.close()


def demand_model(plan: OfficePlan) -> DemandModel:
    """Return the sample office's mix and times for its own services, equal shares for any others.

    Nobody comes to collect: that takes a case of an earlier day that is ready.
    """
    codes = [service.code for service in plan.services if not service.collects]
    known = all(code in MIX for code in codes)
    return DemandModel({code: MIX[code] if known else 1.0 for code in codes}, SERVE)


def _open(sample: bool = False) -> tuple[OfficePlan, Settings, SqlJournal]:
    config = chosen()
    _office, settings = open_office(config)
    journal = SqlJournal(open_engine(database_url(config.database_url, config.data), CARE), config.office)
    if settings.exists():
        return settings.load_plan(), settings, journal
    if sample:
        return sample_plan(config.office), settings, journal
    raise click.ClickException("there is no office yet: run `antrean demo` for the sample office")
