"""What somebody is in an office, in words."""

from __future__ import annotations

from antrean.queueing.errors import N_

ROLES = {
    "operator": N_("operator"),
    "supervisor": N_("supervisor"),
    "administrator": N_("administrator"),
    "viewer": N_("viewer"),
}
