"""A backup behind a passphrase: a zip of two members that the age tool opens as well.

`key.age` is a key made for this backup alone, encrypted with the passphrase; `backup.age` is the backup, encrypted with
that key. So only the key, and never the backup, has to fit into memory.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

KEY, BACKUP = "key.age", "backup.age"
LONGEST_KEY = 10_000


class WrongPassphrase(Exception):
    """The passphrase is not that of this backup."""


@contextmanager
def locked(out: IO[bytes], folder: Path, passphrase: str) -> Iterator[IO[bytes]]:
    """Give a file without a name, in `folder`; what is written there goes to `out` encrypted."""
    import pyrage

    with TemporaryFile(dir=folder) as plain:
        yield plain
        plain.seek(0)
        key = pyrage.x25519.Identity.generate()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as outer:
            outer.writestr(KEY, pyrage.passphrase.encrypt(str(key).encode(), passphrase))
            with outer.open(BACKUP, "w", force_zip64=True) as sealed:
                pyrage.encrypt_io(plain, sealed, [key.to_public()])


def is_locked(archive: zipfile.ZipFile) -> bool:
    """Whether it takes a passphrase to read this backup."""
    return sorted(archive.namelist()) == sorted((KEY, BACKUP))


@contextmanager
def unlocked(archive: zipfile.ZipFile, folder: Path, passphrase: str) -> Iterator[IO[bytes]]:
    """Give the backup's zip in a file without a name, in `folder`. Refuses a wrong passphrase and damage.

    Damage is a BadZipFile.
    """
    import pyrage

    if archive.getinfo(KEY).file_size > LONGEST_KEY:
        raise zipfile.BadZipFile(KEY)
    if archive.getinfo(BACKUP).file_size > shutil.disk_usage(folder).free:
        raise OSError(f"there is no room to open it in {folder}")
    try:
        key = pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(archive.read(KEY), passphrase).decode())
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError):
        raise WrongPassphrase from None
    with TemporaryFile(dir=folder) as plain:
        try:
            with archive.open(BACKUP) as sealed:
                pyrage.decrypt_io(sealed, plain, [key])
        except pyrage.DecryptError as error:
            raise zipfile.BadZipFile(BACKUP) from error
        except OSError as error:
            if error.errno is not None:
                raise  # the disk's word; pyrage's own has no number
            raise zipfile.BadZipFile(BACKUP) from error
        plain.seek(0)
        yield plain
