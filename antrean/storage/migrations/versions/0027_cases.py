"""Cases outlive the day, each in a row of its own. The audit finds who keyed some in, withdrew or took some back."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

LASTING_BEFORE = (
    "kind IN ('day.reopened', 'DayReopened', 'journal.sealed', 'JournalSealed', 'office.made_mine', 'stock.counted', "
    "'stock.received', 'stock.returned', 'stock.spoiled', 'stock.taken_back', 'stock.used', 'voucher.given', "
    "'voucher.redeemed')"
)
LASTING = (
    "kind IN ('case.asked', 'case.expired', 'case.forgotten', 'case.keyed_in', 'case.moved', 'case.opened', "
    "'case.taken_back', 'case.withdrawn', "
    "'day.reopened', 'DayReopened', 'journal.sealed', 'JournalSealed', 'office.made_mine', 'stock.counted', "
    "'stock.received', 'stock.returned', 'stock.spoiled', 'stock.taken_back', 'stock.used', 'voucher.given', "
    "'voucher.redeemed')"
)
AUDITED_BEFORE = (
    "kind IN ('security.noted', 'SecurityNoted', 'plan.changed', 'PlanChanged', 'ticket.cancelled', 'TicketCancelled', "
    "'ticket.priority_changed', 'PriorityChanged', 'day.closed', 'DayClosed', 'day.reopened', 'DayReopened', "
    "'clock.set', 'ClockSet', 'journal.restored', 'JournalRestored', "
    "'service.paused', 'service.resumed', 'service.closed', 'service.opened', "
    "'ticket.persons_changed', 'PersonsChanged', 'ticket.service_changed', "
    "'counter.handed_over', 'ticket.transferred', 'TicketTransferred', "
    "'announcement.made', 'announcement.ended', 'outage.begun', 'outage.told', 'outage.ended', "
    "'stock.received', 'stock.counted', 'stock.spoiled', 'stock.taken_back', 'campaign.corrected', "
    "'numbers.stopped', 'numbers.resumed')"
)
AUDITED = AUDITED_BEFORE[:-1] + ", 'case.keyed_in', 'case.taken_back', 'case.withdrawn')"


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("office", sa.String(40), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("office", "code", name=op.f("pk_cases")),
    )
    _index("ix_journal_lasting", LASTING)
    _index("ix_journal_audited", AUDITED)


def downgrade() -> None:
    _index("ix_journal_audited", AUDITED_BEFORE)
    _index("ix_journal_lasting", LASTING_BEFORE)
    op.drop_table("cases")


def _index(name: str, lines: str) -> None:
    where = sa.text(lines)
    op.drop_index(name, "journal")
    op.create_index(name, "journal", ["office", "seq"], sqlite_where=where, postgresql_where=where)
