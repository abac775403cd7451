"""Indexes of few lines find these under the names that events have now, and under those that they had before."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AUDITED = (
    "kind IN ('security.noted', 'SecurityNoted', 'plan.changed', 'PlanChanged', 'ticket.cancelled', 'TicketCancelled', "
    "'ticket.priority_changed', 'PriorityChanged', 'day.closed', 'DayClosed', 'day.reopened', 'DayReopened', "
    "'clock.set', 'ClockSet', 'journal.restored', 'JournalRestored')"
)
SEALED = "kind IN ('journal.sealed', 'JournalSealed')"
AUDITED_BEFORE = (
    "kind IN ('SecurityNoted', 'PlanChanged', 'TicketCancelled', 'PriorityChanged', 'DayClosed', 'DayReopened', "
    "'ClockSet', 'JournalRestored')"
)
SEALED_BEFORE = "kind = 'JournalSealed'"


def upgrade() -> None:
    _make({"ix_journal_audited": AUDITED, "ix_journal_sealed": SEALED})


def downgrade() -> None:
    _make({"ix_journal_audited": AUDITED_BEFORE, "ix_journal_sealed": SEALED_BEFORE})


def _make(indexes: dict[str, str]) -> None:
    for name, lines in indexes.items():
        where = sa.text(lines)
        op.drop_index(name, "journal")
        op.create_index(name, "journal", ["office", "seq"], sqlite_where=where, postgresql_where=where)
