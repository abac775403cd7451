"""Set up and watch the office: for supervisors and administrators."""

from admin.screen import AdminScreen as Screen
from admin.screen import blueprint, merged
from admin.sections import SECTIONS

__all__ = ["PERMISSIONS", "Screen", "blueprint"]

PERMISSIONS = merged(SECTIONS)
