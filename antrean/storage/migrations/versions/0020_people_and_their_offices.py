"""A person works in several offices: password, PIN and app are the person's, the role is of an office.

Names of those who may sign in are unique since 0019, so each of them becomes a person. The secret of an authenticator
app was derived from the office as well; what it is derived from now stands in the app's row, and the app goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

APP = "authenticator"


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_people")),
    )
    op.execute(
        "INSERT INTO people (name, password_hash, mark) SELECT name, password_hash, session FROM staff WHERE active"
    )
    op.drop_index(op.f("ix_staff_name"), table_name="staff")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("invited", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_column("password_hash")
    op.create_index(op.f("ix_staff_name"), "staff", ["name"])
    _factors(
        sa.Column("staff", sa.String(length=60), nullable=False), ["staff", "kind", "id"],
        "SELECT f.staff, f.kind, f.id, "
        f"CASE WHEN f.kind = '{APP}' THEN f.office || ':' || f.staff || ':' || f.value ELSE f.value END, f.used "
        "FROM factors_before f JOIN staff s ON s.office = f.office AND s.name = f.staff WHERE s.active",
        "staff, kind, id, value, used",
    )  # fmt: skip


def downgrade() -> None:
    """Go back. Whoever works in several offices stays in the first by its code, and is no longer in the others."""
    first = "(SELECT min(o.office) FROM staff o WHERE o.name = staff.name AND o.active)"
    op.execute(f"UPDATE staff SET active = false, invited = false WHERE active AND office <> {first}")
    op.drop_index(op.f("ix_staff_name"), table_name="staff")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("invited")
        batch_op.add_column(sa.Column("password_hash", sa.String(length=200), nullable=False, server_default=""))
    op.execute(
        "UPDATE staff SET password_hash = (SELECT p.password_hash FROM people p WHERE p.name = staff.name) WHERE active"
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.alter_column("password_hash", server_default=None)
    op.create_index(
        op.f("ix_staff_name"), "staff", ["name"], unique=True,
        sqlite_where=sa.text("active = 1"), postgresql_where=sa.text("active"),
    )  # fmt: skip
    # An app whose secret is derived from another office or name than that release would take is of no use to it.
    own = "s.office || ':' || f.staff || ':'"
    _factors(
        sa.Column("office", sa.String(length=40), nullable=False), ["office", "staff", "kind", "id"],
        f"SELECT s.office, f.staff, f.kind, f.id, "
        f"CASE WHEN f.kind = '{APP}' THEN substr(f.value, length({own}) + 1) ELSE f.value END, f.used "
        "FROM factors_before f JOIN staff s ON s.name = f.staff AND s.active "
        f"WHERE f.kind <> '{APP}' OR substr(f.value, 1, length({own})) = {own}",
        "office, staff, kind, id, value, used",
        sa.Column("staff", sa.String(length=60), nullable=False),
    )  # fmt: skip
    op.drop_table("people")
    op.execute("DELETE FROM digests WHERE office = ''")


def _factors(first: sa.Column[str], key: list[str], rows: str, columns: str, *more: sa.Column[str]) -> None:
    """Make the table of factors anew, with these rows of the one before."""
    op.rename_table("factors", "factors_before")
    if op.get_bind().dialect.name == "postgresql":  # the name of its key stays with the old table
        op.execute("ALTER TABLE factors_before DROP CONSTRAINT pk_factors")
    op.create_table(
        "factors",
        first,
        *more,
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_factors")),
    )
    op.execute(f"INSERT INTO factors ({columns}) {rows}")
    op.drop_table("factors_before")
