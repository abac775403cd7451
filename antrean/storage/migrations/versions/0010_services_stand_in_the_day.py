"""Pausing and closing are events of a day; a service of the plan says only whether it is closed for longer.

Nobody can know how long what was paused or closed is to stay so. It becomes closed until somebody opens it, with its
reason: no office finds a service open that it had stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AUDITED_BEFORE = (
    "kind IN ('security.noted', 'SecurityNoted', 'plan.changed', 'PlanChanged', 'ticket.cancelled', 'TicketCancelled', "
    "'ticket.priority_changed', 'PriorityChanged', 'day.closed', 'DayClosed', 'day.reopened', 'DayReopened', "
    "'clock.set', 'ClockSet', 'journal.restored', 'JournalRestored')"
)
AUDITED = AUDITED_BEFORE[:-1] + ", 'service.paused', 'service.resumed', 'service.closed', 'service.opened')"


def upgrade() -> None:
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("opens_on", sa.String(length=10)))
    _carry("UPDATE services SET closed = :yes WHERE state <> 'open'", yes=True)
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.drop_column("state")
    _make_index(AUDITED)


def downgrade() -> None:
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=10), nullable=False, server_default="open"))
    _carry("UPDATE services SET state = 'closed' WHERE closed = :yes", yes=True)
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.drop_column("opens_on")
        batch_op.drop_column("closed")
    _make_index(AUDITED_BEFORE)


def _carry(change: str, **values: bool) -> None:
    op.get_bind().execute(sa.text(change), values)


def _make_index(lines: str) -> None:
    where = sa.text(lines)
    op.drop_index("ix_journal_audited", "journal")
    op.create_index("ix_journal_audited", "journal", ["office", "seq"], sqlite_where=where, postgresql_where=where)
