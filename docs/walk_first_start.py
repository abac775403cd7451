"""Walks through docs/first-start.md in a browser: from an empty folder to the first number of a clinic in Makassar.

`make pictures` takes the document's pictures on this way, and tests/journeys/test_first_start_guide.py compares what
the document names with what the way came by.
"""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from antrean.hub.first_start.draft import STEPS
from tests.conftest import PassingClock
from tests.fakes.new_hub import PASSWORD, NewHub
from tests.fakes.own_agent import own_agent
from tests.fakes.pages import shown
from tests.fakes.printer import FakePrinter

GUIDES = (Path(__file__).with_name("first-start.md"), Path(__file__).with_name("first-start.id.md"))
PICTURES = Path(__file__).with_name("first-start")
PICTURE_SIZE, PICTURE_COLOURS = (900, 900), 32  # pixels at most; a picture takes few tens of KB
ADDRESS = "http://192.168.1.10:8000"  # where the office's network finds the hub
ELSEWHERE = {"X-Forwarded-For": "192.168.1.20"}  # a browser with it is not on the hub's machine
COMPUTER, PHONE, KIOSK, DISPLAY = (1280, 900), (390, 844), (1080, 1920), (1920, 1080)
Take = Callable[[str, bytes], None]
# Seconds of somebody who reads every line once and seldom sits at a computer. A word: 184 a minute, the mean of 17
# languages (Trauzettel-Klosinski and Dietz, 2012). A letter of the worst typist, 1.2 s, and a key with the thought
# before it, 1.35 s to think, 0.4 s to reach for the mouse, 1.1 s to point and 0.2 s to press: the keystroke-level
# model (Card, Moran and Newell, "The Psychology of Human-Computer Interaction", 1983, chapter 8).
A_WORD, A_LETTER, A_PRESS = 60 / 184, 1.2, 3.05
COUNT = """addEventListener('input', event => {
    const { type, value } = event.target;
    if (!['checkbox', 'radio'].includes(type)) antreanCount('letters', (value || '').length);
}, true);
addEventListener('click', event => { if (event.detail || event.isTrusted) antreanCount('presses', 1); }, true);"""


class Walk:
    """One way through the first start, and what it came by.

    `titles` are the titles of the pages, in their order; `pressed` the words of the keys; `seen` every line that stood
    on a page; `printed` what the hub printed where it was started. `counted` are the words that were read, the letters
    that were typed and the keys that were pressed; `to_the_number` the seconds that a person takes from the first page
    to the first printed number. `take` is given each picture, by its name.
    """

    def __init__(self, browser: Browser, take: Take) -> None:
        self.titles: list[str] = []
        self.pressed: list[str] = []
        self.seen: set[str] = set()
        self.printed = ""
        self.counted = {"words": 0, "letters": 0, "presses": 0}
        self.to_the_number = 0.0
        self._browser = browser
        self._take = take

    def page(self, size: tuple[int, int], **options: str) -> Page:
        """Return a page of a new browser, which speaks Indonesian."""
        viewport = {"width": size[0], "height": size[1]}
        context = self._browser.new_context(locale="id-ID", viewport=viewport, extra_http_headers=options)  # type: ignore[arg-type]
        context.expose_function("antreanCount", self._count)
        context.add_init_script(COUNT)
        return context.new_page()

    def look(self, page: Page) -> None:
        """Read what stands on a page."""
        lines = {line for line in map(_plain, page.locator("body").inner_text().splitlines()) if line}
        folded = set(
            map(_plain, page.locator("select option").all_inner_texts())
        )  # one is chosen, the others stay in the list
        self._count("words", sum(len(line.split()) for line in lines - self.seen - folded))
        self.seen |= lines

    @property
    def seconds(self) -> float:
        """How long a person takes for what was counted, without what the machine takes."""
        return sum(
            self.counted[what] * each for what, each in zip(self.counted, (A_WORD, A_LETTER, A_PRESS), strict=True)
        )

    def _count(self, what: str, many: int) -> None:
        self.counted[what] += many

    def title(self, page: Page) -> None:
        """Note the page's title, and read the page."""
        title = page.locator("h1").first
        expect(title).to_be_visible()
        self.titles.append(_first_line(title))
        self.look(page)

    def press(self, key: Locator) -> None:
        """Press a key; its words are what the document has to call it."""
        expect(key).to_be_visible()
        self.look(key.page)
        self.pressed.append(_first_line(key))
        key.click()

    def picture(self, page: Page, name: str) -> None:
        """Take a picture of a page that has stopped moving."""
        page.wait_for_load_state("networkidle")
        expect(page.locator(".is-settling, .resting, .asking")).to_have_count(0)
        self._take(name, page.screenshot(animations="disabled"))


