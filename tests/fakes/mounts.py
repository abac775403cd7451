"""A machine's mounts and disks as its kernel says them: sticks are plugged in and pulled out by a line."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

ESCAPED = str.maketrans({" ": "\\040", "\t": "\\011", "\\": "\\134"})


class Mounts:
    """Everything lies on the disk of the system, sda, besides what is plugged in: each a disk of its own, sdb, sdc …"""

    def __init__(self, folder: Path) -> None:
        self.file, self.blocks = folder / "mountinfo", folder / "blocks"
        self._devices = folder / "devices"
        self._lines: dict[str, str] = {}
        self.blocks.mkdir()
        self.mount(Path("/"), "ext4", 0)

    def mount(self, at: Path, kind: str, disk: int, partition: int = 1) -> None:
        """Mount a partition of the disk of this place in the row."""
        device = f"8:{16 * disk + partition}"
        name = f"sd{chr(ord('a') + disk)}"
        block = self._devices / name / f"{name}{partition}"
        block.mkdir(parents=True, exist_ok=True)
        (block / "partition").touch()
        if not (self.blocks / device).is_symlink():
            (self.blocks / device).symlink_to(block)
        written = str(at).translate(ESCAPED)
        self._lines[str(at)] = f"31 1 {device} / {written} rw,relatime shared:1 - {kind} none rw"
        self._write()

    def plug_in(self, at: Path, kind: str = "vfat") -> Path:
        """Plug in a stick that is mounted there, and return where."""
        at.mkdir(parents=True, exist_ok=True)
        self.mount(at, kind, len(self._lines))
        return at

    def pull_out(self, at: Path) -> None:
        """Pull a stick out: the empty folder of its mount stays."""
        del self._lines[str(at)]
        rmtree(at)
        at.mkdir()
        self._write()

    def _write(self) -> None:
        self.file.write_text("".join(f"{line}\n" for line in self._lines.values()))
