"""The system's Chromium; where it is missing tests are skipped, which under CI is a failure.

Its headless shell is the same engine without the browser around it, and takes a third of the processor time; the whole
browser stands in where a system has no such package.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

SHELL, BROWSER = Path("/usr/lib/chromium/chromium-headless-shell"), Path("/usr/bin/chromium")
CHROMIUM = SHELL if SHELL.exists() else BROWSER
# Pages are drawn by the processor alone: to imitate a graphics card costs more than it draws.
FLAGS = ("--no-sandbox", "--disable-gpu")
# How long a page may take to become what a test waits for; generous, since a slow machine is no defect.
PATIENCE_MS = 60_000
MAY_SOUND = "--autoplay-policy=no-user-gesture-required"


def needed(*parts: Path) -> None:
    """Skip the test when a file that it needs is missing; under CI fail it."""
    for part in parts:
        if not part.exists():
            assert os.environ.get("CI") != "true", f"{part} is missing"
            pytest.skip(f"{part} is missing")


@contextmanager
def driver() -> Iterator[Playwright]:
    """Start what drives browsers; what a test expects of a page has time to come."""
    needed(CHROMIUM)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright


class Browsers:
    """The browsers of one process of tests, one for each set of flags, started when they are first asked for."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._running: dict[tuple[str, ...], Browser] = {}

    def with_flags(self, *flags: str) -> Browser:
        """Return the one with these flags; another one where that has crashed."""
        found = self._running.get(flags)
        if found is None or not found.is_connected():
            found = self._running[flags] = launch(self._playwright, *flags)
        return found

    def close_pages(self) -> None:
        """Close whatever is open, so that no page of one test asks for its hub during the next."""
        for browser in self._running.values():
            for context in browser.contexts:
                context.close()


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Give a browser of one's own."""
    with driver() as playwright:
        browser = launch(playwright, *flags)
        yield browser
        browser.close()


def launch(playwright: Playwright, *flags: str) -> Browser:
    """Start one more browser; it ends with what drives it."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *flags])