def _plain(words: str) -> str:
    return " ".join(words.split())


def _first_line(element: Locator) -> str:
    """Return the words of a title or key, without how many wait and how a step stands."""
    return _plain(element.inner_text().strip().splitlines()[0]).partition(" – ")[0]


def walk(browser: Browser, folder: Path, take: Take, address: str = ADDRESS) -> Walk:
    """Go the whole way in an empty folder; the browser has to be one that may sound. `address` is the hub's own."""
    way = Walk(browser, take)
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        hub = NewHub(folder, PassingClock(), public_url=address)
    way.printed = said.getvalue()
    try:
        with hub.served() as at, FakePrinter() as printer:
            _begin(way, hub, at)
            page = _questions(way, at)
            with own_agent(folder, at):
                _printer(way, page, printer)
                kiosk = _screen(way, page, at, "kiosk", KIOSK)
                _screen(way, page, at, "display", DISPLAY)
                _first_number(way, page, kiosk)
                _second_person(way, page)
    finally:
        hub.stop()
    return way


def _begin(way: Walk, hub: NewHub, at: str) -> None:
    """Look at the address on a phone of the network, which asks for the code, and on the machine, which shows it."""
    phone = way.page(PHONE, **ELSEWHERE)
    phone.goto(at)
    expect(phone.locator("#code")).to_have_value("")
    way.look(phone)
    phone.fill("#code", hub.first.code.code)
    way.picture(phone, "code-phone")
    phone.context.close()


def _questions(way: Walk, at: str) -> Page:
    """Answer one question after the other; returns the page of whoever looks after the office from now on."""
    page = way.page(COMPUTER)
    page.goto(at)
    way.title(page)
    way.picture(page, "code")
    way.press(page.get_by_role("button", name="Mulai"))
    answers: dict[str, Callable[[], object]] = {
        "office_name": lambda: page.get_by_label("Nama kantor Anda").fill("Klinik Bahagia"),
        "time_zone": lambda: page.get_by_label("Indonesia Tengah (WITA)").check(),
        "kind": lambda: page.get_by_label("Klinik atau puskesmas").check(),
        "services": lambda: page.get_by_role("checkbox", name="Poli Gigi").uncheck(),
        "counters": lambda: page.get_by_label("Loket").fill("2"),
        "administrator": lambda: _who(page),
    }
    for step in STEPS:
        page.wait_for_url(f"**/first_start/{step}")
        way.title(page)
        answers.get(step, lambda: None)()
        if step in ("services", "hours"):
            way.picture(page, step)
        way.press(page.get_by_role("button", name="Berikutnya"))
    page.wait_for_url("**/first_start/summary")
    way.title(page)
    way.picture(page, "summary")
    way.press(page.get_by_role("button", name="Mulai dengan kantor ini"))
    page.wait_for_url("**/admin/first_steps")
    _live(page)
    way.title(page)
    way.titles.extend(_first_line(one) for one in page.locator(".first-head h2").all())
    return page


def _who(page: Page) -> None:
    page.get_by_label("Nama Anda").fill("Sitti")
    for label in ("Kata sandi baru", "Kata sandi sekali lagi"):
        page.get_by_label(label).fill(PASSWORD)


