"""Commands about the stock: what is there, and entries by hand."""

from __future__ import annotations

import click

from antrean.commands.this_office import opened_office
from antrean.queueing.commands import Command, CountStock, ReceiveStock, SpoilStock, TakeBackStock
from antrean.queueing.day import ServiceDay
from antrean.queueing.journal.entry import COMMAND
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.stock.levels import Level, levels

MANY = click.IntRange(min=1)


@click.group()
def stock() -> None:
    """Say what is there of what services use up, and keep count of it. Items stand in the plan, as services do."""


@stock.command("list")
def list_stock() -> None:
    """List each item: how many are there and promised, whether few are left, and how long they last.

    Then come the newest entries by hand. These can be taken back, by their lines.
    """
    office, _settings = opened_office()
    for line in office.read(_lines):
        click.echo(line)


@stock.command()
@click.argument("item")
@click.argument("count", type=MANY)
@click.option("--note", default="", help="From whom, or under which paper.")
def receive(item: str, count: int, note: str) -> None:
    """So many of an item came in."""
    _do(ReceiveStock(item=item, count=count, note=note), item)


@stock.command()
@click.argument("item")
@click.argument("count", type=click.IntRange(min=0))
@click.option("--reason", default="", help="Why it is another number than the list has.")
def count(item: str, count: int, reason: str) -> None:
    """Somebody counted an item: so many are there."""
    _do(CountStock(item=item, count=count, reason=reason), item)


@stock.command()
@click.argument("item")
@click.argument("count", type=MANY)
@click.option("--reason", required=True, help="What happened to them.")
def spoil(item: str, count: int, reason: str) -> None:
    """So many of an item can't be used any more, or are gone."""
    _do(SpoilStock(item=item, count=count, reason=reason), item)


@stock.command("take-back")
@click.argument("entry", type=MANY)
def take_back(entry: int) -> None:
    """Take back an entry that was a mistake, by its line as the list says it."""
    _do(TakeBackStock(entry=entry))


def _do(command: Command, item: str = "") -> None:
    office, _settings = opened_office()
    result = office.execute(command, actor=COMMAND)
    there = office.read(lambda day, _plan: day.standing.stock.on_hand(item))
    click.echo(f"line {result.seq}" + (f": {item} {there}" if item else ""), err=True)


def _lines(day: ServiceDay, plan: OfficePlan) -> list[str]:
    items = [f"{one.item.code}: {_said(one, plan)} ({one.item.name(plan.languages[0])})" for one in levels(day, plan)]
    entries = reversed(day.standing.stock.entries)
    return [*items, *(f"line {one.seq}: {one.item} {one.what} {one.change:+d}" for one in entries)]


def _said(level: Level, plan: OfficePlan) -> str:
    if level.there is None:
        return "nobody keeps count yet"
    unit, item, lasts = level.item.unit(plan.languages[0]), level.item, level.lasts
    said = f"{level.there}{unit and ' ' + unit} there, {level.promised} promised"
    if level.to_vouchers:
        said += f" ({level.to_vouchers} of them to vouchers)"
    if level.state == "used_up":
        said += ", used up"
    elif level.state == "low":
        said += f", fewer than {item.low} left"
    if lasts is not None:
        said += f", enough for {lasts.low}{' or more' if lasts.high is None else f' to {lasts.high}'} days of use"
    return said
