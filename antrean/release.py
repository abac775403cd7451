"""What this release knows about itself."""

from __future__ import annotations

from datetime import date

# No true clock shows an earlier day than this one: newer code can't run before it was written.
BUILT_ON = date(2026, 11, 1)
