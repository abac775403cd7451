"""The settings of one installation: defaults, then antrean.toml in the data folder, then ANTREAN_* variables."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent  # a checkout, or the folder into which packages are installed


def _data_folder() -> Path:
    """Return the default data folder: in the checkout, else in the folder where the command runs."""
    return ROOT / "instance" if (ROOT / "pyproject.toml").exists() else Path("instance").resolve()


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of an installation. A variable's name is ANTREAN_ and the setting's name in capitals."""

    # ANTREAN_DATA: database, keys, what the virtual printer keeps
    data: Path = field(default_factory=_data_folder)
    database_url: str = ""  # DATABASE_URL: empty means the SQLite file in the data folder
    message_queue: str = ""  # ANTREAN_MESSAGE_QUEUE: a redis:// address when several hubs share one database
    office: str = ""  # which offices of the database this hub serves, by their codes with commas; empty: all of them
    host: str = "0.0.0.0"  # noqa: S104 - screens reach the hub over the LAN
    port: int = 8000  # PORT
    public_url: str = ""  # how phones reach the hub; empty means as the kiosk reached it
    allowed_hosts: str = ""  # further names under which screens reach the hub, with commas between
    printer: str = ""  # ANTREAN_PRINTER, e.g. tcp://192.168.1.50:9100?profile=epson-tm-t82iii; empty: virtual
    printer_networks: str = ""  # where else printers may be that the hub names, such as 203.0.113.0/24, with commas
    printer_ports: str = ""  # at which ports they may be, such as 9100-9120; empty: 9100-9109
    printer_devices: str = ""  # which other devices they may be, such as /dev/kiosk-printer or 04b8:0e28, with commas
    hub_url: str = ""  # where the print agent finds the hub; empty: this machine
    print_token: str = ""  # the print agent's token; empty: the file print_agent.token in the data folder
    async_mode: str = "eventlet"  # eventlet or threading
    secret_key: str = ""  # signs sessions, gives tickets their links; empty: made once, kept in the data folder
    backup_folder: str = ""  # a second place for automatic backups, such as a stick; empty: what `second_place` says
    backup_passphrase: str = ""  # encrypts backups; empty: what the file of this name in the data folder says, if any
    trusted_proxies: str = ""  # addresses or networks of proxies whose X-Forwarded-For is believed, with commas
    secure_cookies: bool = False  # true behind HTTPS
    max_followers: int = 2000  # phones that may follow at once; kiosks and staff are never counted
    media_quota_mb: int = 2000  # pictures and videos of displays, all together
    least_free_mb: int = 20  # with less of the disk free no number is given, before the database itself fails; 0: never
    free_space_mb: int = 1000  # uploads leave so much of the disk free, so that numbers go on
    retention_days: int = 1826  # days older than this (five years) leave the journal, their figures stay; 0: never
    open_data: str = ""  # which offices tell anyone how their queue is, by their codes with commas, or all; empty: none
    log_level: str = "info"

    @property
    def offices(self) -> tuple[str, ...]:
        """The codes of the offices that are named, in their order; none where all are meant."""
        return tuple(dict.fromkeys(self.office.replace(",", " ").split()))

    def publishes(self, office: str) -> bool:
        """Whether the office of this code tells anyone how its queue is."""
        return bool({office, "all"} & set(self.open_data.replace(",", " ").split()))


def office_folder(data: Path, office: str) -> Path:
    """Return where the files of an office lie: in the data folder, or in one of its own where it has been given one."""
    own = _own_folder(data, office)
    return own if own.is_dir() else data


def own_folder(data: Path, office: str) -> None:
    """Give an office a folder of its own in the data folder."""
    _own_folder(data, office).mkdir(mode=0o700, parents=True, exist_ok=True)


def _own_folder(data: Path, office: str) -> Path:
    return data / "offices" / quote(office, safe="")


class ConfigError(ValueError):
    """A setting can't be used; the message names it and its source."""


ASYNC_MODES = ("eventlet", "threading")
SECOND_PLACE = "backup_folder"
SHORTEST_RETENTION = 60  # days; estimates and the close of a day look back, and somebody may want to
_PLAIN_NAMES = {"database_url": "DATABASE_URL", "port": "PORT"}


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Return the settings. Refuses (ConfigError) an unknown key or a value that can't be used, naming it."""
    environ = os.environ if environ is None else environ
    config = Config(data=Path(environ.get("ANTREAN_DATA") or Config().data))
    file = config.data / "antrean.toml"
    if file.exists():
        try:
            written = tomllib.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ConfigError(f"{file}: {error}") from None
        config = _with(config, written, str(file))
    given: dict[str, object] = {}
    for setting in fields(Config):
        variable = _PLAIN_NAMES.get(setting.name, "ANTREAN_" + setting.name.upper())
        if environ.get(variable) and setting.name != "data":
            given[setting.name] = environ[variable]
    return _with(config, given, "the environment")


def _with(config: Config, values: Mapping[str, object], source: str) -> Config:
    known = {setting.name for setting in fields(Config)}
    changed: dict[str, object] = {}
    for name, value in values.items():
        if name not in known:
            raise ConfigError(f"{source}: unknown setting {name!r}")
        changed[name] = _converted(name, value, getattr(config, name), source)
    return replace(config, **changed)  # type: ignore[arg-type]


def _converted(name: str, value: object, default: object, source: str) -> object:
    try:
        if isinstance(default, bool):
            return {"1": True, "true": True, "0": False, "false": False}[str(value).lower()]
        if isinstance(default, int):
            return _whole(name, int(str(value)))
        if isinstance(default, Path):
            return Path(str(value))
        if name == "async_mode" and value not in ASYNC_MODES:
            raise ValueError(value)
        if name == "trusted_proxies":
            for word in str(value).replace(",", " ").split():
                ipaddress.ip_network(word)
        return str(value)
    except (KeyError, ValueError):
        raise ConfigError(f"{source}: {name} can't be {value!r}") from None


def _whole(name: str, value: int) -> int:
    if not 0 <= value <= (65535 if name == "port" else 1_000_000):
        raise ValueError(value)
    if name == "retention_days" and 0 < value < SHORTEST_RETENTION:
        raise ValueError(value)
    return value


def backup_passphrase(config: Config) -> str:
    """Return the passphrase that encrypts backups, "" when they are not encrypted.

    Refuses (ConfigError) an empty file, because its owner expects encrypted backups.
    """
    if config.backup_passphrase:
        return config.backup_passphrase
    file = config.data / "backup_passphrase"
    try:
        found = file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    if not found:
        raise ConfigError(f"{file} is empty: backups would not be encrypted")
    return found


def second_place(config: Config) -> str:
    """Return the second place of automatic backups, "" for none: the setting, else what was chosen in the browser.

    What was chosen is the file `backup_folder` in the data folder, as it belongs to the machine and not to the office.
    """
    if config.backup_folder:
        return config.backup_folder
    try:
        found = (config.data / SECOND_PLACE).read_text(encoding="utf-8", errors="surrogateescape").rstrip("\n")
    except OSError:
        return ""
    return found if found.startswith("/") and "\0" not in found else ""
