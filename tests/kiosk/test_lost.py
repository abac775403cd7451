"""A lost slip: whoever knows number and code gets a marked copy at the kiosk, and hears where the number stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from antrean.access.devices import pair_device, revoke_device
from antrean.queueing.commands import CallNext, CancelTicket, ChangePlan, OpenCounter, SettleSlip
from antrean.web.limits.rate_limit import SlowDown
from tests.conftest import PassingClock, Stopwatch, small_plan
from tests.fakes.headphones import Finger, Headphones, seconds_of
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.pages import open_kiosk, place, shown

HTML = {"Accept": "text/html"}
MOST_TARGETS = 60  # on one screen


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04d}"


def come_out(hub: OfficeHub, number: str, copy: int = 0) -> None:
    """Have the slip, or a copy of it, printed."""
    slip = hub.ticket(number).slip
    assert slip is not None
    for result in ("sending", "printed"):
        hub.office.execute(
            SettleSlip(ticket=number, copy=copy, printer=slip.printer, result=result, claim="agent", evidence="printed")
        )


def taken(kiosk: FlaskClient, hub: OfficeHub) -> str:
    """Return the number of a ticket that this kiosk gave, with its slip printed."""
    number: str = kiosk.post("/kiosk/tickets", json={"service": "card", "language": "en"}).get_json()["ticket"][
        "number"
    ]
    come_out(hub, number)
    return number


def test_number_and_code_print_a_copy_that_is_marked_as_one(hub: OfficeHub, kiosk: FlaskClient) -> None:
    number = taken(kiosk, hub)
    hub.issue("card")
    wish = {"number": "a 1", "code": hub.code(number), "language": "en"}
    answer = kiosk.post("/kiosk/lost", json=wish)
    assert answer.status_code == 200
    told = answer.get_json()
    assert told["ticket"]["number"] == number
    assert told["ticket"].get("follow_url") is None
    assert [slip.copy for slip in hub.ticket(number).slips] == [0, 1]
    assert set(told["html"]) == {"id", "en", "su"}
    assert "Your slip is being printed" in told["html"]["en"]
    assert hub.link(number) not in answer.text
    # The kiosk follows this slip, however many numbers were given since.
    for _ in range(40):
        hub.issue("family")
    assert kiosk.get("/kiosk/view").get_json()["slips"][number] == "printing"


def test_whoever_was_called_meanwhile_is_sent_to_the_counter(hub: OfficeHub, kiosk: FlaskClient) -> None:
    number = taken(kiosk, hub)
    wish = {"number": number, "code": hub.code(number)}
    waiting = text_of(kiosk.post("/kiosk/lost", json=wish).get_json()["html"]["en"])
    assert "Ahead of you nobody" in waiting
    hub.office.execute(OpenCounter(counter="1", operator="Ani"))
    hub.office.execute(CallNext(counter="1", operator="Ani"))
    called = text_of(kiosk.post("/kiosk/lost", json=wish).get_json()["html"]["en"])
    assert "Please go to Loket 1" in called
    assert "Ahead of you" not in called
    assert "Please take a seat" not in called


def test_a_wrong_code_prints_nothing_and_is_said_in_the_residents_language(hub: OfficeHub, kiosk: FlaskClient) -> None:
    number = taken(kiosk, hub)
    for wrong in ({"number": number, "code": other_than(hub.code(number))}, {"number": "Z-999", "code": "1234"}):
        answer = kiosk.post("/kiosk/lost", json={**wrong, "language": "id"})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "ticket_code_wrong")
        assert "tidak cocok" in answer.get_json()["error"]["message"]
    assert len(hub.ticket(number).slips) == 1


def test_guesses_at_a_number_are_slowed_down(hub: OfficeHub, kiosk: FlaskClient) -> None:
    hub.app.extensions["antrean"].codes = SlowDown(Stopwatch(), free=3)
    number = taken(kiosk, hub)
    wrong = {"number": number, "code": other_than(hub.code(number))}
    assert [kiosk.post("/kiosk/lost", json=wrong).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert kiosk.post("/kiosk/lost", json={"number": number, "code": hub.code(number)}).status_code == 429


def test_an_ended_number_and_one_with_enough_copies_are_refused(hub: OfficeHub, kiosk: FlaskClient) -> None:
    number = taken(kiosk, hub)
    wish = {"number": number, "code": hub.code(number)}
    limit = hub.office.read(lambda _day, plan: plan.limits.copies)
    for copy in range(1, limit + 1):
        assert kiosk.post("/kiosk/lost", json=wish).status_code == 200
        come_out(hub, number, copy)
    assert kiosk.post("/kiosk/lost", json=wish).get_json()["error"]["code"] == "copy_limit"
    hub.office.execute(CancelTicket(ticket=number, reason=""))
    assert kiosk.post("/kiosk/lost", json=wish).get_json()["error"]["code"] == "ticket_ended"


def test_the_same_wish_sent_twice_prints_one_copy(hub: OfficeHub, kiosk: FlaskClient) -> None:
    number = taken(kiosk, hub)
    wish = {"number": number, "code": hub.code(number), "request_id": "lost-slip-1"}
    assert [kiosk.post("/kiosk/lost", json=wish).status_code for _ in range(2)] == [200, 200]
    assert len(hub.ticket(number).slips) == 2


def test_without_script_the_number_and_the_code_are_typed(hub: OfficeHub, kiosk: FlaskClient) -> None:
    number = taken(kiosk, hub)
    assert 'data-screen="lost"' in kiosk.get("/kiosk/?lost=1&language=en", headers=HTML).text
    form = {"number": number, "code": "", "language": "en", "request_id": "lost-form-1"}
    refused = kiosk.post("/kiosk/lost", data={**form, "code": other_than(hub.code(number))}, headers=HTML)
    assert refused.status_code == 404
    assert f'value="{number}"' in refused.text
    assert "do not belong together" in refused.text
    found = kiosk.post("/kiosk/lost", data={**form, "code": hub.code(number)}, headers=HTML)
    assert 'data-screen="result"' in found.text
    assert 'data-slip="printing"' in found.text


@pytest.fixture
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, OfficeHub]]:
    running = OfficeHub(tmp_path_factory.mktemp("office"), small_plan(), PassingClock())
    pair_device(
        running.app.extensions["antrean"].settings, "print_agent", "Printer 1", running.office.clock, numbered=True
    )
    running.office.execute(ChangePlan(what="devices"))
    with running.served() as address:
        page = open_kiosk(browser, running, address, (1080, 1920))
        yield page, running
        page.context.close()
    running.stop()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        shown(page, key).click()


def test_a_resident_types_letter_figures_and_code_by_large_keys_and_may_change_the_language(
    page: tuple[Page, OfficeHub],
) -> None:
    kiosk, hub = page
    hub.issue("family"), hub.issue("family")
    code = hub.code("B-002")
    press(kiosk, "[data-lost-slip]", '[data-letter="B"]', '[data-figure="3"]', "[data-erase]", '[data-figure="2"]')
    expect(shown(kiosk, '[data-typed="number"]')).to_have_text("B-2")
    press(kiosk, "[data-next]:visible")
    expect(shown(kiosk, "[data-next]:visible")).to_be_disabled()
    press(kiosk, *(f'[data-figure="{figure}"]' for figure in other_than(code)), "[data-next]:visible")
    expect(shown(kiosk, "[data-refusal]")).to_contain_text("tidak cocok")
    press(kiosk, *(f'[data-figure="{figure}"]' for figure in code), "[data-next]:visible")
    expect(kiosk.locator(".ticket-number")).to_have_text("B-002")
    expect(kiosk.locator(".ticket-facts")).to_contain_text("1 nomor")
    kiosk.click('[data-choose-language="en"]')
    expect(kiosk.locator(".ticket-facts")).to_contain_text("1 number")
    expect(kiosk.locator("html")).to_have_attribute("lang", "en")
    kiosk.reload()
    expect(kiosk.locator("body")).to_have_attribute("data-screen", "start")


def test_back_goes_step_by_step_and_nothing_typed_is_left_for_the_next_visitor(page: tuple[Page, OfficeHub]) -> None:
    kiosk, _hub = page
    press(kiosk, "[data-lost-slip]", '[data-letter="C"]', '[data-figure="7"]', "[data-next]:visible")
    press(kiosk, '[data-figure="1"]', "[data-step-back]")
    expect(shown(kiosk, '[data-typed="number"]')).to_have_text("C-7")
    press(kiosk, "[data-step-back]")
    expect(shown(kiosk, '[data-letter="A"]')).to_be_visible()
    press(kiosk, "[data-step-back]")
    expect(kiosk.locator("body")).to_have_attribute("data-screen", "start")
    press(kiosk, "[data-lost-slip]", '[data-letter="A"]')
    expect(shown(kiosk, '[data-typed="number"]')).to_have_text("A-…")


def by_keys(ears: Headphones, *wanted: str) -> None:
    """Go from target to target with the arrows until one is called so, hear its name, and take it."""
    keyboard = ears.page.keyboard
    for words in wanted:
        for _ in range(MOST_TARGETS):
            keyboard.press("ArrowDown")
            if ears.page.evaluate("document.activeElement.innerText").strip() == words:
                break
        else:
            raise AssertionError(f"“{words}” was not come to")
        ears.hear(words)
        keyboard.press("Enter")


def test_whoever_sees_nothing_gets_a_lost_slip_again_by_five_keys(page: tuple[Page, OfficeHub]) -> None:
    kiosk, hub = page
    number = hub.issue("family").number
    come_out(hub, number)
    code = hub.code(number)
    ears = Headphones(kiosk)
    by_keys(ears, "Karcis hilang")
    ears.hear("Huruf apa di depan nomor Anda?")
    by_keys(ears, "B")
    ears.hear("Nomor berapa yang ada di karcis Anda?")
    by_keys(ears, "7")
    ears.hear("B-7")
    by_keys(ears, "Hapus", "1")
    ears.hear("B-1")
    by_keys(ears, "Lanjutkan")
    ears.hear("Kode berapa yang ada di karcis Anda?")
    by_keys(ears, *other_than(code), "Cetak ulang")
    ears.hear("tidak cocok")
    by_keys(ears, *code, "Cetak ulang")
    assert number in ears.heard("Nomor antrean Anda")["text"]
    assert [slip.copy for slip in hub.ticket(number).slips] == [0, 1]


def take(ears: Headphones, finger: Finger, *parts: str) -> None:
    """Touch a part to hear its name, and once more to take it; once is enough for what was touched last."""
    last = ""
    for part in parts:
        box = place(shown(ears.page, part))
        for after in (1, 0.3)[part == last :]:
            finger.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, after=after)
        last = part


@pytest.mark.parametrize("language", ["id", "en", "su"])
def test_whoever_sees_nothing_gets_a_lost_slip_again_by_touch_in_less_than_a_minute(
    page: tuple[Page, OfficeHub], language: str
) -> None:
    kiosk, hub = page
    number = hub.issue("family").number
    come_out(hub, number)
    ears = Headphones(kiosk, hub.app.extensions["antrean"].publisher.tick)
    finger = Finger(ears)

    def asked(step: str) -> None:
        """Wait for this question, and hear it."""
        question = shown(kiosk, f"h1.of-{step}")
        expect(question).to_be_visible()
        ears.hear(question.inner_text())

    kiosk.locator(f"[data-choose-language={language}]").click()
    finger.tap_corner()
    take(ears, finger, "[data-lost-slip]")
    asked("letter")
    ears.pass_time(3)  # the spot that was touched rests
    take(ears, finger, '[data-letter="B"]')
    asked("number")
    take(ears, finger, '[data-figure="1"]')
    ears.hear("B-1")
    take(ears, finger, "[data-next]:visible")
    asked("code")
    take(ears, finger, *(f'[data-figure="{figure}"]' for figure in hub.code(number)), "[data-next]:visible")
    ears.heard(number)
    assert [slip.copy for slip in hub.ticket(number).slips] == [0, 1]
    heard = kiosk.evaluate("said")
    assert {one["language"] for one in heard} == {language}
    assert not [one for one in heard if one["text"] == kiosk.locator(".slip-printed").inner_text()]
    code = hub.code(number)
    others = [one for one in heard if one["text"] not in (*code, code)]
    assert seconds_of(others) + seconds_of_longest_code(language) < 60, heard


def seconds_of_longest_code(language: str) -> float:
    """Return how long the number's figure and a code are heard whose figures, each touched twice, take longest."""

    def heard(text: str) -> float:
        return seconds_of([{"language": language, "text": text}])

    slowest = max("0123456789", key=heard)
    return 9 * heard(slowest) + heard(4 * slowest)


