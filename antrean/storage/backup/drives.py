"""The drives of this machine beside the one with its data, and whether a folder may be the second place of backups."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from antrean.storage.backup.rounds import LEAST_FREE, MARKER
from antrean.storage.private_files import PARTIAL, new_private_file

OWN = "antrean"  # the folder on a drive that is offered
TRIED_BYTES = 256 * 1024
# Kinds of file systems that are offered: of sticks and disks, and of folders of another machine.
KEPT = frozenset(
    [
        "ext2",
        "ext3",
        "ext4",
        "xfs",
        "btrfs",
        "f2fs",
        "jfs",
        "zfs",
        "vfat",
        "exfat",
        "msdos",
        "ntfs",
        "ntfs3",
        "fuseblk",
        "hfs",
        "hfsplus",
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
    ]
)
FLEETING = frozenset(["tmpfs", "ramfs", "devtmpfs", "proc", "sysfs"])  # gone when the machine is switched off
# What of the machine itself has mounts of its own, in which nobody looks for a stick.
OF_THE_SYSTEM = tuple(Path(path) for path in ("/boot", "/dev", "/efi", "/etc", "/proc", "/snap", "/sys", "/var"))
_ESCAPED = re.compile(r"\\([0-7]{3})")


class Unfit(Exception):
    """A folder can't be the second place; `code` is that of the refusal."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive that is there: where it is mounted, its room in bytes, and whether this process may write to it."""

    mounted: Path
    free: int
    size: int
    writable: bool

    @property
    def folder(self) -> Path:
        """Where backups would lie: a folder of their own, which is gone with the drive."""
        return self.mounted / OWN


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system as the kernel says it."""

    at: Path
    device: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Machine:
    """What the kernel says of mounts and disks."""

    mounts: Path = Path("/proc/self/mountinfo")
    blocks: Path = Path("/sys/dev/block")

    def drives(self, data: Path) -> list[Drive]:
        """Return the drives other than those of the system and of the data folder, by name; blocking."""
        mounts = self._mounts()
        own = self._disks_of(data, mounts) | self._disks_of(Path("/"), mounts)
        found: dict[Path, Drive] = {}
        for mount in mounts:
            if mount.kind in KEPT and not _is_hidden(mount.at, data) and not own & self._disks(mount):
                with suppress(OSError):
                    room = shutil.disk_usage(mount.at)
                    if mount.at.is_dir():
                        there = mount.at / OWN
                        writable = os.access(there if there.is_dir() else mount.at, os.W_OK | os.X_OK)
                        found[mount.at] = Drive(mount.at, room.free, room.total, writable)
        return [found[at] for at in sorted(found)]

    def second_place(self, folder: str, data: Path, newest_size: int = 0) -> Path:
        """Return the folder, made ready as the second place: it was written to, and gave back what was written.

        A folder directly on a drive is made where it is missing. Refuses (Unfit) one that is not there, one on the disk
        of the data folder unless it holds the marker, one that is gone when the machine is switched off, and one that
        can't be written to, is full or is failing. Blocking.
        """
        path = self._found(folder)
        if path.is_relative_to(data.resolve()):
            raise Unfit("second_place_same")
        mounts = self._mounts()
        mount = _mount_of(path, mounts)
        if mount is not None and mount.kind in FLEETING:
            raise Unfit("second_place_fleeting")
        if not (path / MARKER).exists() and self._disks_of(path, mounts) & self._disks_of(data, mounts):
            raise Unfit("second_place_same")
        made = False
        try:
            made = not path.exists()
            path.mkdir(mode=0o700, exist_ok=True)
            _try_out(path, newest_size)
            (path / MARKER).touch()
        except BaseException as error:
            if made:
                with suppress(OSError):
                    path.rmdir()
            if isinstance(error, OSError):
                raise Unfit("second_place_closed") from error
            raise
        return path

    def _found(self, folder: str) -> Path:
        path = Path(folder)
        try:
            if not path.is_absolute() or not folder.isprintable():
                raise Unfit("second_place_missing")
            with suppress(FileNotFoundError):
                path = path.resolve(strict=True)
                if not path.is_dir() or not str(path).isprintable():
                    raise Unfit("second_place_missing")
                return path
            above = path.parent.resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise Unfit("second_place_missing") from error
        if path.name in ("", "..") or above not in {mount.at for mount in self._mounts()}:
            raise Unfit("second_place_missing")
        return above / path.name

    def _mounts(self) -> list[Mount]:
        found = []
        with suppress(OSError):
            for line in self.mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
                before, _, after = line.partition(" - ")
                own, shared = before.split(), after.split()
                if len(own) >= 5 and len(shared) >= 2 and own[4].isprintable():
                    found.append(Mount(Path(_plain(own[4])), own[2], shared[0], _plain(shared[1])))
        return found

    def _disks_of(self, path: Path, mounts: list[Mount]) -> frozenset[str]:
        mount = _mount_of(path.resolve(), mounts)
        return self._disks(mount) if mount is not None else frozenset()

    def _disks(self, mount: Mount) -> frozenset[str]:
        """Return the disks on which a file system lies: two partitions of one die together."""
        device = mount.device
        with suppress(OSError):  # a part of a file system has a number of its own there
            if stat.S_ISBLK((found := os.stat(mount.source)).st_mode):
                device = f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}"
        return _disks_at((self.blocks / device).resolve()) or frozenset((device,))


def _disks_at(block: Path) -> frozenset[str]:
    if not block.exists():
        return frozenset()
    below = sorted((block / "slaves").iterdir()) if (block / "slaves").is_dir() else []
    if below:
        return frozenset[str]().union(*(_disks_at(one.resolve()) for one in below))
    return frozenset((block.parent.name if (block / "partition").exists() else block.name,))


def _mount_of(path: Path, mounts: list[Mount]) -> Mount | None:
    """Return where a path lies: the deepest mount above it, the last one where several are at one place."""
    above = [mount for mount in mounts if path.is_relative_to(mount.at)]
    return max(reversed(above), key=lambda mount: len(mount.at.parts), default=None)


def _is_hidden(at: Path, data: Path) -> bool:
    return any(at.is_relative_to(folder) for folder in (*OF_THE_SYSTEM, data.resolve()))


def _plain(written: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 8)), written)


def _try_out(folder: Path, newest_size: int) -> None:
    """Write something, read it back and remove it. Refuses (Unfit) a drive that is full or failing."""
    if shutil.disk_usage(folder).free < newest_size + LEAST_FREE // 20:
        raise Unfit("second_place_full")
    written = secrets.token_bytes(TRIED_BYTES)
    file = folder / f".tried.{secrets.token_hex(8)}{PARTIAL}"  # a later round sweeps up one that is left over
    try:
        with new_private_file(file) as out:
            out.write(written)
        with file.open("rb") as content:
            os.posix_fadvise(content.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            found = content.read()
    finally:
        file.unlink(missing_ok=True)
    if found != written:
        raise Unfit("second_place_failing")
