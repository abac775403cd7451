"""The audit finds which service gave no more numbers before closing, and who let it go on."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

AUDITED_BEFORE = (
    "kind IN ('security.noted', 'SecurityNoted', 'plan.changed', 'PlanChanged', 'ticket.cancelled', 'TicketCancelled', "
    "'ticket.priority_changed', 'PriorityChanged', 'day.closed', 'DayClosed', 'day.reopened', 'DayReopened', "
    "'clock.set', 'ClockSet', 'journal.restored', 'JournalRestored', "
    "'service.paused', 'service.resumed', 'service.closed', 'service.opened', "
    "'ticket.persons_changed', 'PersonsChanged', 'ticket.service_changed', "
    "'counter.handed_over', 'ticket.transferred', 'TicketTransferred', "
    "'announcement.made', 'announcement.ended', 'outage.begun', 'outage.told', 'outage.ended', "
    "'stock.received', 'stock.counted', 'stock.spoiled', 'stock.taken_back', 'campaign.corrected')"
)
AUDITED = AUDITED_BEFORE[:-1] + ", 'numbers.stopped', 'numbers.resumed')"


def upgrade() -> None:
    _make_index(AUDITED)


def downgrade() -> None:
    _make_index(AUDITED_BEFORE)


def _make_index(lines: str) -> None:
    where = sa.text(lines)
    op.drop_index("ix_journal_audited", "journal")
    op.create_index("ix_journal_audited", "journal", ["office", "seq"], sqlite_where=where, postgresql_where=where)
