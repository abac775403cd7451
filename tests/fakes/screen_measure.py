"""What is wrong with the words on a screen as a browser draws them: cut, one over the other, too small, broken in two.

For the display, the panel and the administration; a kiosk, which is touched, has panel_measure.py.
"""

from __future__ import annotations

from playwright.sync_api import Page

# One line for each fault of what can be seen now. What can be scrolled to is not cut; a page that scrolls sideways is.
# `least`: pixels of letters. `moving`: what runs past its place by design. A letter is taken as lower than its line:
# above a capital and below the line of writing there is nothing.
FAULTS = """([least, moving]) => {
    const faults = new Set(), words = [];
    const name = e => `${e.closest('[class]').className} "${e.textContent.trim().slice(0, 28)}"`;
    if (document.documentElement.scrollWidth > innerWidth)
        faults.add(`scrolls sideways: ${document.documentElement.scrollWidth} of ${innerWidth}`);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode, e = text.parentElement, style = getComputedStyle(e);
        if (!text.data.trim() || !e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
        if (e.closest(`option, .visually-hidden, .skip-link, ${moving || 'x-none'}`)) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const size = parseFloat(style.fontSize);
        const boxes = [...range.getClientRects()].filter(box => box.width > 1 && box.height > 1).map(box => {
            const spare = Math.max(0, box.height - size * 0.9) / 2;
            return { left: box.left, right: box.right, top: box.top + spare, bottom: box.bottom - spare };
        });
        if (!boxes.length) continue;
        if (size < least - 0.02) faults.add(`letters of ${size.toFixed(1)} px: ${name(e)}`);
        let visible = true;
        for (let out = e; out && out !== document.documentElement; out = out.parentElement) {
            const how = getComputedStyle(out), box = out.getBoundingClientRect();
            if (how.clip !== 'auto') { visible = false; break; } // for those who listen
            if (/auto|scroll/.test(how.overflowX + how.overflowY)) {
                visible = boxes.every(one => one.top >= box.top && one.bottom <= box.bottom);
                break;
            }
            if (how.overflowX === 'visible') continue;
            if (boxes.some(one => one.left < box.left - 1.5 || one.right > box.right + 1.5
                || one.top < box.top - 1.5 || one.bottom > box.bottom + 1.5)) faults.add(`cut: ${name(e)}`);
        }
        for (const joined of text.data.matchAll(/[\\p{L}\\d]+-[\\p{L}\\d]+/gu)) {
            if (joined[0].length > 12 || !/\\p{Lu}{2}|\\d/u.test(joined[0])) continue; // prose breaks where it may
            range.setStart(text, joined.index);
            range.setEnd(text, joined.index + joined[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1)
                faults.add(`broken: ${joined[0]} in ${name(e)}`);
        }
        if (e.matches('.whole, .tall') && /flex|grid/.test(getComputedStyle(e.parentElement).display)
            && e.parentElement.childNodes.length > 1 && e.parentElement.textContent.trim() !== e.textContent.trim())
            faults.add(`stands apart from its sentence: ${name(e)}`);
        if (visible) words.push(...boxes.map(box => ({ e, box })));
    }
    // What sticks to the edge of the screen lies on what scrolls below it, on a ground of its own.
    const layer = e => !e || getComputedStyle(e).position === 'sticky' ? e : layer(e.parentElement);
    words.sort((a, b) => a.box.top - b.box.top);
    words.forEach(({ e, box }, at) => {
        for (let next = at + 1; next < words.length && words[next].box.top < box.bottom - 1.5; next += 1) {
            const other = words[next];
            if (other.e === e || layer(other.e) !== layer(e)) continue;
            if (box.left < other.box.right - 1.5 && other.box.left < box.right - 1.5)
                faults.add(`${name(e)} lies on ${name(other.e)}`);
        }
    });
    return [...faults];
}"""


def faults(page: Page, least: float, moving: str = "") -> list[str]:
    """Return what is wrong with the words that can be seen now."""
    page.evaluate("document.fonts.ready")
    found: list[str] = page.evaluate(FAULTS, [least, moving])
    return found
