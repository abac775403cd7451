"""A change of the settings is told with its values before and after."""

from __future__ import annotations

from typing import Any

import pytest

from antrean.queueing.commands import ChangePlan
from antrean.queueing.events import PlanChanged
from antrean.queueing.office import Office
from tests.conftest import ListJournal, SetClock, small_plan


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"what": "discipline", "before": {"discipline": "strict_priority"}, "after": {"discipline": "interleave"}},
            PlanChanged("discipline", {"discipline": "strict_priority"}, {"discipline": "interleave"}),
        ),
        ({"what": "staff", "after": {"added": "Eka"}}, PlanChanged("staff", None, {"added": "Eka"})),
        ({"what": "staff", "before": {"removed": "Eka"}}, PlanChanged("staff", {"removed": "Eka"}, None)),
        ({"what": "voice"}, PlanChanged("voice", None, None)),
    ],
)
def test_whoever_reads_the_audit_finds_what_was_changed_from_what_to_what(
    values: dict[str, Any], told: PlanChanged
) -> None:
    journal = ListJournal()
    Office(journal, small_plan, SetClock()).execute(ChangePlan(**values), actor="staff:Dewi")
    assert [(entry.event, entry.actor) for entry in journal.entries] == [(told, "staff:Dewi")]
