"""The secrets of an installation in its data folder, written atomically and made again when damaged."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from antrean.config import Config, second_place

log = logging.getLogger(__name__)
KEY_BYTES = 100
KEY = re.compile(r"[0-9a-f]{64}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,200}")
TOKEN_FILE = "print_agent.token"  # noqa: S105 - a file's name
# What nobody but the hub's own user may read; the settings may be somebody else's file.
PRIVATE = ("secret_key", "*.token", "first_start.json", "antrean.sqlite3*", "journal.head", "backup_passphrase")
SETTINGS = "antrean.toml"
LOST_WITH_KEY = (
    "everybody who was signed in signs in again, authenticator apps have to be set up anew, "
    "and the links on today's slips lead nowhere"
)
OTHERS, ANYONE = 0o077, 0o007
Earlier = Callable[[], str | None]


def secret_key(config: Config, earlier: Earlier = lambda: None) -> str:
    """Return the key that signs sessions and gives tickets their links, making and keeping one at first use.

    One that a power cut left torn is taken from `earlier`, such as the newest backup, or made anew: then everybody
    signs in once more, and the links on today's slips end, since they are derived from it.
    """
    if config.secret_key:
        return config.secret_key
    file = config.data / "secret_key"

    def make() -> str:
        found: str | None = None
        if file.exists():
            try:
                found = earlier()
            except Exception:
                log.exception("the newest backup's key could not be read")
        if found is not None and KEY.fullmatch(found):
            log.warning("%s was damaged and is taken from the newest backup", file)
            return found
        if file.exists():
            log.warning("%s was damaged and is made anew: %s", file, LOST_WITH_KEY)
        return secrets.token_hex(32)

    return keep_secret(file, make, KEY)


def key_in_backup(config: Config) -> str | None:
    """Return the key that the newest good backup holds, None when there is none."""
    from antrean.storage.backup.reader import open_backup
    from antrean.storage.backup.rounds import newest_good

    file = newest_good(config.data, second_place(config), config.backup_passphrase)
    if file is None:
        return None
    with open_backup(file, config.data, config.backup_passphrase) as backup:
        for name, content in backup.files():
            if name == "secret_key":
                return content.read(KEY_BYTES).decode("ascii", "replace").strip()
    return None


def keep_secret(file: Path, make: Callable[[], str], shape: re.Pattern[str]) -> str:
    """Return the secret in a file; where there is none, or one that is torn, `make` it and keep it whole.

    Of several processes that do so at once one makes it, and the others read what it made.
    """
    from antrean.storage.private_files import new_private_file, private_folder

    private_folder(file.parent)
    with alone(file.parent):
        found = sound_secret(file, shape)
        if found is None:
            found = make()
            with new_private_file(file, replace=True) as out:
                out.write(found.encode())
    return found


def sound_secret(file: Path, shape: re.Pattern[str]) -> str | None:
    """Return the secret in a file, None when there is none or it is torn."""
    try:
        found = file.read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    return found if shape.fullmatch(found) else None


def exposed(folder: Path) -> list[Path]:
    """Return the private files that others on this machine may read, after the folder itself if they may enter it."""
    found = [path for path in _private(folder) if _mode(path) & OTHERS]
    settings = folder / SETTINGS
    found += [settings] if _mode(settings) & ANYONE else []
    return [folder, *found] if _mode(folder) & OTHERS else found


def keep_private(folder: Path) -> None:
    """Take the hub's own files from others, such as those that an older release made for all to read."""
    for path in _private(folder):
        if _mode(path) & OTHERS:
            with suppress(OSError):
                path.chmod(0o600)


def _private(folder: Path) -> list[Path]:
    return [path for name in PRIVATE for path in sorted(folder.glob(name))]


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a lock against other threads and processes of this installation."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
