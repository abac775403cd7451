"""What a visitor can see and reach on a kiosk's panel, measured in a real browser in millimetres.

A panel whose width is not declared counts as one of 15 inches.
"""

from __future__ import annotations

from math import hypot

DECLARED_CM = {(1080, 1920): 33.6, (1920, 1080): 59.8, (1024, 768): 30.4}
AIDS: tuple[tuple[str, ...], ...] = (
    (), ("large",), ("contrast",), ("reach",), ("large", "reach"), ("large", "contrast", "reach"),
)  # fmt: skip
LEAST_TEXT, LEAST_READ, LEAST_TARGET = 4.8, 6.1, 20.0  # millimetres

# Fault sentences of what is on the screen now, and the size of each text's letters. `mm`: pixels of a millimetre;
# `half`: targets belong below the middle.
MEASURE = """(mm, half) => {
    const faults = [];
    const seen = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
    const name = e => `${e.className} "${e.textContent.trim().slice(0, 24)}"`;
    const around = (out, box) => box.left >= out.left - 1 && box.right <= out.right + 1 && box.top >= out.top - 1
        && box.bottom <= out.bottom + 1;
    const all = selector => [...document.querySelectorAll(selector)].filter(seen);
    const panel = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const frame = e => e.closest('.tile') || e.closest('.key') || e.closest('.ticket, .follow, .slip p, .priority');
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const letters = [];
    while (walker.nextNode()) {
        const text = walker.currentNode, e = text.parentElement;
        if (!text.data.trim() || !seen(e)) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const boxes = [...range.getClientRects()].filter(box => box.width > 1);
        if (!boxes.length) continue;
        const size = parseFloat(getComputedStyle(e).fontSize) / mm;
        letters.push({ e, size, text: text.data.trim() });
        const must = e.closest('.question, .tile-name strong, [disabled] .tile-state, .message h1, .message p,'
            + ' .ticket h1, .ticket-facts dd, .limit, .slip p, .keys b, .result-actions, .typed b, .start-notice');
        if (size < (must ? 6.1 : 4.8) - 0.02) faults.push(`letters of ${size.toFixed(2)} mm: ${name(e)}`);
        for (const out of [panel, frame(e) && frame(e).getBoundingClientRect()]) {
            if (out && !boxes.every(box => around(out, box))) faults.push(`cut off: ${name(e)}`);
        }
        const key = !e.matches('b') && e.closest('.key') && e.closest('.key').getBoundingClientRect();
        if (key && !boxes.every(box => Math.min(box.left - key.left, key.right - box.right) > mm * 0.9))
            faults.push(`less than a millimetre beside the words: ${name(e)}`);
    }
    const targets = all('button, a, .priority').filter(e => !e.disabled && !e.matches('.foot-idle'));
    const boxes = targets.map(e => e.getBoundingClientRect());
    targets.forEach((e, i) => {
        const least = Math.min(boxes[i].width, boxes[i].height) / mm;
        if (least < 20 - 0.25) faults.push(`target of ${least.toFixed(1)} mm: ${name(e)}`);
        if (!around(panel, boxes[i])) faults.push(`target outside: ${name(e)}`);
        if (half && boxes[i].top < innerHeight / 2 - 1) faults.push(`out of reach: ${name(e)}`);
        boxes.forEach((other, j) => {
            if (i < j && boxes[i].left < other.right - 1 && other.left < boxes[i].right - 1
                && boxes[i].top < other.bottom - 1 && other.top < boxes[i].bottom - 1)
                faults.push(`${name(e)} lies on ${name(targets[j])}`);
        });
    });
    const rows = all('header > *, .question, .hint, .limit, .choices, .visit > *, .lost > *, .result > *,'
        + ' .ticket-top, .ticket-label, .ticket-number, .ticket-facts, .ticket-more, .message h1, .message p, .typed,'
        + ' .start-notice, footer .foot-help, footer .key')
        .filter(e => e.getBoundingClientRect().height);
    const words = document.createRange();
    const places = rows.map(e => {
        words.selectNodeContents(e); // with low keys the box of what is asked is half the panel
        return (e.matches('.question, .visit-ask') ? words : e).getBoundingClientRect();
    });
    rows.forEach((e, i) => rows.forEach((other, j) => {
        if (i < j && !e.contains(other) && !other.contains(e) && places[i].left < places[j].right - 1
            && places[j].left < places[i].right - 1 && places[i].top < places[j].bottom - 1.5
            && places[j].top < places[i].bottom - 1.5) faults.push(`${name(e)} runs into ${name(other)}`);
    }));
    const sizes = {};
    for (const { e, size } of letters) {
        const tile = e.closest('.tile');
        const place = e.id || e.className || e.tagName + (e.parentElement.className || '');
        const key = `${tile ? tile.dataset.service || tile.dataset.openGroup : ''}|${place}`;
        sizes[key] = Math.min(sizes[key] || 999, size);
    }
    return { faults, sizes };
}"""

