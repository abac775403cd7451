"""Sessions can be locked, and people can show more than a password: PINs, authenticator apps, recovery codes."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("wrong_pins", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "factors",
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("staff", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("office", "staff", "kind", "id", name=op.f("pk_factors")),
    )


def downgrade() -> None:
    op.drop_table("factors")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_column("wrong_pins")
        batch_op.drop_column("locked")
