"""The tables. Facts are journal lines, which never change; settings are rows, which change."""

from __future__ import annotations

import sqlalchemy as sa

from antrean.queueing import standing
from antrean.queueing.events import (
    KINDS,
    AnnouncementEnded,
    AnnouncementMade,
    CampaignCorrected,
    CasesKeyedIn,
    CasesTakenBack,
    CasesWithdrawn,
    ClockSet,
    CounterHandedOver,
    DayClosed,
    DayReopened,
    Event,
    JournalRestored,
    JournalSealed,
    NumbersResumed,
    NumbersStopped,
    OutageBegun,
    OutageEnded,
    OutageTold,
    PersonsChanged,
    PlanChanged,
    PriorityChanged,
    SecurityNoted,
    ServiceClosed,
    ServiceOpened,
    ServicePaused,
    ServiceResumed,
    StockCounted,
    StockReceived,
    StockSpoiled,
    StockTakenBack,
    TicketCancelled,
    TicketServiceChanged,
    TicketTransferred,
)

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def stored_as(*events: type[Event]) -> str:
    """Return the SQL condition for lines of these events, under whatever names they were stored."""
    return f"kind IN ({', '.join(map(repr, KINDS.of(*events)))})"


OFFICE = sa.String(40)
# Lines that say who did what to the office. A query finds them by the index that holds them alone when it says this in
# the same words; lines of other kinds cost nothing for it.
AUDITED = stored_as(
    SecurityNoted, PlanChanged, TicketCancelled, PriorityChanged, DayClosed, DayReopened, ClockSet, JournalRestored,
    ServicePaused, ServiceResumed, ServiceClosed, ServiceOpened, PersonsChanged, TicketServiceChanged,
    CounterHandedOver, TicketTransferred,
    AnnouncementMade, AnnouncementEnded,
    OutageBegun, OutageTold, OutageEnded,
    StockReceived, StockCounted, StockSpoiled, StockTakenBack,
    CampaignCorrected,
    NumbersStopped, NumbersResumed,
    CasesKeyedIn, CasesTakenBack, CasesWithdrawn,
)  # fmt: skip

# Lines that say which ones have left the journal: few, and looked for in all of it.
SEALED = stored_as(JournalSealed)

# Lines that change what outlives the day: whoever folds that anew reads these alone.
LASTING = stored_as(*sorted(standing.KINDS, key=lambda kind: kind.kind))

# `at` is ISO text in UTC with microseconds: SQLite has no time type, and text reads the same everywhere.
journal = sa.Table(
    "journal",
    metadata,
    sa.Column("office", OFFICE, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("business_day", sa.String(10), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("request_id", sa.String(80)),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("chain", sa.String(64), nullable=False),
    sa.UniqueConstraint("office", "request_id"),
    sa.Index(None, "office", "business_day", "seq"),
    sa.Index("ix_journal_audited", "office", "seq", sqlite_where=sa.text(AUDITED), postgresql_where=sa.text(AUDITED)),
    sa.Index("ix_journal_lasting", "office", "seq", sqlite_where=sa.text(LASTING), postgresql_where=sa.text(LASTING)),
    sa.Index("ix_journal_sealed", "office", "seq", sqlite_where=sa.text(SEALED), postgresql_where=sa.text(SEALED)),
    sqlite_with_rowid=False,
)

# What outlives the day of an office, as it stands after the line `seq` of its journal; `state` is a document of JSON
# values. It is written in the commit of the line that changed it, and can be folded anew from the journal.
lasting = sa.Table(
    "standing",
    metadata,
    sa.Column("office", OFFICE, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
)

# The cases among it, which may be thousands: `state` is a list of JSON values. They change one by one, in the
# commit that writes the row of their office.
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("office", OFFICE, primary_key=True),
    sa.Column("code", sa.String(20), primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
)

offices = sa.Table(
    "offices",
    metadata,
    sa.Column("id", OFFICE, primary_key=True),
    sa.Column("demo", sa.Boolean, nullable=False),
)

# Every revision of an office's plan, which never changes. `seq` is the line of the journal that says so, 0 for the
# first; `body` is the document; `chain` follows from the revision before it.
plans = sa.Table(
    "plans",
    metadata,
    sa.Column("office", OFFICE, sa.ForeignKey("offices.id"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("chain", sa.String(64), nullable=False),
)

# Whoever may sign in at any office, known by the name alone. `mark` changes with the password.
people = sa.Table(
    "people",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("mark", sa.String(40), nullable=False),
)

# What people are in an office, or were: only an active row lets its person in. An invited one waits for the person to
# accept it; its `session` is the person's mark of then, and with another one it holds no longer.
staff = sa.Table(
    "staff",
    metadata,
    sa.Column("office", OFFICE, sa.ForeignKey("offices.id"), primary_key=True),
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("session", sa.String(40), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("invited", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index(None, "name"),
)

devices = sa.Table(
    "devices",
    metadata,
    sa.Column("office", OFFICE, sa.ForeignKey("offices.id"), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("printer", sa.String(40)),
    sa.Column("address", sa.String(200), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("revoked_at", sa.String(32)),
    sa.Column("settings", sa.Text, nullable=False, server_default="{}"),
)

# From where somebody signed in, failed to or was paired. The journal's line names rows of this table, which are kept
# for 90 days: addresses of people must not stay for ever.
security_addresses = sa.Table(
    "security_addresses",
    metadata,
    sa.Column("office", OFFICE, primary_key=True),
    sa.Column("ref", sa.String(40), primary_key=True),
    sa.Column("address", sa.String(60), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Index(None, "office", "at"),
)

# Who is signed in, and where: a row for each browser, until the session ends. `id` is the hash of what its cookie says.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("office", OFFICE, primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("staff", sa.String(60), nullable=False),
    sa.Column("mark", sa.String(40), nullable=False),
    sa.Column("browser", sa.String(60), nullable=False),
    sa.Column("address", sa.String(60), nullable=False),
    sa.Column("began_at", sa.String(32), nullable=False),
    sa.Column("used_at", sa.String(32), nullable=False),
    sa.Column("locked", sa.Boolean, nullable=False),
    sa.Column("wrong_pins", sa.Integer, nullable=False),
)

# What a person shows besides the password: the hash of a PIN, what the secret of an authenticator app is derived from,
# hashes of recovery codes. `used` is the last step of time whose code was taken.
factors = sa.Table(
    "factors",
    metadata,
    sa.Column("staff", sa.String(60), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
    sa.Column("used", sa.BigInteger, nullable=False),
)

# Codes that are good once and for a short time: `id` is the hash of one, `subject` the member of staff it is for, or
# the hash of the token of the screen that shows it.
codes = sa.Table(
    "codes",
    metadata,
    sa.Column("office", OFFICE, primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("purpose", sa.String(20), nullable=False),
    sa.Column("subject", sa.String(80), nullable=False),
    sa.Column("browser", sa.String(60), nullable=False),
    sa.Column("address", sa.String(60), nullable=False),
    sa.Column("until", sa.String(32), nullable=False),
)

# What the rows of each table of settings were when they were last written, and how often that was.
digests = sa.Table(
    "digests",
    metadata,
    sa.Column("office", OFFICE, primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)
