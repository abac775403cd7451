"""phone: how soon a ticket's page is first seen on a slow phone network, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench.hub_process import fresh_hub
from bench.report import Row

NEEDS = ("chromium",)
ROUNDS = 5
# Slow 3G as page-speed tools define it.
LATENCY_MS, BYTES_A_SECOND = 400, 400 * 1024 // 8
FIRST_VIEW = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
BYTES = """performance.getEntriesByType('navigation')[0].transferSize
  + performance.getEntriesByType('resource').reduce((sum, entry) => sum + entry.transferSize, 0)"""


def run(argv: Sequence[str]) -> list[Row]:
    """Take a ticket, open its page on a slow network and report its first view and what it weighs."""
    with fresh_hub() as hub, sync_playwright() as playwright:
        office = hub.set_up()
        hub.start()
        service = office.read(lambda _day, plan: plan.services[0].code)
        kiosk = {"Authorization": f"Bearer {hub.kiosks[0]}"}
        _, said, _ = hub.ask("POST", "/kiosk/tickets", {"service": service}, kiosk)
        address = said["ticket"]["follow_url"].partition("/mobile_ticket/")[2]
        browser = playwright.chromium.launch(executable_path=shutil.which(NEEDS[0]), args=["--no-sandbox"])
        seen = [_look(browser, f"http://127.0.0.1:{hub.port}/mobile_ticket/{address}") for _ in range(ROUNDS)]
        browser.close()
    first, weight = median(view for view, _ in seen), median(weight for _, weight in seen)
    return [
        Row(
            "phone", "first view, slow 3G", first, "ms", "one round trip", LATENCY_MS, aim="< 1,000 ms",
            met=first < 1000,
        ),
        Row("phone", "page with all it loads", weight / 1000, "KB", aim="< 60 KB", met=weight < 60_000),
    ]  # fmt: skip


def _look(browser: Browser, url: str) -> tuple[float, float]:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY_MS,
                "downloadThroughput": BYTES_A_SECOND,
                "uploadThroughput": BYTES_A_SECOND,
            },
        )
        page.goto(url, wait_until="load")
        page.wait_for_function(FIRST_VIEW)
        return float(page.evaluate(FIRST_VIEW)), float(page.evaluate(BYTES))
