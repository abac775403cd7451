"""A visitor who sees nothing: what a kiosk reads to them, and the finger with which they explore its screen."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, TimeoutError, expect

from antrean.voice.composer import Composer
from antrean.voice.sentences import DIGITS
from antrean.voice.sound import RATE
from tests.fakes.chromium import PATIENCE_MS

# A sound that was fetched knows from where, so that what is played later is known by its words.
TAGGED = """{
    const load = window.fetch;
    window.fetch = async (...given) => {
        const answer = await load(...given);
        const blob = answer.blob.bind(answer);
        answer.blob = async () => Object.assign(await blob(), { from: answer.url });
        return answer;
    };
}
"""
EARS = (
    TAGGED
    + """URL.createObjectURL = blob => blob.from;
window.said = []; window.voiceEnded = true; window.finger = [];
for (const kind of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'])
    addEventListener(kind, event => { window.finger = [kind, event.clientX, event.clientY]; }, true);
window.Audio = class {
    constructor() { this.paused = true; this.volume = 1; this.playbackRate = 1; this.currentTime = 0; }
    get ended() { return window.voiceEnded; }
    set src(url) { this.asked = new URL(url, location.href).searchParams; }
    removeAttribute() {}
    pause() { this.paused = true; }
    play() {
        this.paused = false;
        window.said.push({text: this.asked.get('text'), language: this.asked.get('language'), volume: this.volume,
            speed: this.playbackRate});
        const ended = this.onended;
        if (ended) Promise.resolve().then(() => { if (this.onended === ended) ended(); });
        return Promise.resolve();
    }
};"""
)
COLUMNS = (0.25, 0.75, 0.5, 0.1, 0.9, 0.4, 0.6, 0.33)  # of the width
STEP = 56  # pixels between two places of a finger that slides: a target has 67 or more
LISTENS = 0.13  # seconds that a finger rests where it is, to hear
AHEAD = 8  # seconds that a slow machine may take to stop the page's clock
SEEN = "([kind, x, y]) => finger[0] === kind && Math.abs(finger[1] - x) < 2 && Math.abs(finger[2] - y) < 2"
KINDS = {"touchStart": "pointerdown", "touchMove": "pointermove", "touchEnd": "pointerup"}
EACH_MS = 1000
LOOKS = 3  # at what mostly is so at once, before a wait is set up, which costs as much as three of them
NEWEST = "words => said.length > 0 && said[said.length - 1].text.includes(words)"
SAID = "words => said.some(one => one.text.includes(words))"
SAID_SINCE = "([heard, words]) => said.slice(heard).some(one => one.text.includes(words))"


class Headphones:
    """What is read at a kiosk's page, which is loaded anew to be listened to. Its time passes as the test says.

    `tick` lets the hub speak: the page's time passes faster than the hub's, which would seem to have gone silent.
    """

    def __init__(self, page: Page, tick: Callable[[], None] | None = None) -> None:
        self.page, self._tick = page, tick
        page.add_init_script(EARS)
        page.clock.install()
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-live", "live")
        page.clock.pause_at(page.evaluate("Date.now()") / 1000 + AHEAD)

    def all(self) -> list[str]:
        """Return every text that was begun, the oldest first."""
        found: list[str] = self.page.evaluate("said.map(one => one.text)")
        return found

    def last(self) -> dict[str, Any]:
        """Return the newest text with its language, volume and speed."""
        found: dict[str, Any] = self.page.evaluate("said[said.length - 1] || {text: ''}")
        return found

    def pass_time(self, seconds: float) -> None:
        """Let so much time pass at the page."""
        if self._tick:
            self._tick()
        self.page.clock.run_for(round(seconds * 1000))

    def hear(self, words: str) -> str:
        """Wait until the newest text says this, and return the whole text."""
        for _ in range(PATIENCE_MS // EACH_MS):
            self.pass_time(0.15)  # news is drawn once no finger is down
            try:
                wait_for(self.page, NEWEST, words, EACH_MS)
            except TimeoutError:
                continue
            return str(self.last()["text"])
        raise AssertionError(f"“{words}” was not heard, but {self.all()[-5:]}")

    def heard(self, words: str) -> dict[str, Any]:
        """Wait until this was said, whatever was said after it; return the newest such text as `last` does."""
        for _ in range(PATIENCE_MS // EACH_MS):
            self.pass_time(0.15)
            try:
                wait_for(self.page, SAID, words, EACH_MS)
            except TimeoutError:
                continue
            return dict([one for one in self.page.evaluate("said") if words in one["text"]][-1])
        raise AssertionError(f"“{words}” was not heard, but {self.all()[-5:]}")


class Finger:
    """One finger on the glass."""

    def __init__(self, ears: Headphones) -> None:
        self._ears, self._page = ears, ears.page
        self._devtools = ears.page.context.new_cdp_session(ears.page)
        self._devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
        size = ears.page.viewport_size
        assert size is not None
        self.width, self.height = size["width"], size["height"]

    def tap(self, x: float, y: float, after: float = 2) -> None:
        """Touch for a tenth of a second, so many seconds after the touch before."""
        self._touch("touchStart", x, y, after)
        self._touch("touchEnd", x, y, 0.1)

    def tap_corner(self) -> None:
        """Touch the lower right corner, where the frame leads a finger."""
        self.tap(self.width - 4, self.height - 4)

    def slide_to(self, words: str, within: tuple[float, float] = (0, 1)) -> tuple[float, float]:
        """Slide over the screen, a part of its height, until these words are read; lift there, and return the place."""
        places = self._path(*within)
        x, y = next(places)
        self._touch("touchStart", x, y, 2)
        heard: int = self._page.evaluate("said.length")
        for x, y in places:
            self._touch("touchMove", x, y, 0)
            self._ears.pass_time(LISTENS)
            if self._page.evaluate(SAID_SINCE, [heard, words]):
                break
        else:
            raise AssertionError(f"“{words}” is nowhere: {self._ears.all()}")
        self._touch("touchEnd", x, y, LISTENS)
        return x, y

    def _path(self, top: float, bottom: float) -> Iterator[tuple[float, float]]:
        """Return a way down the screen in one column after the other."""
        for column in COLUMNS:
            for y in range(round(self.height * top) + STEP, round(self.height * bottom), STEP):
                yield round(self.width * column), y

    def _touch(self, kind: str, x: float, y: float, after: float) -> None:
        if after:
            self._ears.pass_time(after)
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        # The browser answers before its page has seen the touch, and the page's time must not go on before.
        wait_for(self._page, SEEN, [KINDS[kind], x, y], PATIENCE_MS)


def wait_for(page: Page, holds: str, given: Any, timeout_ms: float) -> None:
    """Wait until this holds at the page; raises TimeoutError when it never does."""
    if not any(page.evaluate(holds, given) for _ in range(LOOKS)):
        page.wait_for_function(holds, arg=given, timeout=timeout_ms)


def seconds_of(heard: Sequence[dict[str, Any]]) -> float:
    """Return how long these texts are, each read to its end at the usual speed, however fast this machine is."""
    composer = Composer(Path("no voices are recorded"))
    frames = 0
    for one in heard:
        with wave.open(io.BytesIO(composer.read_aloud(one["language"], one["text"], DIGITS))) as sound:
            frames += sound.getnframes()
    return frames / RATE
