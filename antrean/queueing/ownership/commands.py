"""The command that makes the sample office somebody's own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from antrean.queueing import events as e
from antrean.queueing.command.base import ADMINISTRATOR, Command, Standing, command
from antrean.queueing.command.fields import GIVEN
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Refused
from antrean.queueing.plan.document import as_text, problems, to_document
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.parts import with_part


@command(
    "make_mine",
    gives=(e.OfficeMadeMine,),
    given_by=(ADMINISTRATOR,),
    refuses=("office_not_sample", "value_missing", "note_has_id_number", "name_unprintable", "text_unprintable"),
)
class MakeMine(Command):
    """End the sample office and begin one's own, with its services and counters.

    `office_name` and `time_zone` are the new office's. `administrator` is the name of the first person who may sign in,
    with the password of `password_hash`; `session` marks that person's sessions. The day begins anew: numbers of the
    sample are nobody's, and the next number of each series is its first.

    Refuses (`office_not_sample`) any other office.
    """

    office_name: Annotated[str, GIVEN]
    time_zone: Annotated[str, GIVEN]
    administrator: Annotated[str, GIVEN]
    password_hash: Annotated[str, GIVEN]
    session: Annotated[str, GIVEN]
    decided_alone = True

    def decide(self, day: ServiceDay, standing: Standing, plan: OfficePlan, at: datetime) -> Sequence[e.Event]:
        """Return the seal of the sample's lines, the plan's next revision, and the beginning of the office."""
        if not plan.demo:
            raise Refused("office_not_sample")
        before = to_document(plan)
        after = with_part(with_part(before, "name", self.office_name), "time_zone", self.time_zone)
        after = with_part(after, "first_steps", True)
        known = frozenset(problems(before))
        for problem in problems(after):
            if problem not in known:
                raise problem.refusal()
        body = as_text(after)
        said = {"name": self.office_name, "time_zone": self.time_zone, "administrator": self.administrator}
        # The journal alone knows the chain value of the sample's last line, and writes it into the seal.
        sealed = [e.JournalSealed(1, day.seq, "", day.seq, len(day.tickets))] if day.seq else []
        digest = hashlib.sha256(body.encode()).hexdigest()
        return (
            *sealed,
            e.PlanChanged("made_mine", {"name": plan.name}, said, plan.revision + 1, digest, body=body),
            e.OfficeMadeMine(self.administrator, day.seq, self.password_hash, self.session),
        )
