"""What moves on a page although less motion is asked for, and what the Tab key does not reach, or does not leave."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# Notes what moves: animations of sheets and scripts, transitions, smooth scrolling, and what is drawn frame by frame.
WATCH = """
    window.moved = [];
    const times = (one) => one.effect.getComputedTiming(), what = (one) => one.animationName || one.transitionProperty;
    const long = (one) => times(one).duration > 100 || times(one).iterations > 3;
    const named = (one) => `${what(one) || 'script'} of ${one.effect.target.className}`;
    for (const kind of ['animationstart', 'transitionrun'])
        addEventListener(kind, () => moved.push(...document.getAnimations().filter(long).map(named)), true);
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (...given) {
        const one = animate.apply(this, given);
        if (long(one)) moved.push(named(one));
        return one;
    };
    for (const [owner, name] of [[Element.prototype, 'scrollIntoView'], [Element.prototype, 'scrollTo'],
        [Element.prototype, 'scrollBy'], [window, 'scrollTo'], [window, 'scrollBy']]) {
        const scroll = owner[name];
        owner[name] = function (...given) {
            if (given[0] && given[0].behavior === 'smooth') moved.push(name);
            return scroll.apply(this, given);
        };
    }
    const frames = [], frame = window.requestAnimationFrame;
    window.requestAnimationFrame = (then) => {
        frames.push(performance.now());
        if (frames.length > 30 && frames[frames.length - 1] - frames.shift() < 1000) moved.push('frame by frame');
        return frame.call(window, then);
    };
"""
MOVED = """() => {
    if (getComputedStyle(document.documentElement).scrollBehavior === 'smooth') moved.push('the page scrolls smoothly');
    return [...new Set(moved.splice(0))].map((one) => `moves: ${one}`);
}"""
# What the Tab key has to come by: what an open dialog holds, else everything; one of each group of radio keys.
EXPECTED = """() => {
    const dialog = [...document.querySelectorAll('dialog:modal')].pop();
    const kinds = 'a[href], button, input, select, textarea, summary, [tabindex], audio[controls], video[controls]';
    const group = (one) => one.type === 'radio' && one.name
        ? [...document.getElementsByName(one.name)].filter((other) => other.form === one.form) : [one];
    window.expected = [...(dialog || document).querySelectorAll(kinds)].filter((one) =>
        one.tabIndex >= 0 && !one.disabled && !one.closest('[inert]') && one.type !== 'hidden'
        && one.checkVisibility({visibilityProperty: true})
        && (group(one).find((other) => other.checked) || group(one).find((other) => !other.disabled)) === one);
    return expected.length;
}"""
# Where the Tab key has led to.
AT = """() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    const at = expected.indexOf(one);
    const drawn = (it) => getComputedStyle(it).outlineStyle !== 'none' || getComputedStyle(it).boxShadow !== 'none';
    const label = one.labels && one.labels[0];
    const marked = drawn(one) || (label && drawn(label)) || (one.nextElementSibling && drawn(one.nextElementSibling));
    const name = `${one.tagName}#${one.id}.${one.className} ${one.textContent.trim().slice(0, 30)}`;
    const several = /date|time|month/.test(one.type || '') || /AUDIO|VIDEO/.test(one.tagName);
    /* Within such a one the browser marks its parts. */
    return {at, name, several, marked: at < 0 || Boolean(marked) || (several && !one.matches(':focus'))};
}"""
# Notes where each press of the Tab key has led to, once it is lifted again: many are pressed before the page is asked.
NOTE = f"""() => {{
    if (window.stops) return;
    window.stops = [];
    addEventListener('keyup', (event) => {{ if (event.key === 'Tab') stops.push(({AT})()); }}, true);
}}"""
LEFT_OUT = """(seen) => expected.filter((one, at) => !seen.includes(at) && one.isConnected && !one.disabled
    && one.checkVisibility({visibilityProperty: true}))
    .map((one) => `${one.tagName}#${one.id}.${one.className} ${one.textContent.trim().slice(0, 30)}`)"""
MOST_PARTS = 8  # stops within one field for a date and a time, or one player


def movements(page: Page) -> list[str]:
    """Return what has moved on the page since it was asked last; its context runs `WATCH` and asks for less motion."""
    found: list[str] = page.evaluate(MOVED)
    return found


def traps(page: Page) -> list[str]:
    """Return what the Tab key doesn't reach, where it stays, and where nothing shows that it is there."""
    count: int = page.evaluate(EXPECTED)
    page.evaluate(NOTE)
    seen: set[int] = set()
    faults: list[str] = []
    order: list[int] = []
    stays, before, left_over = 0, -2, count * 2 + 3 * MOST_PARTS
    while len(seen) < count and left_over > 0:
        presses = min(count - len(seen), left_over)  # to see all takes so many at least
        left_over -= presses
        for now in _stops(page, presses):
            stays = stays + 1 if now["at"] == before and now["at"] >= 0 else 0
            if stays > (MOST_PARTS if now["several"] else 1):
                return [*faults, f"the Tab key stays at {now['name']}"]
            if now["at"] >= 0 and now["at"] != before:
                order.append(now["at"])
            before = now["at"]
            seen.add(now["at"]) if now["at"] >= 0 else None
            if not now["marked"]:
                faults.append(f"nothing shows that the focus is at {now['name']}")
    if len(order) > 1 and not _comes_back(page, order):
        faults.append("Shift and the Tab key do not lead back")
    left: list[str] = page.evaluate(LEFT_OUT, sorted(seen))
    return sorted(set(faults)) + [f"the Tab key does not reach {one}" for one in left]


def _stops(page: Page, presses: int) -> list[dict[str, Any]]:
    """Press the Tab key so often, and return where it has led to; the parts of a player tell of no key."""
    for _ in range(presses):
        page.keyboard.press("Tab")
    found: list[dict[str, Any]] = page.evaluate("stops.splice(0)")
    return found


def _comes_back(page: Page, order: list[int]) -> bool:
    """Return whether Shift and the Tab key go from the last stop to the one before, past the browser's own keys."""
    found = order[-1]
    for _ in range(MOST_PARTS):
        page.keyboard.press("Shift+Tab")
        found = page.evaluate(AT)["at"]
        if found not in (-1, order[-1]):
            break
    page.evaluate("stops.length = 0")
    return found == order[-2]
