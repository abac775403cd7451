"""Small offices gone through to the end: every promise holds, and there are as many states as are written down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from antrean.queueing.command.data import refusals
from antrean.queueing.commands import COMMANDS
from antrean.queueing.day import ServiceDay
from tests.explorer import __main__ as explorer
from tests.explorer.__main__ import COUNTS, remedy
from tests.explorer.arguments import BY_HAND, Seen, tried_with
from tests.explorer.explore import BrokenPromise, Exploration
from tests.explorer.mistakes import MISTAKES, Mistake
from tests.explorer.small_offices import DAY, OFFICES

ROOT = Path(__file__).parents[2]
# What is no part of what may happen next in a day: it has tests of its own.
LEFT_OUT = {
    "adopt_clock", "begin_day", "tell_time", "close_ended_day", "find_lost_numbers", "note_security", "seal_journal",
    "save_plan", "make_mine",
    "correct_campaign",  # no rule reads what a campaign counts
    "answer_standstill",  # it decides nothing but whether somebody is asked again
}  # fmt: skip
# What no small office comes to: an unknown number is not moved there, no counter or service leaves the plan of a day,
# and who asks for a missed, ended or cancelled number is not said. It has tests among the refusals of the queue and in
# counter_panel/test_from_a_counter.py. No small office has zones, a service without priority, or hours: theirs are gone
# through in queueing/hours.
ELSEWHERE = {
    "transfer_ticket": {"ticket_unknown"},
    "call_next": {"counter_unknown"},
    "readmit_ticket": {"not_at_counter", "service_unknown"},
    "reopen_ticket": {"not_at_counter", "service_unknown"},
    # A number that has come back so often looks like any that ended.
    "come_back": {"not_at_counter", "readmit_limit", "service_unknown"},
    "complete_ticket": {"time_past"},
    "cancel_ticket": {"reason_missing"},
    "request_list": {"list_day_limit"},
    "change_priority": {"priority_not_here"},
    "announce": {"zone_unknown"},
    "issue_ticket": {"closed_now", "priority_not_here"},
    # Yesterday's numbers use nothing and are over today; queueing/vouchers has those that are.
    "redeem_voucher": {
        "closed_now",
        "service_unknown",
        "stock_used_up",
        "too_many_persons",
        "voucher_over",
        "case_ended",
        "case_has_number",
        "case_not_ready",
        "case_unknown",
    },
    "print_voucher": {"voucher_over"},
}
NAMES = [
    pytest.param(name, marks=[pytest.mark.long] if office.long else [])
    for name, office in OFFICES.items()
    if not office.proved
]


def test_an_office_whose_end_nobody_has_seen_is_gone_through_in_no_lane() -> None:
    """Two tickets at two counters have no end within an hour: a lane that tries them takes what CI has for all."""
    assert {name for name, office in OFFICES.items() if not office.proved} <= set(COUNTS)


@pytest.mark.parametrize("name", NAMES)
def test_all_promises_hold_in_all_that_can_happen_in_a_small_office(name: str) -> None:
    found = Exploration(OFFICES[name]).run()
    assert found.whole
    assert found.counts() == COUNTS.get(name), remedy(name)


def test_a_command_names_every_refusal_that_is_met_and_no_other() -> None:
    met: dict[str, set[str]] = {name: set() for name in COMMANDS}
    for counts in COUNTS.values():
        for refusal in counts["refused"]:
            name, _, code = refusal.partition(": ")
            met[name].add(code)
    for name in set(COMMANDS) - LEFT_OUT:
        assert set(COMMANDS[name].refuses) - ELSEWHERE.get(name, set()) <= met[name] <= refusals(COMMANDS[name]), name


def test_every_command_is_allowed_somewhere() -> None:
    allowed = {command for counts in COUNTS.values() for command in counts["allowed"]}
    forgotten = set(COMMANDS) - LEFT_OUT - allowed
    assert forgotten == set(), (
        "give each a place in an office of small_offices.py, say, SEAT, and run "
        "`python -m tests.explorer seat --write`; or name it in LEFT_OUT"
    )
    assert allowed == set(COMMANDS) - LEFT_OUT


def test_a_command_that_needs_no_more_than_others_is_tried_without_a_word_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = Seen(OFFICES["seat"], ServiceDay(DAY))
    for name in ("resume_service", "resume_counter", "mark_no_show", "hold_ticket", "close_day"):
        assert all(one.name == name for one in tried_with(name)(seen))
    monkeypatch.delitem(BY_HAND, "transfer_ticket")
    tried_with.cache_clear()
    with pytest.raises(LookupError, match="counter, service, ticket transfer_ticket is tried"):
        tried_with("transfer_ticket")


def test_what_is_counted_anew_is_written_by_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, right = tmp_path / "counts.toml", explorer.FILE.read_text()
    file.write_text(right.replace('["sound"]\nstates = ', '["sound"]\nstates = 9'))
    monkeypatch.setattr(explorer, "FILE", file)
    assert explorer.main(["sound", "--write"]) == 0
    assert file.read_text() == right


def test_each_mistake_can_be_planted_in_the_rules_as_they_are() -> None:
    """Planting takes minutes; that a rule was written anew and its mistake was not is known at once."""
    sources = {mistake.file: (ROOT / "antrean" / "queueing" / mistake.file).read_text() for mistake in MISTAKES}
    assert [mistake.name for mistake in MISTAKES if sources[mistake.file].count(mistake.right) != 1] == []


@pytest.mark.long
@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.name for mistake in MISTAKES])
def test_a_planted_mistake_is_found(mistake: Mistake) -> None:
    explored = subprocess.run(
        [sys.executable, "-m", "tests.explorer.planted", mistake.name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert explored.returncode == 1, explored.stderr
    assert mistake.found in explored.stdout


def test_what_is_found_is_told_as_the_shortest_way_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antrean.queueing.tickets.commands.may_come_back", lambda missed, plan, at: True)
    with pytest.raises(BrokenPromise) as broken:
        Exploration(OFFICES["1x1"]).run()
    said = str(broken.value).splitlines()
    assert [line.split()[1] for line in said if line[:3].strip().isdigit()] == [
        "issue_ticket", "open_counter", "call_next", "mark_no_show",
    ]  # fmt: skip
    assert said[-3].startswith("     before: A-001 called")
    assert said[-1].startswith("     after:  A-001 no_show")
