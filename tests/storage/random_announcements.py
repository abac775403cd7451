"""Random wishes about announcements, for the random wishes about everything."""

from __future__ import annotations

from typing import Any

from antrean.queueing.day import ServiceDay


class AnnouncementWishes:
    """Arguments that are likely to be granted; odd ones are strange."""

    def for_announce(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        texts = {"id": " "} if odd else {"id": f"Pemilik mobil B {a}{b}, mohon pindahkan kendaraan Anda."}
        return {
            "texts": texts, "zone": ("", "Lantai 2")[b % 2], "urgent": a % 4 == 0, "minutes": (0, 1, 10)[b % 3],
            "every": (0, 1)[a % 2],
        }  # fmt: skip

    def for_end_announcement(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        found = list(day.announcements)
        return {"announcement": found[a % len(found)] if found and not odd else 0}

    def for_repeat_announcements(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {}
