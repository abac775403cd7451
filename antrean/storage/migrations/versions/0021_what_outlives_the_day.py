"""What outlives the day of an office is kept beside its journal, and the lines that change it have an index of theirs.

No journal has such a line yet, but for the one with which a sample office became somebody's own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LASTING = (
    "kind IN ('office.made_mine', 'stock.counted', 'stock.received', 'stock.returned', 'stock.spoiled', "
    "'stock.taken_back', 'stock.used')"
)


def upgrade() -> None:
    op.create_table(
        "standing",
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_standing")),
    )
    where = sa.text(LASTING)
    op.create_index("ix_journal_lasting", "journal", ["office", "seq"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_journal_lasting", "journal")
    op.drop_table("standing")
