"""What a printer model can do: one TOML file per model, and the strict loader of them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from printer_profiles.schema import Profile, ProfileError, codec, read_profile

__all__ = [
    "Profile",
    "ProfileError",
    "codec",
    "load_all",
    "load_file",
    "load_profile",
    "profile_for_model",
    "profile_ids",
]

FOLDER = Path(__file__).resolve().parent


def profile_ids() -> tuple[str, ...]:
    """The ids of all shipped profiles, sorted; an id is its file's name without `.toml`."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def load_profile(profile_id: str) -> Profile:
    """The shipped profile with this id. Refuses with ProfileError an unknown id or a broken file."""
    if profile_id not in profile_ids():
        raise ProfileError(f"unknown printer profile {profile_id!r}; known: {', '.join(profile_ids())}")
    return load_file(FOLDER / f"{profile_id}.toml")


def load_all() -> tuple[Profile, ...]:
    """Every shipped profile, sorted by id."""
    return tuple(load_profile(profile_id) for profile_id in profile_ids())


def profile_for_model(model: str) -> Profile | None:
    """The profile whose printers give themselves this name (GS I 67), or None; the longest match wins."""
    matches = [
        (len(name), profile)
        for profile in load_all()
        for name in profile.identifies_as
        if model.strip().lower().startswith(name.lower())
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def load_file(path: Path) -> Profile:
    """One profile from a TOML file. Refuses with ProfileError naming the file and the key that is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path.name}: {error}") from None
    except OSError as error:
        raise ProfileError(f"{path.name}: {error.strerror}") from None
    profile = read_profile(data, path.name)
    if profile.id != path.stem:
        raise ProfileError(f"{path.name}: id {profile.id!r} is not the file's name")
    return profile
