"""`python -m tests.explorer.planted MISTAKE`: go through the office of a mistake with the mistake in the rules.

Only the module in which it is planted is compiled anew; all others are loaded as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from tests.explorer.mistakes import MISTAKES, Mistake

QUEUEING = Path(__file__).parents[2] / "antrean" / "queueing"


class Planted(SourceFileLoader):
    """Finds and loads the module of a mistake with what should not stand there."""

    def __init__(self, mistake: Mistake) -> None:
        module = "antrean.queueing." + mistake.file.removesuffix(".py").replace("/", ".")
        super().__init__(module, str(QUEUEING / mistake.file))
        self._mistake = mistake

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return this module and no other."""
        return spec_from_file_location(fullname, self.path, loader=self) if fullname == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        """Compile it from its source, and never from what was compiled before."""
        source = self.get_data(self.path).decode()
        assert source.count(self._mistake.right) == 1
        return self.source_to_code(source.replace(self._mistake.right, self._mistake.wrong).encode(), self.path)


def main(name: str) -> int:
    """Explore; the exit status is that of the explorer."""
    mistake = next(one for one in MISTAKES if one.name == name)
    sys.meta_path.insert(0, Planted(mistake))
    from tests.explorer.__main__ import main as explore  # it imports the rules

    return explore([mistake.office])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
