/* A display without a screen: its rules, a memory, a clock that is moved by hand, and what it showed and said. */
import * as Announcements from "../../display/static/announcements.js";

export const AT = 1795483600000;

export function call(seq, at = AT) {
  return { seq, number: `A-${String(seq).padStart(3, "0")}`, counter_name: "Loket 1", at };
}

export function view(seq, calls, more = {}) {
  return { seq, at: AT, business_day: "2026-11-24", calls, ...more };
}

export function display(kept = null) {
  const d = {
    kept,
    now: 0,
    timers: [],
    shown: [],
    following: [],
    announced: [],
    told: [],
    hushed: [],
    heard: [],
    sound: "plays",
    most: 0,
    sounding: 0,
  };
  d.after = (ms, what) => d.timers.push({ at: d.now + ms, what });
  d.load = () => {
    d.timers = [];
    d.page = Announcements.create({
      memory: {
        read: () => (d.kept ? JSON.parse(d.kept) : null),
        write: (value) => {
          d.kept = JSON.stringify(value);
        },
      },
      show: (one, announcing, following) => {
        d.shown.push([one && one.seq, announcing]);
        d.following.push(following);
      },
      announce: (one, _waiting, heard) => {
        d.announced.push(one.seq);
        if (d.sound === "early") heard("spoken");
        if (d.sound === "hangs") return new Promise(() => {});
        if (d.sound === "blocked") return Promise.reject(new Error("blocked"));
        d.sounding += 1;
        d.most = Math.max(d.most, d.sounding);
        return new Promise((done) =>
          d.after(1700, () => {
            d.sounding -= 1;
            done();
          }),
        );
      },
      hush: () => d.hushed.push(d.announced.at(-1)),
      acknowledge: (seq, heard) => {
        d.told.push(seq);
        d.heard.push(heard);
      },
      after: d.after,
    });
  };
  d.settle = () => new Promise((done) => setImmediate(done));
  d.forward = async (ms) => {
    const end = d.now + ms;
    for (;;) {
      await d.settle();
      d.timers.sort((a, b) => a.at - b.at);
      if (!d.timers.length || d.timers[0].at > end) break;
      const timer = d.timers.shift();
      d.now = timer.at;
      timer.what();
    }
    d.now = end;
    await d.settle();
  };
  d.load();
  return d;
}

export async function openedEmpty() {
  const d = display();
  d.page.take(view(1, []));
  await d.forward(0);
  return d;
}
