"""render_png(): the bytes drawn as they would look."""

import base64
import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from antrean.printing.escpos.preview import printed_mm, render_png
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipLayout
from printer_profiles import Profile, load_all, load_profile
from tests.printing.samples import LONG, QR, SAMPLE

EPSON = load_profile("epson-tm-t82iii")


def picture(data: bytes, profile: Profile) -> Image.Image:
    return Image.open(io.BytesIO(render_png(data, profile)))


def ink(image: Image.Image) -> int:
    return sum(image.convert("L").histogram()[:100])


@pytest.mark.parametrize("profile", load_all(), ids=lambda profile: profile.id)
def test_nothing_is_cut_off_at_the_edges(profile: Profile) -> None:
    image = picture(compose(LONG, SlipLayout(), profile), profile).convert("L")
    margin = (image.width - profile.media.printable_dots) // 2
    assert margin >= 8
    left, right = (
        image.crop((0, 0, margin - 1, image.height - 8)),
        image.crop((image.width - margin + 1, 0, image.width, image.height - 8)),
    )
    assert ink(left) == ink(right) == 0
    assert ink(image) > 1000


@pytest.mark.parametrize("impl", ["bitImageRaster", "graphics", "bitImageColumn"])
@pytest.mark.parametrize("mode", ["native", "raster"])
def test_a_phone_reads_the_qr_code_however_it_was_sent(tmp_path: Path, impl: str, mode: str) -> None:
    if not shutil.which("zbarimg"):
        pytest.skip("zbarimg (package zbar-tools) is not installed")
    profile = replace(EPSON, image=replace(EPSON.image, impl=impl), qr=replace(EPSON.qr, mode=mode))
    path = tmp_path / "slip.png"
    path.write_bytes(render_png(compose(SAMPLE, SlipLayout(), profile), profile))
    read = subprocess.run(["zbarimg", "-q", "--raw", str(path)], capture_output=True, text=True, check=False)
    assert read.stdout.strip() == QR


def test_the_number_stands_at_least_9_millimetres_high_on_58_mm_paper() -> None:
    profile = load_profile("generic-58")
    only = replace(SAMPLE, office="", service="", fields=(), qr="", issued="", footer=())
    image = picture(compose(only, SlipLayout(blocks=("number",)), profile), profile).convert("L")
    box = image.point(lambda grey: 255 if grey < 100 else 0).getbbox()
    assert box is not None
    assert (box[3] - box[1]) / profile.media.dpi * 25.4 >= 9
    assert (box[2] - box[0]) / profile.media.dpi * 25.4 >= 38


def test_a_logo_is_drawn_and_a_broken_one_is_left_out() -> None:
    png = io.BytesIO()
    Image.new("RGBA", (900, 90), "black").save(png, "PNG")
    layout = SlipLayout(logo=base64.b64encode(png.getvalue()).decode())
    plain, with_logo = (picture(compose(SAMPLE, each, EPSON), EPSON) for each in (SlipLayout(), layout))
    assert ink(with_logo) - ink(plain) > 576 * 50
    broken = SlipLayout(logo=base64.b64encode(b"\x89PNG broken").decode())
    assert compose(SAMPLE, broken, EPSON) == compose(SAMPLE, SlipLayout(), EPSON)


def test_the_printed_length_grows_with_the_slip() -> None:
    short = printed_mm(compose(replace(SAMPLE, qr=""), SlipLayout(), EPSON), EPSON)
    whole = printed_mm(compose(SAMPLE, SlipLayout(), EPSON), EPSON)
    assert 60 < short < whole < 160


def test_broken_bytes_are_drawn_as_far_as_they_go() -> None:
    data = compose(SAMPLE, SlipLayout(), EPSON)
    assert picture(data[: len(data) // 2] + b"\x00\x07\x1dv0\x00", EPSON).height > 100
