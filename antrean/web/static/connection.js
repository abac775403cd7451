/* Keeps a page true: hears `view` and `tick` over Socket.IO, falls back to HTTP, loads the page again after an upgrade.

   <body data-namespace="/display" data-view-url="/display/view" data-seq data-at data-build data-utc-offset>
   start({io, draw(view), onView(view), onState(state), onSecond(hubNow), mayReload()}): `io` makes a socket, the rest is
   optional. Ages: data-live-age. State: <html data-live>. What is to be done when stands in live_rules.js.
   One interval and fixed-size state only, so that a screen can stay on for a year. Chrome 68. */

import { all, write } from "./dom.js";
import * as LiveRules from "./live_rules.js";
import { memoryIn } from "./memory.js";
import { notUnderAFinger } from "./press.js";

const REQUEST_TIMEOUT = 6000;
const RELOAD_APART = 60000;
const SLEPT = 5000; /* so much the device's two clocks may part before it was asleep, or set */
const root = document.documentElement;
const now = () => performance.now();
const jitter = (least, most) => least + Math.random() * (most - least);

export function start(options) {
  return new Connection(options).begin();
}

class Connection {
  constructor(options) {
    const data = document.body.dataset;
    this.options = options;
    this.data = data;
    this.rules = LiveRules.create(Number(data.seq), Number(data.at), now());
    this.views = notUnderAFinger((view) => this.draw(view));
    this.reloaded = memoryIn("sessionStorage", "live.reloaded");
    this.offset = Number(data.utcOffset) || 0; /* minutes */
    this.separator = root.lang === "en" ? ":" : ".";
    this.socket = null;
    this.fetching = false;
    this.nextFetch = now() + 1500;
    this.nextConnect = 0;
    this.reloadWanted = false;
    this.shownState = "";
    this.clockDrift = Date.now() - now();
    this.spread = 0; /* milliseconds over which the hub wants all screens of this kind to come back after a cut */
    this.graceOfDead = 0;
    this.refused = false; /* no place for one more: ask slowly until there is one */
  }

  begin() {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.refresh();
    });
    window.addEventListener("online", () => {
      setTimeout(() => this.refresh(), this.apart());
    });
    setInterval(() => this.second(), 1000);
    this.connect();
    this.showState();
    return this;
  }

  /* -- what screens ask ------------------------------------------------------------------ */

  hubNow() {
    return this.rules.hubNow(now());
  }
  clock(hubTime, withSeconds) {
    return LiveRules.clockText(hubTime, this.offset, this.separator, withSeconds);
  }
  state() {
    return this.rules.state(now());
  }
  utcOffset() {
    return this.offset;
  }
  seq() {
    return this.rules.seq();
  }
  /* What else the hub tells this screen alone. */
  hear(event, what) {
    this.socket.on(event, what);
  }

  /* -- views ------------------------------------------------------------------------------ */

  take(view) {
    if (!this.rules.accept(view, now())) return;
    if (typeof view.utc_offset === "number") this.offset = view.utc_offset;
    if (typeof view.spread === "number") this.spread = view.spread * 1000;
    if (view.build && this.data.build && view.build !== this.data.build) this.reloadWanted = true;
    this.views.take(view);
  }

  draw(view) {
    if (this.options.draw) this.options.draw(view);
    if (this.options.onView) this.options.onView(view);
  }

  /* -- HTTP ------------------------------------------------------------------------------- */

  async refresh() {
    if (this.fetching) return;
    this.fetching = true;
    this.nextFetch = now() + (this.refused ? jitter(12000, 18000) : jitter(3500, 6500));
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), REQUEST_TIMEOUT);
    try {
      this.take(await this.fetched(stop.signal));
    } catch (_error) {
      this.rules.fetchFailed();
    }
    clearTimeout(timer);
    this.fetching = false;
    this.showState();
  }

  async fetched(signal) {
    const answer = await fetch(this.data.viewUrl, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
      signal,
    });
    if (answer.status >= 401 && answer.status <= 404) this.reloadWanted = true;
    if (!answer.ok) throw new Error(`view answered ${answer.status}`);
    return answer.json();
  }

  /* A new build, a device no longer paired, or a number that is no more: load the page again, once it answers and no one is disturbed. */
  async reload() {
    if (this.options.mayReload && !this.options.mayReload()) return;
    const last = this.reloaded.read();
    if (last && Math.abs(Date.now() - last) < RELOAD_APART) return;
    this.reloadWanted = false;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      if (answer.status >= 500) throw new Error(`page answered ${answer.status}`);
      this.reloaded.write(Date.now());
      location.reload();
    } catch (_error) {
      this.reloadWanted = true;
    }
  }

  /* -- socket ----------------------------------------------------------------------------- */

  connect() {
    this.socket = this.options.io(this.data.namespace, {
      auth: { page: this.data.page || "", build: this.data.build },
      transports: ["websocket", "polling"],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
      timeout: REQUEST_TIMEOUT,
      apart: () => this.apart(),
    });
    this.socket.on("connect", () => this.joined());
    this.socket.on("disconnect", () => this.cut());
    this.socket.on("connect_error", (error) => {
      this.refused = Boolean(error && error.data && error.data.code === "too_many_followers");
      this.cut();
    });
    this.socket.on("view", (view) => {
      this.rules.socketSpoke(now());
      this.take(view);
      this.showState();
    });
    this.socket.on("tick", (tick) => {
      if (this.rules.missed(tick, now())) this.refresh();
      this.showState();
    });
  }

  joined() {
    this.refused = false;
    this.graceOfDead = this.apart();
    this.rules.socketUp(now());
    this.showState();
  }

  cut() {
    this.rules.socketDown(now());
    if (!this.refused) this.nextFetch = Math.min(this.nextFetch, now() + 500 + this.apart());
    this.nextConnect = now() + this.pause() + (this.refused ? 0 : this.apart());
  }

  pause() {
    return this.refused ? jitter(60000, 180000) : jitter(2000, 8000);
  }
  apart() {
    return Math.random() * this.spread;
  }

  /* -- every second ------------------------------------------------------------------------ */

  second() {
    if (this.slept() || this.rules.socketIsDead(now() - this.graceOfDead)) {
      this.rules.socketDown(now());
      this.socket.disconnect().connect();
      this.refresh();
    } else if (this.rules.wantsFetch(now()) && now() >= this.nextFetch) {
      this.refresh();
    }
    /* After a refusal the library does not try again by itself. */
    if (!this.socket.active && now() >= this.nextConnect) {
      this.nextConnect = now() + this.pause();
      this.socket.connect();
    }
    this.views.second();
    if (this.reloadWanted) this.reload();
    this.showState();
    if (this.options.onSecond) this.options.onSecond(this.hubNow());
  }

  slept() {
    const drift = Date.now() - now();
    const found = Math.abs(drift - this.clockDrift) > SLEPT;
    this.clockDrift = drift;
    return found;
  }

  showState() {
    const state = this.state();
    if (state !== this.shownState) {
      this.shownState = state;
      root.dataset.live = state;
      if (this.options.onState) this.options.onState(state);
    }
    const heard = this.rules.lastHeard();
    if (heard === null) return;
    const text = this.clock(heard, true);
    for (const age of all("[data-live-age]")) write(age, text);
  }
}
