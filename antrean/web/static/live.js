/* Keeps a screen true: hears `view` and `tick` over Socket.IO, falls back to HTTP, redraws the page's fragments.

   <body data-namespace="/display" data-view-url="/display/view" data-seq data-at data-build data-utc-offset>
   Live.start({onView(view), onState(state), onSecond(hubNow), mayReload()})   all optional
   Fragments: every element with data-fragment="name" gets view.html.name. Ages: data-live-age. State: <html data-live>.
   One interval and fixed-size state only, so that a screen can stay on for a year. Chrome 68. */

import * as LiveRules from "./live_rules.js";

const REQUEST_TIMEOUT = 6000;
const root = document.documentElement;

export function start(options) {
  const data = document.body.dataset;
  const settings = options || {};
  const now = () => performance.now();
  const rules = LiveRules.create(Number(data.seq), Number(data.at), now());
  let utcOffset = Number(data.utcOffset) || 0; /* minutes */
  const separator = root.lang === "en" ? ":" : ".";
  let socket = null;
  let fetching = false;
  let nextFetch = now() + 1500;
  let nextConnect = 0;
  let reloadWanted = false;
  let waitingView = null;
  let pressedSince = null;
  let releaseTimer = null;
  let shownState = "";
  let clockDrift = Date.now() - now();
  let spread = 0; /* milliseconds over which the hub wants all screens of this kind to come back after a cut */
  let graceOfDead = 0;
  let refused = false; /* no place for one more: ask slowly until there is one */

  function jitter(least, most) {
    return least + Math.random() * (most - least);
  }
  function apart() {
    return Math.random() * spread;
  }

  /* -- views ------------------------------------------------------------------------- */

  function take(view) {
    if (!rules.accept(view, now())) return;
    if (typeof view.utc_offset === "number") utcOffset = view.utc_offset;
    if (typeof view.spread === "number") spread = view.spread * 1000;
    if (view.build && data.build && view.build !== data.build) reloadWanted = true;
    if (pressedSince !== null) waitingView = view;
    else draw(view);
  }

  function draw(view) {
    const html = view.html || {};
    const places = document.querySelectorAll("[data-fragment]");
    for (const place of places) {
      const wanted = html[place.dataset.fragment];
      if (wanted === undefined || place.drawnHtml === wanted) continue;
      const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
      place.innerHTML = wanted;
      place.drawnHtml = wanted;
      const again = focused && document.getElementById(focused);
      if (again) again.focus();
    }
    if (settings.onView) settings.onView(view);
  }

  /* Nothing is redrawn under a pressed finger: the tap would land on something else. */
  function press() {
    pressedSince = now();
    clearTimeout(releaseTimer);
  }
  function release() {
    clearTimeout(releaseTimer);
    releaseTimer = setTimeout(letGo, 120);
  }
  function letGo() {
    pressedSince = null;
    const view = waitingView;
    waitingView = null;
    if (view) draw(view);
  }

  /* -- HTTP -------------------------------------------------------------------------- */

  function fetchView() {
    if (fetching) return;
    fetching = true;
    nextFetch = now() + (refused ? jitter(12000, 18000) : jitter(3500, 6500));
    const stop = new AbortController();
    const timer = setTimeout(() => {
      stop.abort();
    }, REQUEST_TIMEOUT);
    fetch(data.viewUrl, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
      signal: stop.signal,
    })
      .then((answer) => {
        if (answer.status === 401 || answer.status === 403) reloadWanted = true;
        if (!answer.ok) throw new Error(`view answered ${answer.status}`);
        return answer.json();
      })
      .then(take)
      .catch(() => {
        rules.fetchFailed();
      })
      .then(() => {
        clearTimeout(timer);
        fetching = false;
        showState();
      });
  }

  /* A new build, or a device no longer paired: load the page again, once it answers and no one is disturbed. */
  function reload() {
    if (settings.mayReload && !settings.mayReload()) return;
    const last = Number(remembered("live.reloaded"));
    if (last && Math.abs(Date.now() - last) < 60000) return;
    reloadWanted = false;
    fetch(location.href, { credentials: "same-origin", cache: "no-store" })
      .then((answer) => {
        if (answer.status >= 500) throw new Error(`page answered ${answer.status}`);
        remember("live.reloaded", String(Date.now()));
        location.reload();
      })
      .catch(() => {
        reloadWanted = true;
      });
  }

  /* -- socket ------------------------------------------------------------------------ */

  function connect() {
    const io = settings.io || window.io;
    if (!io) return;
    socket = io(data.namespace, {
      auth: { page: data.page || "" },
      transports: ["websocket", "polling"],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
      timeout: REQUEST_TIMEOUT,
      apart,
    });
    socket.on("connect", () => {
      refused = false;
      graceOfDead = apart();
      rules.socketUp(now());
      showState();
    });
    socket.on("disconnect", cut);
    socket.on("connect_error", (error) => {
      refused = String((error && error.message) || error).indexOf("too_many_followers") >= 0;
      cut();
    });
    socket.on("view", (view) => {
      rules.socketSpoke(now());
      take(view);
      showState();
    });
    socket.on("tick", (tick) => {
      if (rules.missed(tick, now())) fetchView();
      showState();
    });
  }

  function cut() {
    rules.socketDown(now());
    if (!refused) nextFetch = Math.min(nextFetch, now() + 500 + apart());
    nextConnect = now() + (refused ? jitter(60000, 180000) : jitter(2000, 8000) + apart());
  }

  /* -- every second ------------------------------------------------------------------ */

  function showState() {
    const state = rules.state(now());
    if (state !== shownState) {
      shownState = state;
      root.dataset.live = state;
      if (settings.onState) settings.onState(state);
    }
    const heard = rules.lastHeard();
    if (heard === null) return;
    const text = LiveRules.clockText(heard, utcOffset, separator, true);
    const ages = document.querySelectorAll("[data-live-age]");
    for (const age of ages) if (age.textContent !== text) age.textContent = text;
  }

  function second() {
    const drift = Date.now() - now();
    const slept = Math.abs(drift - clockDrift) > 5000;
    clockDrift = drift;
    if (slept || rules.socketIsDead(now() - graceOfDead)) {
      rules.socketDown(now());
      if (socket) socket.disconnect().connect();
      fetchView();
    } else if (rules.wantsFetch(now()) && now() >= nextFetch) {
      fetchView();
    }
    /* After a refusal the library does not try again by itself. */
    if (socket && !socket.active && now() >= nextConnect) {
      nextConnect = now() + (refused ? jitter(60000, 180000) : jitter(2000, 8000));
      socket.connect();
    }
    if (pressedSince !== null && now() - pressedSince > 10000) letGo();
    if (reloadWanted) reload();
    showState();
    if (settings.onSecond) settings.onSecond(rules.hubNow(now()));
  }

  window.addEventListener("pointerdown", press, true);
  window.addEventListener("pointerup", release, true);
  window.addEventListener("pointercancel", release, true);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) fetchView();
  });
  window.addEventListener("online", () => {
    setTimeout(fetchView, apart());
  });
  setInterval(second, 1000);
  connect();
  showState();

  return {
    hubNow() {
      return rules.hubNow(now());
    },
    clock(hubTime, withSeconds) {
      return LiveRules.clockText(hubTime, utcOffset, separator, withSeconds);
    },
    state() {
      return rules.state(now());
    },
    utcOffset() {
      return utcOffset;
    },
    refresh: fetchView,
    seq: rules.seq,
  };
}

function remembered(key) {
  try {
    return sessionStorage.getItem(key);
  } catch (_error) {
    return null;
  }
}
function remember(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch (_error) {
    /* private mode: reloads are then not limited */
  }
}
