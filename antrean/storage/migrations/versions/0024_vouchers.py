"""Vouchers outlive the day, too: the index of the lines that change what does holds theirs, and those that end them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BEFORE = (
    "kind IN ('office.made_mine', 'stock.counted', 'stock.received', 'stock.returned', 'stock.spoiled', "
    "'stock.taken_back', 'stock.used')"
)
LASTING = (
    "kind IN ('day.reopened', 'DayReopened', 'journal.sealed', 'JournalSealed', 'office.made_mine', 'stock.counted', "
    "'stock.received', 'stock.returned', 'stock.spoiled', 'stock.taken_back', 'stock.used', 'voucher.given', "
    "'voucher.redeemed')"
)


def upgrade() -> None:
    _index(LASTING)


def downgrade() -> None:
    _index(BEFORE)


def _index(lines: str) -> None:
    where = sa.text(lines)
    op.drop_index("ix_journal_lasting", "journal")
    op.create_index("ix_journal_lasting", "journal", ["office", "seq"], sqlite_where=where, postgresql_where=where)
