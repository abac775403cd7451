"""News that is drawn into a page leaves alone what people do there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

LIMIT = 60_000
SWAP = "html => import('/static/newest/antrean/web/static/fragments.js').then(all => all.swapFragments(html))"
ROW = '<li id="row-{0}">Row {0}: {1}</li>'
PLACE = '<!doctype html><body><div data-fragment="one"></div><div data-fragment="two"></div>'


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    hub = OfficeHub(tmp_path_factory.mktemp("hub"), small_plan(), SetClock())
    with hub.served() as url:
        yield url
    hub.stop()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/fragments", lambda route: route.fulfill(body=PLACE, content_type="text/html"))
    page.goto(address + "/fragments")
    yield page
    context.close()


def swap(page: Page, **html: str) -> None:
    page.evaluate(SWAP, html)


def test_news_is_drawn_where_it_belongs_and_nowhere_else(page: Page) -> None:
    swap(page, one="<p>first</p>", two="plain words")
    swap(page, one="<ul><li>1</li><li>2</li></ul>")
    assert page.inner_html("[data-fragment=one]") == "<ul><li>1</li><li>2</li></ul>"
    assert page.inner_html("[data-fragment=two]") == "plain words"
    swap(page, one="", two="other <b>words</b>")
    assert page.inner_html("[data-fragment=one]") == ""
    assert page.inner_html("[data-fragment=two]") == "other <b>words</b>"


def test_focus_caret_and_what_is_being_written_stay(page: Page) -> None:
    field = '<p>{}</p><input id="why" value="{}"><input id="other" value="{}">'
    swap(page, one=field.format("before", "first", "old"))
    page.fill("#why", "printer broken")
    page.evaluate("document.querySelector('#why').setSelectionRange(3, 7)")
    swap(page, one=field.format("after", "second", "new"))
    expect(page.locator("[data-fragment=one] p")).to_have_text("after")
    assert page.evaluate("""() => { const field = document.activeElement;
        return [field.id, field.value, field.selectionStart, field.selectionEnd] }""") == [
        "why",
        "printer broken",
        3,
        7,
    ]
    assert page.input_value("#other") == "new"


def test_focus_stays_with_its_button_when_the_button_moves(page: Page) -> None:
    swap(page, one='<button id="call">Call</button>')
    page.focus("#call")
    swap(page, one='<p>news</p><div><button id="undo">Undo</button> <button id="call">Call again</button></div>')
    assert page.evaluate("document.activeElement.id") == "call"
    expect(page.locator("#call")).to_have_text("Call again")


def test_an_open_dialog_stays_open_and_shows_the_news(page: Page) -> None:
    more = "<details><summary>More</summary>{0}</details>"
    dialog = '<p>{0}</p><dialog id="ask"><p>{0}</p><button>Yes</button></dialog>' + more
    swap(page, one=dialog.format("before"))
    page.evaluate("document.querySelector('#ask').showModal()")
    page.evaluate("document.querySelector('details').open = true")
    swap(page, one=dialog.format("after"))
    assert page.evaluate("[document.querySelector('#ask').open, document.querySelector('details').open]") == [
        True,
        True,
    ]
    assert page.evaluate("document.querySelector('#ask').matches(':modal')")
    expect(page.locator("#ask p")).to_have_text("after")
    page.evaluate("document.querySelector('#ask').close()")
    swap(page, one=dialog.format("later"))
    assert not page.evaluate("document.querySelector('#ask').open")


def test_a_list_stays_where_it_was_scrolled_to(page: Page) -> None:
    def drawn(rows: int, words: str) -> str:
        inside = "".join(ROW.format(row, words) for row in range(rows))
        return f'<ul style="height: 100px; overflow: auto">{inside}</ul>'

    swap(page, one=drawn(80, "waits"))
    page.evaluate("document.querySelector('ul').scrollTop = 500")
    swap(page, one=drawn(81, "is served"))
    assert page.evaluate("document.querySelector('ul').scrollTop") == 500
    assert page.locator("li").count() == 81
    expect(page.locator("#row-3")).to_have_text("Row 3: is served")


def test_a_video_goes_on_playing(page: Page) -> None:
    swap(page, one="<p>before</p><video muted></video>")
    page.evaluate("""async () => {
        const canvas = document.createElement("canvas");
        const pen = canvas.getContext("2d");
        setInterval(() => pen.fillRect(Math.random() * 99, 0, 9, 9), 20);
        window.video = document.querySelector("video");
        window.stopped = 0;
        window.video.addEventListener("pause", () => { window.stopped += 1 });
        window.video.srcObject = canvas.captureStream();
        await window.video.play();
    }""")
    swap(page, one="<h2>news</h2><p>after</p><video muted></video>")
    assert page.evaluate("document.querySelector('video') === window.video")
    at = page.evaluate("window.video.currentTime")
    page.wait_for_function("at => window.video.currentTime > at", arg=at, timeout=LIMIT)
    assert page.evaluate("[window.video.paused, window.stopped]") == [False, 0]
    expect(page.locator("p")).to_have_text("after")


def test_a_form_that_is_filled_in_keeps_what_was_entered_until_it_was_sent(page: Page) -> None:
    form = '<form><input id="words" value="{0}"></form><p>{0}</p>'
    swap(page, one=form.format("old"))
    page.evaluate("document.querySelector('form').classList.add('is-changed')")
    page.fill("#words", "entered")
    page.evaluate("document.activeElement.blur()")
    swap(page, one=form.format("new"))
    assert (page.input_value("#words"), page.inner_text("p")) == ("entered", "new")
    page.evaluate("document.querySelector('form').classList.remove('is-changed')")
    swap(page, one=form.format("new"))
    assert page.input_value("#words") == "new"


def test_what_has_not_changed_is_not_touched(page: Page) -> None:
    list_of = '<ul><li id="a">A</li><li id="b">{}</li></ul>'
    swap(page, one=list_of.format("B"))
    page.evaluate("""() => {
        window.touched = [];
        const watch = new MutationObserver(all => all.forEach(one => window.touched.push(one.target.nodeName)));
        watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    }""")
    swap(page, one=list_of.format("B"))
    assert page.evaluate("window.touched") == []
    swap(page, one=list_of.format("C"))
    page.wait_for_function("window.touched.length > 0", timeout=LIMIT)
    assert set(page.evaluate("window.touched")) == {"#text"}


def test_a_screen_that_hears_news_all_day_does_not_grow(page: Page) -> None:
    def size() -> dict[str, float]:
        network = page.context.new_cdp_session(page)
        network.send("Performance.enable")
        network.send("HeapProfiler.collectGarbage")
        told = {metric["name"]: metric["value"] for metric in network.send("Performance.getMetrics")["metrics"]}
        network.detach()
        return {name: told[name] for name in ("Nodes", "JSEventListeners", "Documents")}

    many = """async times => {
        const { swapFragments } = await import("/static/newest/antrean/web/static/fragments.js");
        for (let turn = 0; turn < times; turn++) {
            const rows = Array.from({ length: 5 + turn % 7 }, (_row, at) => `<li id="r${turn % 5 + at}">${turn}</li>`);
            swapFragments({ one: `<ul>${rows.join("")}</ul>`, two: turn % 2 ? "<button>Yes</button>" : "" });
        }
    }"""
    page.evaluate(many, 70)
    before = size()
    page.evaluate(many, 3500)
    assert size() == before
