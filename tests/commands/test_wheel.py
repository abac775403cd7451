"""The product as a wheel: what is installed without the checkout, as an office gets it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from antrean.config import ROOT
from antrean.web.http.files.build import read_build
from antrean.web.http.files.static_files import StaticFiles
from app import PACKED, SCREENS, screen_folders
from tests.fakes.hub_process import free_port

START_SECONDS = 120.0  # generous: the machine may be busy with other things
WHICH_SERVICE = "Layanan apa yang Anda perlukan?"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the locked back end."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel and its locked dependencies into an empty environment; return the folder of its programs."""
    folder = tmp_path_factory.mktemp("empty") / "environment"
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for what in (["--require-hashes", "-r", str(ROOT / "requirements" / "runtime.txt")], ["--no-deps", str(wheel)]):
        subprocess.run([*pip, *what], check=True, capture_output=True, text=True, timeout=600, cwd=folder)
    subprocess.run([python, "-m", "pip", "check"], check=True, capture_output=True, text=True, timeout=120, cwd=folder)
    return folder / "bin"


def environ(data: Path, port: int) -> dict[str, str]:
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("ANTREAN_", "PYTHON", "VIRTUAL_ENV"))
    }
    return {**kept, "ANTREAN_DATA": str(data), "PORT": str(port), "ANTREAN_HOST": "127.0.0.1", "DATABASE_URL": ""}


@pytest.fixture
def hub(installed: Path, tmp_path: Path) -> Iterator[str]:
    """Set the sample office up and serve it, from a folder that holds nothing; yield the hub's address."""
    port, nowhere = free_port(), tmp_path / "nowhere"
    nowhere.mkdir()
    given = environ(tmp_path / "data", port)
    antrean = str(installed / "antrean")
    subprocess.run([antrean, "demo"], check=True, cwd=nowhere, env=given, capture_output=True, text=True, timeout=300)
    with (tmp_path / "hub.log").open("wb") as log:
        process = subprocess.Popen([antrean, "serve"], cwd=nowhere, env=given, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + START_SECONDS
        while not _ready(address):
            assert process.poll() is None, (tmp_path / "hub.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)
    assert list(nowhere.iterdir()) == []  # whoever starts it somewhere finds nothing left there


def _ready(address: str) -> bool:
    try:
        return requests.get(f"{address}/readyz", timeout=5).ok
    except requests.RequestException:
        return False


def test_the_wheel_holds_all_that_is_served_or_read_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    ours = ("antrean", "printer_profiles", *SCREENS)
    wanted = {name for name in tracked if name.partition("/")[0] in ours} | {"app.py"}
    made = {name for name in names if name.endswith((".mo", "/packed.json")) or "/vendor/" in name}
    assert {Path(name).parts[3] for name in made if name.endswith(".mo")} == {"id", "su"}
    assert any(name.endswith("socket.io.js") for name in made)
    assert set(names) - made == wanted | {name for name in names if ".dist-info/" in name}


def test_pages_load_what_is_packed_in_the_wheel(wheel: Path, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    folders = [tmp_path / folder.relative_to(ROOT) for folder in screen_folders()]
    build = read_build(tmp_path, folders, tmp_path / PACKED.relative_to(ROOT))
    assert caplog.text == "", "run `make packed`"
    assert StaticFiles(build).imports("kiosk/static/kiosk.js") == ["kiosk/static/kiosk.js"]


@pytest.mark.long
def test_an_office_runs_from_the_wheel_alone_and_its_kiosk_gives_a_number(
    hub: str, installed: Path, tmp_path: Path
) -> None:
    browser = requests.Session()
    browser.headers.update({"Accept": "text/html", "Origin": hub})
    opened = browser.post(f"{hub}/pair/demo", data={"kind": "kiosk"}, timeout=30)
    assert opened.url == f"{hub}/kiosk/"
    assert WHICH_SERVICE in opened.text  # the compiled catalogue is there
    for path in (
        "antrean/web/static/tokens.css",
        "antrean/web/static/vendor/socket.io.js",
        "kiosk/static/kiosk.js",
    ):
        assert browser.get(f"{hub}/static/newest/{path}", timeout=30).ok, path
    told = browser.post(
        f"{hub}/kiosk/tickets",
        json={"service": "ktp-cetak", "persons": 1, "request_id": "from-the-wheel"},
        headers={"Accept": "application/json"},
        timeout=30,
    )
    assert told.status_code == 201, told.text
    assert told.json()["ticket"]["number"] == "A-001"
    assert browser.get(f"{hub}/openapi.json", timeout=30).json()["openapi"]
    assert (tmp_path / "data" / "voice" / "id" / "voice.json").exists()  # its voice was made by the set-up
    printed = subprocess.run(
        [installed / "antrean", "print-test", "tcp://127.0.0.1:9100?profile=no-such-model"],
        env=environ(tmp_path / "data", 0), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "epson-tm-t82iii" in printed.stdout + printed.stderr  # the models that it knows are read from the package
