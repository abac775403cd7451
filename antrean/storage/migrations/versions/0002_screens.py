"""Settings of single devices, and what displays show between calls."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settings", sa.Text(), nullable=False, server_default="{}"))
    op.create_table(
        "interludes",
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.String(length=10), nullable=True),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["office"], ["offices.id"], name=op.f("fk_interludes_office")),
        sa.PrimaryKeyConstraint("office", "id", name=op.f("pk_interludes")),
    )


def downgrade() -> None:
    op.drop_table("interludes")
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.drop_column("settings")
