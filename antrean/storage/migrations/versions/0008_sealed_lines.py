"""Lines that say which ones have left the journal are found without looking through all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SEALED = sa.text("kind = 'JournalSealed'")


def upgrade() -> None:
    op.create_index("ix_journal_sealed", "journal", ["office", "seq"], sqlite_where=SEALED, postgresql_where=SEALED)


def downgrade() -> None:
    op.drop_index("ix_journal_sealed", "journal")
