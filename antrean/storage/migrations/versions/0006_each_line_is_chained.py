"""Each line of the journal carries a digest of itself and of the line before, and each table of settings has one."""

from collections.abc import Iterator
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LINES_AT_ONCE = 5000
STORED = ("office", "seq", "at", "business_day", "kind", "data", "request_id", "actor")
lines = sa.table("journal", *(sa.column(name) for name in (*STORED, "chain")))


def upgrade() -> None:
    _chain_lines()
    op.create_table(
        "digests",
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("office", "name", name=op.f("pk_digests")),
    )


def _chain_lines() -> None:
    here = op.get_bind()
    if here.dialect.name == "postgresql":
        op.add_column("journal", sa.Column("chain", sa.String(64)))
        for batch in _chained("journal"):
            values = sa.values(
                sa.column("office", sa.Text), sa.column("seq", sa.BigInteger), sa.column("chain", sa.Text)
            )
            new = values.data([(row["office"], row["seq"], row["chain"]) for row in batch]).alias("new")
            mine = (lines.c.office == new.c.office, lines.c.seq == new.c.seq)
            here.execute(sa.update(lines).where(*mine).values(chain=new.c.chain))
        op.alter_column("journal", "chain", nullable=False)
        return
    # A table of SQLite is written anew: no column that must not be empty can be added to one.
    op.rename_table("journal", "journal_before")
    _create(sa.Column("chain", sa.String(64), nullable=False))
    for batch in _chained("journal_before"):
        here.execute(sa.insert(lines), batch)
    _replaced()


def downgrade() -> None:
    op.drop_table("digests")
    here = op.get_bind()
    if here.dialect.name == "postgresql":
        op.drop_column("journal", "chain")
        return
    op.rename_table("journal", "journal_before")
    _create()
    columns = ", ".join(STORED)
    here.exec_driver_sql(f"INSERT INTO journal ({columns}) SELECT {columns} FROM journal_before ORDER BY office, seq")
    _replaced()


def _create(*more: sa.Column[str]) -> None:
    op.create_table(
        "journal",
        sa.Column("office", sa.String(40), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("business_day", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("request_id", sa.String(80), nullable=True),
        sa.Column("actor", sa.String(80), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("office", "seq", name=op.f("pk_journal")),
        sa.UniqueConstraint("office", "request_id", name=op.f("uq_journal_office_request_id")),
        sqlite_with_rowid=False,
    )


def _replaced() -> None:
    op.drop_table("journal_before")
    op.create_index(op.f("ix_journal_office_business_day_seq"), "journal", ["office", "business_day", "seq"])


def _chained(table: str) -> Iterator[list[dict[str, str]]]:
    """Give the lines office by office in batches, each line with its chain value."""
    here = op.get_bind()
    old = sa.table(table, *(sa.column(name) for name in STORED))
    in_order = sa.select(old).order_by(old.c.office, old.c.seq).limit(LINES_AT_ONCE)
    office, seq, chain = "", 0, "0" * 64
    while True:
        beyond = sa.or_(old.c.office > office, sa.and_(old.c.office == office, old.c.seq > seq))
        batch = [dict(row) for row in here.execute(in_order.where(beyond)).mappings()]
        if not batch:
            return
        for row in batch:
            if row["office"] != office:
                office, chain = row["office"], "0" * 64
            stored = [chain, *(str(row[name] or "") if name == "request_id" else str(row[name]) for name in STORED)]
            row["chain"] = chain = sha256("\x1f".join(stored).encode()).hexdigest()
            seq = row["seq"]
        yield batch
