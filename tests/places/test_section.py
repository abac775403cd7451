"""A section of the administration is one folder and one word; a folder that is not named is noticed."""

from __future__ import annotations

import re

from admin.blueprint import FOLDER
from admin.sections import SECTIONS


def test_no_folder_with_a_section_is_left_out_of_the_list() -> None:
    packages = [
        path for path in FOLDER.glob("*/__init__.py") if re.search(r"^SECTION\b", path.read_text(), re.MULTILINE)
    ]
    assert {path.parent.name for path in packages} == {one.name for one in SECTIONS}, "name it in admin/sections.py"
