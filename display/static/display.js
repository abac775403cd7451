/* The waiting room's screen: turns the big call, sounds it, tells the hub what is drawn and what was heard. Rules:
   announcements.js, call_queue.js, turns.js, message.js, voice.js, drawn.js, words.js, telling.js, live_rules.js. Chrome 68. */

import * as Live from "../../antrean/web/static/live.js";
import { memoryIn } from "../../antrean/web/static/memory.js";
import * as OwnName from "../../antrean/web/static/own_name.js";
import * as Announcements from "./announcements.js";
import * as CallQueue from "./call_queue.js";
import * as Drawn from "./drawn.js";
import * as Board from "./board.js";
import * as Speaker from "./speaker.js";
import * as Message from "./message.js";
import * as Signage from "./signage.js";
import * as Telling from "./telling.js";
import * as Turns from "./turns.js";
import * as Voice from "./voice.js";
import * as Words from "./words.js";

const body = document.body;
const panel = document.querySelector("[data-now]");
let live = null;
let giveWay = () => {}; /* of the screen's own name, to what is announced */
const setting = JSON.parse(body.dataset.setting);
let names = {};
let shown = null;
let shownAt = ""; /* the counter that stands below it */
let announced = null; /* the line of what staff announce in its place */

function place(name) {
  return panel.querySelector(`[data-${name}]`);
}

/* -- the big call ---------------------------------------------------------------------- */

const message = Message.create(panel);

function show(call, announcing, following) {
  if (announcing) signage.stop();
  if (call) giveWay();
  message.show(call);
  if (call && call.message) names = {};
  else if (!call) panel.setAttribute("data-empty", "");
  else {
    panel.removeAttribute("data-empty");
    place("number").textContent = call.number;
    place("number").dataset.length = Math.min(call.number.length, 8);
    place("counter").textContent = call.counter_name;
    place("arrow").className = `now-arrow is-arrow-${call.arrow || "right"}`;
    place("arrow").hidden = call.elsewhere === true;
    place("zone").hidden = !call.zone;
    place("zone").textContent = call.zone || "";
    place("floor-line").hidden = !call.floor;
    place("floor").textContent = call.floor || "";
    place("series").textContent = call.series;
    names = call.names || {};
    place("service").textContent = names[board.language()] || call.service_name;
    panel.className = panel.className.replace(/hue-\d/, `hue-${call.hue}`);
  }
  place("more").hidden = !following;
  panel.classList.toggle("is-followed", following > 0);
  place("more-count").textContent = following || "";
  panel.classList.remove("is-announcing");
  if (announcing) {
    board.wake();
    void panel.offsetWidth; /* so that the flash starts anew for each call */
    panel.classList.add("is-announcing");
  }
  shown = call && !call.message ? call.number : null; /* what an announcement covers has its row among the last calls */
  shownAt = shown ? call.counter : "";
  announced = call && call.message ? call.seq : null;
  turned(signage.showing());
  message.fit();
  Telling.painted().then(drawn.look);
}

/* Whether number and counter of a call can be read, large or among the last calls. */
function stands(call) {
  if (document.hidden) return false;
  if (shown === call.number && shownAt === call.counter && !signage.showing()) return true;
  const rows = document.querySelectorAll("[data-row]");
  for (const row of rows) {
    if (row.dataset.row === call.number) return !row.hidden && row.dataset.rowCounter === call.counter;
  }
  return false;
}

/* While something else stands in its place, the newest call has its row among the last. */
function turned(covered) {
  board.stands(covered ? null : shown, announced);
}

/* -- the sound: one step for each thing to be heard, each after the one before --------------- */

let blocked = false;
let silent = false; /* set so: then a touch gives it no sound either */
function tellBlocked() {
  document.querySelector("[data-sound-blocked]").hidden = !blocked || silent;
}

const speaker = Speaker.create({
  folder: body.dataset.voiceUrl,
  onBlocked(is) {
    blocked = is;
    tellBlocked();
  },
});
const voice = Voice.create({
  load: speaker.load,
  play: speaker.play,
  stop: speaker.stop,
  bell: speaker.bell,
  awake: speaker.awake,
  now() {
    return performance.now();
  },
  after(ms, what) {
    setTimeout(what, ms);
  },
  hubNow() {
    return live ? live.hubNow() : null;
  },
  utcOffset() {
    return live ? live.utcOffset() : 0;
  },
});

const turns = Turns.create({
  me: body.dataset.device,
  voice,
  ask: Telling.askTurn,
  over: Telling.giveTurnBack,
  now() {
    return performance.now();
  },
  after(ms, what) {
    setTimeout(what, ms);
  },
});

function announce(call, waiting, heard, wanted) {
  return Telling.painted().then(() => (wanted() ? turns.say(call, waiting, heard) : "failed"));
}

const board = Board.create({
  announcing() {
    return announcements.busy();
  },
  utcOffset() {
    return live ? live.utcOffset() : Number(body.dataset.utcOffset) || 0;
  },
  spoken(language) {
    if (names[language]) place("service").textContent = names[language];
    signage.say();
  },
});
const signage = Signage.create({
  turned,
  words(texts) {
    return texts[board.language()] || texts[Object.keys(texts)[0]] || "";
  },
});

const kept = memoryIn("localStorage", "display.announced");
const said = memoryIn("localStorage", "display.words");

/* A television that lost its power may have forgotten its last minute; the hub was told and has not. */
function remembered() {
  const mine = CallQueue.untold(kept.read(), said.read(), body.dataset.businessDay);
  return CallQueue.remembered(mine, JSON.parse(body.dataset.announced), body.dataset.businessDay);
}

const words = Words.create({
  memory: said,
  send: Telling.tell,
  soon: Telling.soon,
});
const drawn = Drawn.create({
  stands,
  tell(seq) {
    words.say({ seq, shown: true });
  },
});
const announcements = Announcements.create({
  memory: {
    read: remembered,
    write: kept.write,
  },
  show,
  announce,
  hush: turns.hush,
  acknowledge(seq, heard) {
    words.say({ seq, sound: heard });
  },
  after(ms, what) {
    setTimeout(what, ms);
  },
});

/* -- wiring ---------------------------------------------------------------------------- */

const clock = document.querySelector("[data-clock]");
let believed = clock.textContent !== ""; /* a hub that surely does not know the time shows none */
live = Live.start({
  onView(view) {
    believed = view.clock;
    voice.take(view.sound);
    silent = view.sound.volume === 0;
    tellBlocked();
    turns.take(view.zone);
    announcements.take(view);
    signage.take(view.interludes);
    board.view(view);
    Telling.painted().then(() => {
      drawn.take(view);
      if (view.zone) announcements.lead(view.zone.call);
    });
  },
  onSecond(hubNow) {
    drawn.look();
    words.tell();
    signage.second(announcements.busy());
    message.second();
    board.second(hubNow);
    if (hubNow === null || !live) return;
    const text = believed ? live.clock(hubNow, false) : "";
    if (clock.textContent !== text) clock.textContent = text;
  },
  mayReload() {
    return !announcements.busy();
  },
});
giveWay = OwnName.follow(live, () => !announcements.busy());
signage.take(setting.interludes);
shown = panel.hasAttribute("data-empty") ? null : place("number").textContent;
shownAt = panel.dataset.nowAt;
board.stands(shown, null);
window.addEventListener("resize", () => {
  board.fit();
  message.fit();
});
speaker.awake();
