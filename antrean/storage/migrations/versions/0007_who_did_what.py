"""Addresses of security events get a table of their own, and lines that say who did what an index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AUDITED = (
    "kind IN ('SecurityNoted', 'PlanChanged', 'TicketCancelled', 'PriorityChanged', 'DayClosed', 'DayReopened', "
    "'ClockSet', 'JournalRestored')"
)


def upgrade() -> None:
    op.create_table(
        "security_addresses",
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("office", "ref", "address", name=op.f("pk_security_addresses")),
    )
    op.create_index(op.f("ix_security_addresses_office_at"), "security_addresses", ["office", "at"])
    where = sa.text(AUDITED)
    op.create_index(
        op.f("ix_journal_audited"), "journal", ["office", "seq"], sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_journal_audited"), table_name="journal")
    op.drop_table("security_addresses")
