"""The audit finds what was put right of a number: persons and service, as it finds priority."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AUDITED_BEFORE = (
    "kind IN ('security.noted', 'SecurityNoted', 'plan.changed', 'PlanChanged', 'ticket.cancelled', 'TicketCancelled', "
    "'ticket.priority_changed', 'PriorityChanged', 'day.closed', 'DayClosed', 'day.reopened', 'DayReopened', "
    "'clock.set', 'ClockSet', 'journal.restored', 'JournalRestored', "
    "'service.paused', 'service.resumed', 'service.closed', 'service.opened')"
)
AUDITED = AUDITED_BEFORE[:-1] + ", 'ticket.persons_changed', 'PersonsChanged', 'ticket.service_changed')"


def upgrade() -> None:
    _make_index(AUDITED)


def downgrade() -> None:
    _make_index(AUDITED_BEFORE)


def _make_index(lines: str) -> None:
    where = sa.text(lines)
    op.drop_index("ix_journal_audited", "journal")
    op.create_index("ix_journal_audited", "journal", ["office", "seq"], sqlite_where=where, postgresql_where=where)
