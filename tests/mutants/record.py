"""What became of each mutant, in a file: a run that is broken off has said what it knows, and the next can go on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.mutants.mutations import Mutant
from tests.mutants.trial import Outcome


class Record:
    """One line of JSON for each outcome; a later line of a mutant counts."""

    def __init__(self, file: Path, keep: bool) -> None:
        """Begin the file anew, or with `keep` go on with it: what stands in it counts."""
        file.parent.mkdir(parents=True, exist_ok=True)
        said = [json.loads(line) for line in file.read_text().splitlines()] if keep and file.exists() else []
        self._known = {line["name"]: line for line in said}
        if not keep:
            file.write_text("")
        self._file = file
        self._texts: dict[tuple[str, str], str] = {}

    def known(self, mutant: Mutant) -> Outcome | None:
        """Return what became of a mutant, if its function is still the same and the mutant was killed, or is none."""
        line = self._known.get(mutant.name)
        if line is None or line["text"] != self._text(mutant) or line["how"] not in ("killed", "same"):
            return None
        return Outcome(mutant, line["how"], line["by"])

    def write(self, outcome: Outcome) -> None:
        """Add an outcome."""
        mutant = outcome.mutant
        line = {"name": mutant.name, "text": self._text(mutant), "how": outcome.how, "by": outcome.by}
        with self._file.open("a") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _text(self, mutant: Mutant) -> str:
        function = mutant.file, mutant.function
        if function not in self._texts:
            self._texts[function] = hashlib.sha256(mutant.alone(changed=False).encode()).hexdigest()[:12]
        return self._texts[function]
