"""How a time is stored."""

from datetime import UTC, datetime


def stored_time(at: datetime) -> str:
    """Return an aware time as text in UTC with microseconds: texts sort as the times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
