"""Facts about this release."""

from __future__ import annotations

from datetime import date

# A correct clock shows no earlier day than this one, since code can't run before it was written.
BUILT_ON = date(2026, 11, 1)