def _live(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def _step(page: Page, code: str) -> Locator:
    return page.locator(f'.first-step:has([data-fragment="step.{code}"])')


def _printer(way: Walk, page: Page, printer: FakePrinter) -> None:
    """Find the printer by its address, and look at its test slip."""
    expect(_step(page, "agent").locator(".is-done")).to_be_visible()
    way.look(page)
    way.picture(page, "list")
    way.press(_step(page, "printer").locator("a.button"))
    way.title(page)
    expect(page.locator("[data-fragment^=find] .asked")).to_be_visible()
    page.fill("#address", f"127.0.0.1:{printer.port}")
    way.press(page.locator("form:has(#address) button"))
    expect(page.locator("#use-printer")).to_be_visible()
    page.evaluate("document.querySelector('#address').value = '192.168.1.50'")
    way.picture(page, "printer")
    way.press(page.locator("#use-printer"))
    expect(page.locator("[data-fragment^=test] .good")).to_be_visible()
    way.press(page.locator("#looks-right"))
    page.wait_for_url("**/admin/first_steps")
    _live(page)


def _screen(way: Walk, page: Page, at: str, kind: str, size: tuple[int, int]) -> Page:
    """Let a new screen show its code, and type that at the list."""
    screen = way.page(size)
    screen.goto(f"{at}/{kind}/")
    way.title(screen)
    way.press(screen.locator("form[action='/pair/code'] button"))
    code = screen.locator(".pairing-code")
    expect(code).to_be_visible()
    way.look(screen)
    if kind == "kiosk":
        way.picture(screen, "kiosk-code")
    page.fill(f"#code-{kind}", code.inner_text())
    way.press(_step(page, kind).locator("button"))
    _live(screen)
    expect(_step(page, kind).locator(".is-paired")).to_be_visible()
    return screen


def _first_number(way: Walk, page: Page, kiosk: Page) -> None:
    """Take a number, call it on the counter panel, and wait until the list has seen it printed and heard."""
    way.look(kiosk)
    way.picture(kiosk, "kiosk")
    shown(kiosk, ".tile[data-service]").first.click()
    way.press(shown(kiosk, "[data-have]"))
    way.look(kiosk)
    shown(kiosk, "button[name=persons][value='1']").click()
    expect(shown(kiosk, ".result, [data-result]").first).to_be_visible()
    way.look(kiosk)
    way.picture(kiosk, "number")
    way.to_the_number = way.seconds
    way.press(_step(page, "first_number").locator(".first-key a"))
    _live(page)
    page.locator(".lobby-counter").first.click()
    expect(page.locator("#big")).to_contain_text("Panggil berikutnya")
    expect(page.locator(".is-settling")).to_have_count(0)
    way.press(page.locator("#big"))
    expect(page.locator("#big")).not_to_contain_text("Panggil berikutnya")
    way.picture(page, "panel")
    page.goto(page.url.replace("/counter_panel/", "/admin/first_steps"))
    expect(page.locator(".first-works")).to_be_visible()
    _live(page)
    way.look(page)
    way.picture(page, "works")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    way.picture(page, "works-phone")
    page.set_viewport_size({"width": COMPUTER[0], "height": COMPUTER[1]})


def _second_person(way: Walk, page: Page) -> None:
    """Add somebody, who gets a one-time code."""
    way.press(_step(page, "people").locator("a.button"))
    way.title(page)
    page.locator(".person-new input[name=name]").fill("Rahma")
    way.press(page.locator(".person-new form button").first)
    expect(page.locator(".code-itself")).to_be_visible()
    way.look(page)


@contextmanager
def kept(pictures: Path) -> Iterator[Take]:
    """Give what keeps pictures in this folder, small."""
    pictures.mkdir(exist_ok=True)

    def keep(name: str, shot: bytes) -> None:
        small = Image.open(io.BytesIO(shot)).convert("RGB")
        small.thumbnail(PICTURE_SIZE, Image.Resampling.LANCZOS)
        small.quantize(PICTURE_COLOURS, dither=Image.Dither.NONE).save(pictures / f"{name}.png", optimize=True)

    yield keep


def named(guide: str) -> list[str]:
    """Return the names of the pictures that a document shows, in their order."""
    return re.findall(r"\(first-start/([a-z-]+)\.png\)", guide)


def take_pictures(browser: Browser) -> None:
    """Take the pictures of docs/first-start.md anew."""
    with tempfile.TemporaryDirectory() as folder, kept(PICTURES) as keep:
        walk(browser, Path(folder), keep)