# Walks through every page of services: which services were seen, each whole, and what was wrong.
EVERY_PAGE = (
    "([mm, half, services]) => { const measure = "
    + MEASURE
    + """;
    const faults = [], sizes = {}, found = [];
    const shown = selector => [...document.querySelectorAll(selector)].filter(e => e.offsetParent !== null);
    let pages = 0;
    for (;;) {
        pages += 1;
        const now = measure(mm, half);
        faults.push(...now.faults);
        for (const [key, size] of Object.entries(now.sizes)) sizes[key] = Math.min(sizes[key] || 999, size);
        const grid = shown('.tiles')[0].getBoundingClientRect();
        for (const tile of shown('.tile')) {
            const way = 'leaveGroup' in tile.dataset ? 'all' : 'only one';
            found.push(tile.dataset.service || tile.dataset.openGroup || way);
            const box = tile.getBoundingClientRect();
            if (box.bottom > grid.bottom + 1 || box.top < grid.top - 1 || box.right > grid.right + 1)
                faults.push(`not whole: ${tile.dataset.service}`);
            if (tile.scrollHeight > tile.clientHeight + 1 || tile.scrollWidth > tile.clientWidth + 1)
                faults.push(`cut: ${tile.dataset.service}`);
        }
        const next = shown('[data-page-by="1"]')[0];
        if (!next || next.disabled || pages > 40) break;
        next.click();
    }
    for (let back = 1; back < pages; back += 1) shown('[data-page-by="-1"]')[0].click();
    if (found.join() !== services.join()) faults.push('services on the pages: ' + found.join());
    return { faults: [...new Set(faults)], sizes, pages };
}"""
)
# The screen now, once `prepare` has run; both in one step, so that no news of the hub comes between.
STATE = (
    "([mm, half, prepare]) => { eval(prepare); dispatchEvent(new Event('resize')); return ("
    + MEASURE
    + ")(mm, half); }"
)
SET_AIDS = """wished => {
    for (const aid of ['large', 'contrast', 'reach']) {
        const key = [...document.querySelectorAll(`[data-aid=${aid}]`)].find(e => e.offsetParent !== null);
        if ((key.getAttribute('aria-pressed') === 'true') !== wished.includes(aid)) key.click();
    }
}"""
# The screen now with each of some sets of aids: what MEASURE finds once each of `prepares` has run, or what EVERY_PAGE
# finds of `services` where there are any. All in one step: no news of the hub comes between, and nothing is painted.
WITH_AIDS = (
    "([mm, half, sets, prepares, services]) => { const setAids = "
    + SET_AIDS
    + ", state = "
    + STATE
    + ", everyPage = "
    + EVERY_PAGE
    + """;
    const found = sets.map(aids => {
        setAids(aids);
        const low = half && aids.includes('reach');
        if (services) return [everyPage([mm, low, services])];
        return prepares.map(prepare => state([mm, low, prepare]));
    });
    setAids([]);
    return found;
}"""
)
# The start screen with the first so many of its services, in a language, on a panel declared by `style` or not at all,
# and with each of some sets of aids: what EVERY_PAGE finds. One page shows them all in one step, so that no news of the
# hub comes between.
IN_PLACE = (
    "states => { const setAids = "
    + SET_AIDS
    + ", everyPage = "
    + EVERY_PAGE
    + """;
    const parts = [...document.querySelectorAll('.tiles')];
    const tiles = parts.map(part => [...part.querySelectorAll('.tile[data-service]')]);
    const offer = many => {
        parts.forEach((part, at) => tiles[at].forEach((tile, place) => {
            if (place < many) part.append(tile); else tile.remove();
        }));
        dispatchEvent(new Event('resize'));
    };
    const usual = document.documentElement.style.cssText;
    const found = states.map(({ many, language, style, mm, aids }) => {
        document.documentElement.style.cssText = usual + style;
        offer(0);
        document.querySelector(`[data-choose-language=${language}]`).click();
        offer(many);
        const codes = tiles[0].slice(0, many).map(tile => tile.dataset.service);
        return aids.map(wished => {
            setAids(wished);
            return everyPage([mm, wished.includes('reach'), codes]);
        });
    });
    document.documentElement.style.cssText = usual;
    setAids([]);
    offer(tiles[0].length);
    return found;
}"""
)


def pixels_of_a_millimetre(size: tuple[int, int], width_cm: float) -> float:
    """Return how many pixels of a panel are a millimetre."""
    return size[0] / (width_cm * 10) if width_cm else hypot(*size) / (15 * 25.4)
