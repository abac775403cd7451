"""An emulator that is not ours prints our slips: what it draws and reads must be what we meant."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipField, SlipLayout, Translation
from printer_profiles import load_all, load_profile
from tests.fakes import emupos_setup
from tests.printing.samples import COPY, QR

# The table of the second language is in the printer's own letters on every paper.
SUNDANESE = Translation("su", "Nyitak KTP-el", (SlipField("Payuneun anjeun", "12"),))
BOTH = replace(COPY, translations=(SUNDANESE,))
# The emulator draws 24-dot letters on a thermal head; the dot-matrix model is not its kind.
PROFILES = [profile for profile in load_all() if profile.id != "epson-tm-u220"]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with every profile's slip as the emulator printed it."""
    try:
        interpreter = emupos_setup.ready()
    except RuntimeError as refusal:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"the emulator leg is left out: {refusal}")
    folder = tmp_path_factory.mktemp("emulator")
    slips = []
    for profile in PROFILES:
        file = folder / f"{profile.id}.bin"
        file.write_bytes(compose(BOTH, SlipLayout(languages=("su",)), profile))
        page = profile.text.codepage.replace("CP", "PC")
        media = profile.media
        slips.append(
            {"name": profile.id, "file": str(file), "dots": media.printable_dots, "dpi": media.dpi,
             "columns": media.columns_a, "codepage": page, "number": profile.text.codepage_number}
        )  # fmt: skip
    done = subprocess.run(
        [interpreter, emupos_render_path(), str(folder)],
        input=json.dumps(slips), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def emupos_render_path() -> str:
    return str(Path(emupos_setup.__file__).with_name("emupos_render.py"))


@pytest.mark.long
@pytest.mark.parametrize("profile_id", [profile.id for profile in PROFILES])
def test_the_emulator_prints_one_slip_with_our_words_and_nothing_unknown(printed: Path, profile_id: str) -> None:
    report = json.loads((printed / f"{profile_id}.json").read_text())
    assert report["receipts"] == 1
    unknown = b"".join(bytes.fromhex(data["bytes"]) for kind, data in report["events"] if "unknown" in kind)
    presenter = load_profile(profile_id).cut.presenter  # Custom's own command, which no Epson knows
    assert unknown in (b"", b"" if presenter == "none" else bytes.fromhex(presenter))
    said = " ".join((printed / f"{profile_id}.txt").read_text(encoding="utf-8").split())
    for words in ("Disdukcapil Kabupaten Kuningan", "A-012", "SALINAN 2", "Payuneun anjeun 12"):
        assert words in said, said


@pytest.mark.long
@pytest.mark.parametrize("profile_id", [profile.id for profile in PROFILES])
def test_a_phone_reads_the_qr_code_from_the_emulators_paper(printed: Path, profile_id: str) -> None:
    if not shutil.which("zbarimg"):
        if os.environ.get("CI"):
            pytest.fail("zbarimg (package zbar-tools) is not installed")
        pytest.skip("zbarimg (package zbar-tools) is not installed")
    found = subprocess.run(
        ["zbarimg", "-q", "--raw", str(printed / f"{profile_id}.png")], capture_output=True, text=True, check=False
    )
    assert found.stdout.strip() == QR


def test_the_emulator_leg_covers_both_papers_and_both_ways_to_draw_a_code() -> None:
    assert {load_profile(profile.id).media.paper_mm for profile in PROFILES} >= {58, 80}
    assert {profile.qr.mode for profile in PROFILES} == {"native", "raster"}
