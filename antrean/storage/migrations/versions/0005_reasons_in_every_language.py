"""Why a service is paused or closed, in every language."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notices", sa.Text(), nullable=False, server_default="{}"))
    _carry("notice", "notices", lambda words, languages: json.dumps({languages[0]: words} if words else {}))
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.drop_column("notice")


def downgrade() -> None:
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notice", sa.String(length=200), nullable=False, server_default=""))
    _carry("notices", "notice", lambda texts, languages: next(iter(json.loads(texts).values()), "")[:200])
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.drop_column("notices")


def _carry(old: str, new: str, changed) -> None:  # type: ignore[no-untyped-def]
    """Write the new column of every service from its old one and its office's languages."""
    text = sa.Text()
    services = sa.table(
        "services", sa.column("office", text), sa.column("code", text), sa.column(old, text), sa.column(new, text)
    )
    offices = sa.table("offices", sa.column("id", text), sa.column("languages", text))
    here = op.get_bind()
    languages = {row.id: json.loads(row.languages) for row in here.execute(sa.select(offices))}
    for row in here.execute(sa.select(services)).all():
        told = changed(getattr(row, old), languages[row.office])
        mine = (services.c.office == row.office, services.c.code == row.code)
        here.execute(sa.update(services).where(*mine).values({new: told}))
