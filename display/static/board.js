/* The quiet parts of a display: languages in turn, pages of the strip, last calls that fit, running text, rest.
   Everything moves by one call a second; nothing grows. Rules: idle.js. Chrome 68. */

import * as Idle from "./idle.js";

const PAGE_SECONDS = 8;
const NOTICE_SECONDS = 10;
const ITEM_EMS = 7.6; /* the width of one item of the strip */
const COUNTER_SHARE = 0.72; /* of the big call's width: the rest is its arrow's */
const RUNNING_PIXELS_A_SECOND = 90;

/* world: announcing() -> boolean, clock(hubNow) -> text, utcOffset() -> minutes */
export function create(world) {
  const body = document.body;
  let screen = JSON.parse(body.dataset.setting).screen;
  let lastCall = null;
  let language = 0;
  let languageLeft = screen.turn_seconds;
  let page = 0;
  let pageLeft = PAGE_SECONDS;
  let rowPage = 0;
  let rowLeft = PAGE_SECONDS;
  let newest = 0;
  let notice = 0;
  let noticeLeft = 0;
  let noticeShown = null;
  let shown = null;

  function all(selector, within) {
    return Array.from((within || document).querySelectorAll(selector));
  }
  function one(selector) {
    return document.querySelector(selector);
  }

  /* -- a view has been drawn ------------------------------------------------------------ */

  function view(news) {
    if (news.screen && news.screen.layout !== body.dataset.layout) return location.reload();
    if (news.screen) follow(news.screen);
    const calls = news.calls || [];
    const last = calls.length ? calls[calls.length - 1] : null;
    lastCall = last && last.at;
    if (last && last.seq > newest) {
      /* A new call is read at once, whichever rows were on. */
      newest = last.seq;
      rowPage = 0;
      rowLeft = PAGE_SECONDS;
    }
    speak();
    fit();
  }

  function follow(wanted) {
    screen = wanted;
    Object.keys(wanted.sizes).forEach((name) => {
      body.style.setProperty(name, wanted.sizes[name]);
    });
    if (language >= wanted.languages.length) language = 0;
  }

  /* -- languages ------------------------------------------------------------------------ */

  function speak() {
    const code = screen.languages[language];
    all("[data-turn]").forEach((part) => {
      const hidden = part.dataset.turn !== code;
      if (part.hidden !== hidden) part.hidden = hidden;
    });
    if (world.spoken) world.spoken(code);
  }

  /* -- the last calls: as many whole rows as there is room for; those who are still expected come by in turn ------ */

  function fit() {
    fitStrip(); /* first: the calls have what it leaves */
    fitCall();
    fitRows();
  }

  function fitRows() {
    const list = one(".last-rows ul");
    if (!list) return;
    const rows = all("li", list).filter((row) => row.dataset.row !== shown);
    all("li", list).forEach((row) => {
      row.hidden = row.dataset.row === shown;
    });
    one(".last").classList.toggle("is-bare", !rows.length);
    if (!rows.length) return tellMore(0);
    /* A counter's long name takes a second line, so each row has its own height. */
    const between = parseFloat(getComputedStyle(rows[0]).marginBottom) || 0;
    const room = list.clientHeight + between + 1;
    const standing = rows.filter((row) => row.classList.contains("is-standing"));
    const answered = rows.filter((row) => standing.indexOf(row) < 0);
    function heights(some) {
      return some.map((row) => row.offsetHeight + between);
    }
    /* Who is still expected may not be pushed out by calls that have been answered. */
    const cut = Idle.fill(heights(standing), room);
    rowPage = rowPage % cut.length;
    const from = cut[rowPage][0];
    /* A last page that is not full goes on with the first rows. */
    const wanted = cut.length === 1 ? standing.concat(answered) : standing.slice(from).concat(standing.slice(0, from));
    const first = wanted.slice(0, Idle.fill(heights(wanted), room)[0][1]);
    rows.forEach((row) => {
      row.hidden = first.indexOf(row) < 0;
    });
    tellMore(standing.filter((row) => row.hidden).length);
  }

  /* -- the big call: a counter's long name becomes smaller; where height lacks, the quiet label goes first -------- */

  function fitCall() {
    const call = one(".now-call");
    if (!call) return;
    const counter = one("[data-counter]");
    counter.style.fontSize = "";
    counter.style.fontSize = `${Math.min(1, (call.clientWidth * COUNTER_SHARE) / counter.offsetWidth)}em`;
    call.classList.remove("is-tight");
    const last = call.lastElementChild;
    call.classList.toggle("is-tight", last.offsetTop + last.offsetHeight > call.clientHeight - 2);
  }

  function tellMore(count) {
    const more = one("[data-rows-more]");
    if (!more) return;
    more.hidden = count === 0;
    one("[data-rows-more-count]").textContent = count;
  }

  /* -- the strip: pages of services, then of counters ------------------------------------- */

  function fitStrip() {
    const strip = one("[data-strip]");
    if (!strip) return;
    const lines = Number(getComputedStyle(strip).getPropertyValue("--strip-lines")) || 1;
    const parts = all("[data-part]", strip);
    const cut = [];
    parts.forEach((part) => {
      const count = all("[data-items] > li", part).length;
      if (!count) return;
      const columns = Math.max(1, Math.floor(strip.clientWidth / (letter(strip) * ITEM_EMS)));
      Idle.pages(count, columns * lines).forEach((span) => {
        cut.push([part, span, Math.ceil((span[1] - span[0]) / lines)]);
      });
    });
    if (!cut.length) return;
    page = page % cut.length;
    parts.forEach((part) => {
      const on = cut[page][0] === part;
      part.hidden = !on;
      if (!on) return;
      all("[data-items] > li", part).forEach((item, index) => {
        const span = cut[page][1];
        item.hidden = index < span[0] || index >= span[1];
        /* An odd one on two lines takes the whole of its line: no hole beside it. */
        const odd = lines > 1 && index === span[1] - 1 && (span[1] - span[0]) % cut[page][2] === 1;
        item.style.gridColumn = odd && cut[page][2] > 1 ? "1 / -1" : "";
      });
      part.querySelector("[data-items]").style.gridTemplateColumns = `repeat(${cut[page][2]}, minmax(0, 1fr))`;
    });
  }

  function letter(strip) {
    return Math.max(parseFloat(getComputedStyle(strip).fontSize), 1);
  }

  /* -- the running text: one layer moved by the compositor, and only when it does not fit ----------- */

  function run() {
    const texts = all("[data-running]");
    if (!texts.length) return;
    const there = noticeShown !== null && !noticeShown.hidden && document.contains(noticeShown);
    /* It fitted, and then something came up beside it: the same text runs. */
    const cramped =
      there &&
      !noticeShown.classList.contains("is-running") &&
      noticeShown.scrollWidth > noticeShown.parentNode.clientWidth;
    if (there && noticeLeft > 0 && !cramped) {
      noticeLeft -= 1;
      return;
    }
    if (there && !cramped) notice += 1;
    notice = notice % texts.length;
    const text = texts[notice];
    texts.forEach((other) => {
      other.hidden = other !== text;
      other.classList.remove("is-running");
    });
    const room = text.parentNode.clientWidth;
    const width = text.scrollWidth;
    noticeShown = text;
    noticeLeft = NOTICE_SECONDS;
    if (width <= room) return;
    const seconds = Math.ceil((room + width) / RUNNING_PIXELS_A_SECOND);
    text.style.setProperty("--from", `${room}px`);
    text.style.setProperty("--to", `${-width}px`);
    text.style.animationDuration = `${seconds}s`;
    void text.offsetWidth;
    text.classList.add("is-running");
    noticeLeft = seconds;
  }

  /* -- every second --------------------------------------------------------------------- */

  function second(hubNow) {
    run();
    if (hubNow === null) return;
    rest(hubNow);
    languageLeft -= 1;
    if (languageLeft <= 0 && !world.announcing()) {
      languageLeft = screen.turn_seconds;
      language = (language + 1) % screen.languages.length;
      speak();
    }
    pageLeft -= 1;
    rowLeft -= 1;
    if (pageLeft > 0 && rowLeft > 0) return;
    if (pageLeft <= 0) {
      pageLeft = PAGE_SECONDS;
      page += 1;
    }
    if (rowLeft <= 0) {
      rowLeft = PAGE_SECONDS;
      rowPage += 1;
    }
    fit();
  }

  function rest(hubNow) {
    const state = Idle.state({
      hubNow,
      minuteOfDay: Idle.minuteOfDay(hubNow, world.utcOffset()),
      lastCall,
      openCounters: screen.open_counters,
      blank: screen.blank,
      announcing: world.announcing(),
    });
    if (body.dataset.rest !== state) body.dataset.rest = state;
    const place = Idle.shift(hubNow);
    const move = `translate(${place[0]}rem, ${place[1]}rem)`;
    if (body.style.transform !== move) body.style.transform = move;
  }

  /* Letters have other widths once their typeface is there. */
  if (document.fonts && document.fonts.ready) document.fonts.ready.then(fit);

  return {
    view,
    second,
    /* A call is being shown: it is bright now, not with the next second. */
    wake() {
      body.dataset.rest = "bright";
    },
    fit,
    language() {
      return screen.languages[language];
    },
    /* The number that stands large, which then needs no row. */
    stands(number) {
      fitCall();
      if (shown === number) return;
      shown = number;
      fitRows();
    },
  };
}
