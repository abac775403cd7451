"""Commands that write the office's plan to a file, and take it from one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from antrean.commands.make_mine import make_mine
from antrean.commands.this_office import chosen
from antrean.config import office_folder
from antrean.hub.whole_plan import problems_of
from antrean.hub.zone_use import refuse_zones_lost
from antrean.queueing.commands import SavePlan
from antrean.queueing.errors import Refused
from antrean.queueing.journal.entry import COMMAND
from antrean.queueing.plan.changes import small
from antrean.queueing.plan.document import from_document, to_document
from antrean.queueing.plan.parts import difference
from app import open_office, utc_now

LARGEST = 4_000_000  # bytes of a file
MOST_TOLD = 20  # faults of a file
FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.group()
def office() -> None:
    """The office: its settings as one file, to keep, compare and bring to other machines; the sample made one's own."""


office.add_command(make_mine)


@office.command()
@click.argument("file", type=FILE, default="-")
def export(file: Path) -> None:
    """Write the plan, as it is now, as JSON into FILE or to standard output. People and devices are no part of it."""
    _office, settings = open_office(chosen())
    if not settings.exists():
        raise click.ClickException("there is no office yet")
    plan = settings.load_plan()
    text = json.dumps(to_document(plan), ensure_ascii=False, indent=2) + "\n"
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise click.ClickException(f"{file} exists already") from None
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
    click.echo(f"Revision {plan.revision} of {plan.name} written to {file}.", err=True)


@office.command()
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def apply(file: Path, dry_run: bool) -> None:
    """Take the plan from FILE ("-": standard input) as the next revision, and say what changes.

    A running hub follows at once. Where there is no office yet, it is set up. A file in which anything is wrong is
    refused whole, each fault with its place.
    """
    config = chosen()
    document = _read(file)
    faults = [
        problem.refusal() for problem in problems_of(document, office_folder(config.data, config.office) / "media")
    ]
    if faults:
        lines = [f"  {fault.values['field'] or 'the whole file'}: {fault}" for fault in faults[:MOST_TOLD]]
        raise click.ClickException("\n".join([f"{file} can't be applied:", *lines]))
    wanted = from_document(document)
    found, settings = open_office(config)
    if not settings.exists():
        if dry_run:
            click.echo(f"There is no office yet; {wanted.name} would be set up.")
        else:
            settings.create_office(replace(wanted, first_steps=True), utc_now())
            click.echo(f"{wanted.name} is set up. Give people a password with `antrean staff add`.")
        return
    plan = settings.load_plan()
    try:
        refuse_zones_lost(plan, wanted, settings.devices())
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    changes = list(_in_words(to_document(plan), to_document(wanted)))
    click.echo("\n".join(changes or ["Nothing changes."]))
    if dry_run or not changes:
        return
    saved = SavePlan(what="plan", parts={"": to_document(wanted)}, made_from=plan.revision)
    try:
        found.execute(saved, actor=COMMAND)
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"Saved as revision {settings.load_plan().revision}.")


def _read(file: Path) -> dict[str, Any]:
    """Return the document of a file; refuses one that is too large, no JSON object, or names a field twice."""
    try:
        with click.open_file(str(file), "rb") as source:
            data = source.read(LARGEST + 1)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
    if len(data) > LARGEST:
        raise click.ClickException(f"{file} is larger than {LARGEST // 1_000_000} MB")
    try:
        found = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise click.ClickException(f"{file} holds no plan")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the field {name!r} stands there twice")
        found[name] = value
    return found


def _in_words(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Give a line for each value that changes: its place, what it was and what it will be."""
    for path, was, now in difference(before, after):
        place = " / ".join(path)
        if was is None:
            yield f"+ {place}: {_said(now)}"
        elif now is None:
            yield f"- {place}: {_said(was)}"
        else:
            yield f"  {place}: {_said(was)} -> {_said(now)}"


def _said(value: Any) -> str:
    said = small(value)
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
