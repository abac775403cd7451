"""The plan of an office is one document with revisions; its rows of today are the first.

The rows are read as they are: what no new plan may have, such as a letter that stands twice, stays readable.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

Row = sa.RowMapping
OFFICE = sa.String(length=40)
GENESIS, SEPARATOR = "0" * 64, "\x1f"
GONE = ("services", "counters", "interludes")
OF_THE_PLAN = (
    "name", "zone", "languages", "discipline", "credit_minutes", "interleave", "limits", "notices", "voice", "slip",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "plans",
        sa.Column("office", OFFICE, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["offices.id"], name=op.f("fk_plans_office_offices")),
        sa.PrimaryKeyConstraint("office", "revision", name=op.f("pk_plans")),
    )
    for office in _rows("SELECT * FROM offices ORDER BY id"):
        body = json.dumps(_document(office), ensure_ascii=False, separators=(",", ":"))
        first = SEPARATOR.join((GENESIS, office["id"], "1", "0", "", "", body))
        _run(
            "INSERT INTO plans (office, revision, seq, at, actor, body, chain) "
            "VALUES (:office, 1, 0, '', '', :body, :chain)",
            office=office["id"], body=body, chain=sha256(first.encode()).hexdigest(),
        )  # fmt: skip
        # How often settings were written is remembered outside the database, and must not become less.
        of_it = "FROM digests WHERE office = :office AND name IN ('services', 'counters', 'interludes')"
        (written,) = _rows(f"SELECT COALESCE(SUM(revision), 0) AS n {of_it}", office=office["id"])
        _run(f"DELETE {of_it}", office=office["id"])
        _run(
            "INSERT INTO digests (office, name, revision, digest) VALUES (:office, 'plans', :n, '')",
            office=office["id"], n=int(written["n"]),
        )  # fmt: skip
    for table in GONE:
        op.drop_table(table)
    for column in OF_THE_PLAN:
        op.drop_column("offices", column)  # not in a batch: that makes the table anew, and others refer to it


def downgrade() -> None:
    _make_tables()
    text = sa.Text()
    for column in OF_THE_PLAN:
        kind = sa.Integer() if column in ("credit_minutes", "interleave") else text
        op.add_column("offices", sa.Column(column, kind, nullable=False, server_default="0" if kind != text else ""))
    newest = "SELECT office, MAX(revision) AS revision FROM plans GROUP BY office"
    for one in _rows(newest):
        (row,) = _rows("SELECT body FROM plans WHERE office = :office AND revision = :revision", **one)
        _write_rows(one["office"], json.loads(row["body"]))
        (written,) = _rows(
            "SELECT revision FROM digests WHERE office = :office AND name = 'plans'", office=one["office"]
        )
        for table in GONE:
            _run(
                "INSERT INTO digests (office, name, revision, digest) VALUES (:office, :name, :n, :nothing)",
                office=one["office"], name=table, n=written["revision"], nothing=sha256(b"").hexdigest(),
            )  # fmt: skip
    _run("DELETE FROM digests WHERE name = 'plans'")
    op.drop_table("plans")


def _make_tables() -> None:
    office = sa.Column("office", OFFICE, sa.ForeignKey("offices.id"), primary_key=True)
    op.create_table(
        "services",
        office._copy(),
        sa.Column("code", sa.String(length=40), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(length=4), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("colour", sa.Integer(), nullable=False),
        sa.Column("promised_wait", sa.Integer(), nullable=False),
        sa.Column("notices", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("daily_limit", sa.Integer()),
        sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("opens_on", sa.String(length=10)),
        sa.Column("head_start", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_table(
        "counters",
        office._copy(),
        sa.Column("code", sa.String(length=20), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("primary", sa.Text(), nullable=False),
        sa.Column("overflow", sa.Text(), nullable=False),
    )
    op.create_table(
        "interludes",
        office._copy(),
        sa.Column("id", sa.String(length=40), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.String(length=10)),
        sa.Column("ends_on", sa.String(length=10)),
    )


def _write_rows(office: str, plan: dict[str, Any]) -> None:
    found = sa.MetaData()
    found.reflect(op.get_bind(), only=["offices", *GONE])
    tables = found.tables

    def insert(table: str, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            placed = [{"office": office, "position": place, **row} for place, row in enumerate(rows)]
            op.get_bind().execute(sa.insert(tables[table]), placed)

    of_it = {
        "name": plan["name"], "zone": plan["time_zone"], "languages": _text(plan["languages"]), **plan["calling"],
        "limits": _text(plan["limits"]), "notices": _text(plan["displays"]["ticker"]), "voice": _text(plan["voice"]),
        "slip": _text(plan["slip"]),
    }  # fmt: skip
    op.get_bind().execute(sa.update(tables["offices"]).where(tables["offices"].c.id == office).values(**of_it))
    services = [dict(one) for one in plan["services"]]
    for one in services:
        one["names"], one["notices"] = _text(one["names"]), _text(one.pop("closure_reasons"))
        one["colour"] = one.pop("hue")
    insert("services", services)
    insert("counters", [{**one, "primary": _text(one["primary"]), "overflow": _text(one["overflow"])}
                        for one in plan["counters"]])  # fmt: skip
    insert("interludes", [{**one, "texts": _text(one["texts"])} for one in plan["displays"]["playlist"]])


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _document(office: Row) -> dict[str, Any]:
    def of(table: str) -> Sequence[Row]:
        return _rows(f"SELECT * FROM {table} WHERE office = :office ORDER BY position", office=office["id"])

    return {
        "format": 1,
        "name": office["name"],
        "time_zone": office["zone"],
        "languages": json.loads(office["languages"]),
        "calling": {name: office[name] for name in ("discipline", "credit_minutes", "interleave")},
        "limits": json.loads(office["limits"]),
        "services": [
            {
                "code": row["code"],
                "series": row["series"],
                "names": json.loads(row["names"]),
                "icon": row["icon"],
                "hue": (row["colour"] - 1) % 8 + 1,
                "promised_wait": row["promised_wait"],
                "head_start": row["head_start"],
                "closed": bool(row["closed"]),
                "opens_on": row["opens_on"] or None,
                "closure_reasons": json.loads(row["notices"]),
                "daily_limit": row["daily_limit"],
            }
            for row in of("services")
        ],
        "counters": [
            {
                "code": row["code"],
                "name": row["name"],
                "primary": json.loads(row["primary"]),
                "overflow": json.loads(row["overflow"]),
            }
            for row in of("counters")
        ],
        "displays": {
            "ticker": json.loads(office["notices"]),
            "playlist": [
                {
                    "id": row["id"],
                    "kind": row["kind"],
                    "texts": json.loads(row["texts"]),
                    "file": row["file"],
                    "seconds": row["seconds"],
                    "starts_on": row["starts_on"] or None,
                    "ends_on": row["ends_on"] or None,
                }
                for row in of("interludes")
            ],
        },
        "voice": json.loads(office["voice"]),
        "slip": json.loads(office["slip"]),
    }


def _rows(query: str, **values: object) -> Sequence[Row]:
    return op.get_bind().execute(sa.text(query), values).mappings().all()


def _run(change: str, **values: object) -> None:
    op.get_bind().execute(sa.text(change), values)
