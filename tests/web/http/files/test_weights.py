"""How much a browser loads before a page works, and in how many requests: no more than stands here."""

from __future__ import annotations

import gzip
import re
import subprocess
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.config import ROOT
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

LOADED = re.compile(r'<(?:link[^>]*?href|script[^>]*?src)="(/static/[^"]+)"')
PACKED = {"Accept": "text/html", "Accept-Encoding": "gzip"}
# Page: at most so many files, and so many bytes as they are sent: itself, its scripts, sheets and icon. Fonts
# come on top, each some 12 KB; 200 bytes of a sheet say for which letters of other scripts there is one. A change
# that makes a page larger says here by how much, and in itself why.
MOST = {
    "kiosk": (5, 50_750),
    "display": (6, 38_550),
    "side display": (6, 29_150),
    "ready display": (5, 32_700),
    "counter_panel": (7, 39_750),
    "mobile_ticket": (3, 12_220),
    "sign_in": (4, 5_380),
    "admin": (8, 32_250),
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    """An office whose scripts and sheets are packed as they are now."""
    folder = tmp_path_factory.mktemp("hub")
    packed = folder / "packed.json"
    subprocess.run(["node", "antrean/web/pack.mjs", str(packed)], cwd=ROOT, check=True, timeout=120)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.PACKED", packed)
        running = OfficeHub(folder / "data", small_plan(), SetClock())
    yield running
    running.stop()


def opened(hub: OfficeHub, page: str) -> tuple[FlaskClient, str]:
    """Return a browser that may open a page, and its address."""
    browser, services = hub.app.test_client(), hub.app.extensions["antrean"]
    match page:
        case "kiosk" | "display" | "side display" | "ready display":
            kind = page.rpartition(" ")[2]
            settings = {
                "side display": {"layout": "counter", "counter": "3"},
                "ready display": {"layout": "ready"},
            }.get(page, {})
            _, token = pair_device(services.settings, kind, page, hub.office.clock, settings)
            services.identities.load()
            browser.set_cookie(f"antrean_{kind}", token)
            return browser, f"/{kind}/"
        case "mobile_ticket":
            return browser, f"/mobile_ticket/?ticket={hub.link(hub.issue())}"
        case "admin":
            return hub.as_staff("Eka"), "/admin/today"
        case "counter_panel":
            operator = hub.as_staff("Ani")
            operator.post("/counter_panel/session", json={"counter": "3"})
            return operator, "/counter_panel/"
    return browser, f"/{page}"


@pytest.mark.parametrize("page", MOST)
def test_a_page_is_no_larger_than_it_was(hub: OfficeHub, page: str) -> None:
    browser, address = opened(hub, page)
    answer = browser.get(address, headers=PACKED)
    assert answer.status_code == 200
    sizes = {address: len(answer.data)}
    for url in LOADED.findall(gzip.decompress(answer.data).decode()):
        with browser.get(url, headers=PACKED) as loaded:
            assert loaded.status_code == 200
            sizes[url] = len(loaded.data)
            assert b"@import" not in (gzip.decompress(loaded.data) if url.endswith(".css") else b""), url
    files, most = MOST[page]
    assert len(sizes) <= files, sizes
    assert sum(sizes.values()) <= most, sizes
