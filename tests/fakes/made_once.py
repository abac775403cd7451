"""What is the same for every office of a run of tests, made once in each process.

An office with its people is set up once for each plan, and copied. Templates and routes are compiled once, and the
files that browsers load are read and packed once. What a hub examines of a file before it begins is examined once for
each content of it. Each hub is the whole product all the same: it opens its own copy.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import CodeType

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

import app
from antrean.config import Config
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.database.engine import database_file
from antrean.storage.database.trust import examine_newest_day
from antrean.storage.journal.heads import head_file
from antrean.storage.settings.rows import Settings
from antrean.web.http.files.build import Build, keep_build, read_build
from tests.fakes.newest_schema import lay_schema, newest_schema

AddPeople = Callable[[Settings], None]


def lay_office(config: Config, plan: OfficePlan, add_people: AddPeople) -> None:
    """Set up an office with its people in the data folder; beside what is in a database there already."""
    file = config.data / newest_schema().name
    if file.exists():
        _set_up(config, plan, add_people)
        return
    key = repr(plan), add_people
    if key not in _offices():
        _offices()[key] = _office(config, plan, add_people)
    config.data.mkdir(parents=True, exist_ok=True)
    shutil.copy(_offices()[key], file)  # with its mode: it is as private as one that a hub makes


def _office(config: Config, plan: OfficePlan, add_people: AddPeople) -> Path:
    folder = Path(tempfile.mkdtemp(dir=_folder()))
    lay_schema(folder)
    _set_up(replace(config, data=folder), plan, add_people)
    file, kept = folder / newest_schema().name, folder / "kept"
    with closing(sqlite3.connect(file)) as made, closing(sqlite3.connect(kept)) as copy:
        made.backup(copy)
    kept.chmod(file.stat().st_mode)
    return kept


def _set_up(config: Config, plan: OfficePlan, add_people: AddPeople) -> None:
    _office, settings = app.open_office(config)
    settings.create_office(plan)
    add_people(settings)


def create_app(config: Config, clock: Callable[[], datetime], monotonic: Callable[[], float] | None = None) -> Flask:
    """Return the product's hub, made of what was read and compiled before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "examine_newest_day", _examine_newest_day)
        patch.setattr(app, "read_build", _read_build)
        patch.setattr(app, "keep_build", _keep_build)
        patch.setattr(Flask, "url_rule_class", CompiledRule)
        made = app.create_app(config, clock=clock, monotonic=monotonic)
    made.jinja_env.bytecode_cache = CompiledTemplates()
    return made


class CompiledTemplates(BytecodeCache):
    """Templates that some hub of this process has compiled."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _compiled().get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        _compiled()[bucket.key, bucket.checksum] = bucket.code


class CompiledRule(Rule):
    """A route that takes over what was compiled of the same route of an earlier hub."""

    def compile(self) -> None:
        """Compile it, where it is the first of its kind."""
        kind = repr([(name, value) for name, value in vars(self).items() if name != "map"])
        if (like := _rules().setdefault(kind, self)) is self:
            super().compile()
        else:
            vars(self).update({**vars(like), "map": self.map})


def _examine_newest_day(engine: sa.Engine, office: str, folder: Path) -> None:
    """Examine a file of a content that no hub of this process has begun with, or one beside which there is more."""
    file = database_file(engine)
    if file is None or any(map(Path.exists, (head_file(folder), folder / "offices", Path(f"{file}-wal")))):
        examine_newest_day(engine, office, folder)
        return
    content = sha256(file.read_bytes()).digest(), office
    if content not in _examined():
        examine_newest_day(engine, office, folder)
        _examined().add(content)


def _read_build(root: Path, folders: Iterable[Path], packed: Path) -> Build:
    return _build(root, tuple(folders), packed, packed.stat().st_mtime_ns if packed.exists() else 0)


@cache
def _build(root: Path, folders: tuple[Path, ...], packed: Path, _packed_at: int) -> Build:
    return read_build(root, folders, packed)


def _keep_build(build: Build, folder: Path) -> Build | None:
    """Put what an earlier hub packed where this one keeps its builds, which it then finds there."""
    kept = _builds() / f"{build.id}.zip"
    if not kept.exists():
        keep_build(build, _builds())
    folder.mkdir(exist_ok=True)
    if not (own := folder / kept.name).exists():
        shutil.copy(kept, own)
    return keep_build(build, folder)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="antrean-made-once-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _builds() -> Path:
    return Path(tempfile.mkdtemp(dir=_folder()))


@cache
def _offices() -> dict[tuple[str, AddPeople], Path]:
    return {}


@cache
def _examined() -> set[tuple[bytes, str]]:
    return set()


@cache
def _rules() -> dict[str, Rule]:
    return {}


@cache
def _compiled() -> dict[tuple[str, str], CodeType]:
    return {}