def test_a_kiosk_without_a_printer_promises_no_copy(browser: Browser, hub: OfficeHub, kiosk: FlaskClient) -> None:
    number = taken(kiosk, hub)
    with hub.served() as address:
        page = open_kiosk(browser, hub, address, (1024, 768))
        expect(shown(page, "[data-lost-slip]")).to_be_visible()
        revoke_device(hub.app.extensions["antrean"].settings, "Printer 1", hub.office.clock)
        hub.office.execute(ChangePlan(what="devices"))
        expect(shown(page, "[data-lost-slip]")).to_be_hidden()
        page.goto(f"{address}/kiosk/?lost=1")
        expect(page.locator("body")).to_have_attribute("data-screen", "start")
        expect(shown(page, "[data-lost-slip]")).to_be_hidden()
        page.context.close()
    found = kiosk.post("/kiosk/lost", json={"number": number, "code": hub.code(number), "language": "en"})
    assert 'data-slip="none"' in found.get_json()["html"]["en"]
    assert len(hub.ticket(number).slips) == 1


def test_a_key_that_can_not_be_taken_any_more_lets_go_of_the_keyboard(page: tuple[Page, OfficeHub]) -> None:
    kiosk, _hub = page
    press(kiosk, "[data-lost-slip]", '[data-letter="B"]', '[data-figure="1"]', "[data-next]:visible")
    expect(shown(kiosk, "[data-next]:visible")).to_be_disabled()
    held = kiosk.evaluate("""async () => {
        const key = [...document.querySelectorAll('[data-figure="1"]')].find(one => one.offsetParent);
        key.focus();
        for (let press = 0; press < 4; press += 1) key.click();
        await null;
        return [key.disabled, document.activeElement === key];
    }""")
    assert held == [True, False]
