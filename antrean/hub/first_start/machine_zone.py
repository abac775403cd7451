"""The time zone that the machine itself is set to."""

from __future__ import annotations

from pathlib import Path

LOCALTIME = Path("/etc/localtime")
ZONES = "zoneinfo/"
OF_NOWHERE = ("Etc/", "UTC", "Universal", "Zulu", "GMT", "posix", "right")  # as a machine comes that nobody has set


def machine_zone() -> str:
    """Return its name, such as Asia/Makassar; "" where nobody has set one, as then it is UTC."""
    try:
        _, found, name = str(LOCALTIME.readlink()).partition(ZONES)
    except OSError:
        return ""
    return name if found and "/" in name and not name.startswith(OF_NOWHERE) else ""
