"""Imports python-escpos: on first use, without its logging set-up, and without leaving files behind."""

from __future__ import annotations

import copy
import logging
import os
import tempfile
from functools import cache
from typing import Any

from printer_profiles import Profile

PICKLE = "ESCPOS_CAPABILITIES_PICKLE_DIR"


@cache
def _library() -> Any:
    """Return the modules (escpos.printer, escpos.capabilities).

    At import the library pickles its database into a fresh folder under the temporary directory that it
    never removes, and calls logging.basicConfig(); both are undone here.
    """
    root = logging.getLogger()
    handlers, before, temporary = list(root.handlers), os.environ.get(PICKLE), tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="antrean-escpos-") as private:
        os.environ[PICKLE] = private
        tempfile.tempdir = private
        try:
            import escpos.capabilities
            import escpos.printer
        finally:
            tempfile.tempdir = temporary
            os.environ.pop(PICKLE, None)
            if before is not None:
                os.environ[PICKLE] = before
            root.handlers[:] = handlers
    return escpos.printer, escpos.capabilities


@cache
def _base_class(name: str, printable_dots: int) -> Any:
    """Return the library's profile of this name with this width, against which it checks pictures."""
    base = _library()[1].get_profile_class(name or "default")
    data = copy.deepcopy(base.profile_data)
    data["media"]["width"]["pixels"] = printable_dots
    return type("AntreanProfile", (_library()[1].Profile,), {"profile_data": data})


def new_dummy(profile: Profile) -> Any:
    """Return a new `Dummy` for one slip, since the library's objects keep state from slip to slip.

    Refuses with KeyError an `escpos_profile` that the library does not know.
    """
    base = _base_class(profile.escpos_profile, profile.media.printable_dots)
    return _library()[0].Dummy(profile=base(features=base.profile_data["features"]))
