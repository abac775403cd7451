/* Keeps one ticket's page true: turns its faces, fills in the figures, and makes itself heard when the number is called. */

import * as Connection from "../../antrean/web/static/connection.js";
import { all, make, show, write } from "../../antrean/web/static/dom.js";
import { io } from "./socket.js";

const OPEN = ["waiting", "called", "serving", "held"];
const body = document.body;
const sound = document.querySelector("[data-sound]");
const title = document.title;
let heardCall = Number(body.dataset.call) || 0;
let audio = null;
const Audio = window.AudioContext || window.webkitAudioContext;

function writeAll(selector, words) {
  for (const place of all(selector)) write(place, words);
}

function showAll(selector, shown) {
  for (const place of all(selector)) show(place, shown);
}

function inLanguage(words) {
  const languages = Object.keys(words);
  return words[document.documentElement.lang] || (languages.length ? words[languages[0]] : "");
}

/* A long name in smaller letters, so that all of it is seen at once. */
function showCounter(name) {
  const [short, middle] = body.dataset.counterLengths.split(" ").map(Number);
  writeAll("[data-counter]", name);
  for (const place of all("[data-counter]")) {
    place.dataset.length = name.length <= short ? "short" : name.length <= middle ? "middle" : "long";
  }
}

/* mine: [state, people ahead, wait low, wait high, counter, seq of the last call, service, persons, marks];
   marks: "n" next, "u" no open counter, "r" may come back. */
function showTicket(mine, view) {
  const service = mine[6];
  const waits = mine[0] === "waiting";
  const shown = mine[8].includes("n") ? "next" : mine[0];
  body.dataset.shown = shown;
  if (shown === "completed") ask();
  else if (told) plain();
  for (const face of all("[data-face]")) show(face, face.dataset.face === shown);
  writeAll("[data-ahead]", String(mine[1]));
  writeAll(
    "[data-wait-words]",
    mine[2] === null
      ? body.dataset.waitUnknown
      : body.dataset.wait.replace("{low}", mine[2]).replace("{high}", mine[3]),
  );
  if (mine[4]) showCounter(mine[4]);
  /* The visitor may have been sent to another service, and staff may have corrected the party. */
  if (view.names[service]) writeAll("[data-service-name]", inLanguage(view.names[service]));
  if (view.hues[service]) body.className = `hue-${view.hues[service]}`;
  showAll("[data-persons]", mine[7] > 1);
  if (mine[7] > 1) writeAll("[data-persons]", ` · ${body.dataset.personsWords.replace("{num}", mine[7])}`);
  showAll("[data-standing=service]", waits && Boolean(view.services[service]));
  for (const words of all("[data-stands]")) show(words, words.dataset.stands === view.services[service]);
  showAll("[data-back=yes]", mine[8].includes("r"));
  showAll("[data-back=no]", !mine[8].includes("r"));
  writeAll("[data-reason]", inLanguage(view.reasons[service] || {}));
  const until = view.until[service] || "";
  const time = document.documentElement.lang === "en" ? until : until.replace(":", ".");
  for (const words of all("[data-until]")) {
    show(words, Boolean(until));
    write(words, until && words.dataset.words.replace("{time}", time));
  }
  showAll("[data-standing=counters]", mine[8].includes("u"));
  document.title = (shown === "called" ? `${mine[4]} · ` : "") + title;
  if (shown === "called" && mine[5] > heardCall) ring();
  heardCall = Math.max(heardCall, mine[5]);
}

/* What a visit came to stands on its holder's own page and in nothing that all phones are told: it is asked for there. */
const outcome = document.querySelector("[data-outcome]");
let told = body.dataset.shown === "completed";
let asking = false;

function plain() {
  outcome.textContent = "";
  outcome.appendChild(make("h2", outcome.dataset.plain));
  told = false;
}

async function ask() {
  if (told || asking) return;
  asking = true;
  try {
    const asked = { headers: { Accept: "text/html" }, credentials: "same-origin", cache: "no-store" };
    const text = await (await fetch(location.href, asked)).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    if (page.body.dataset.shown === "completed" && body.dataset.shown === "completed") {
      outcome.innerHTML = page.querySelector("[data-outcome]").innerHTML;
      told = true;
    }
  } catch (_error) {
    /* asked again with the next view */
  }
  asking = false;
}

function onView(view) {
  const mine = view.tickets && view.tickets[body.dataset.number];
  if (mine) showTicket(mine, view);
  else if (OPEN.includes(body.dataset.shown) || body.dataset.shown === "next") location.reload();
}

/* -- the call ---------------------------------------------------------------------------- */

function ring() {
  window.scrollTo(0, 0);
  if (navigator.vibrate) navigator.vibrate([500, 200, 500, 200, 900]);
  if (!audio || sound.getAttribute("aria-pressed") !== "true") return;
  [0, 0.35, 0.7, 1.6, 1.95, 2.3].forEach((at, index) => {
    tone(index % 3 === 2 ? 1046 : 784, at);
  });
}

function tone(pitch, at) {
  const start = audio.currentTime + at;
  const note = audio.createOscillator();
  const loudness = audio.createGain();
  note.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.0001, start);
  loudness.gain.exponentialRampToValueAtTime(0.6, start + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.32);
  note.connect(loudness);
  loudness.connect(audio.destination);
  note.start(start);
  note.stop(start + 0.34);
}

/* Browsers let a page sound only after a tap, so the tap that asks for it also proves it. */
function toggle() {
  const on = sound.getAttribute("aria-pressed") !== "true";
  sound.setAttribute("aria-pressed", String(on));
  if (!on) return;
  audio = audio || new Audio();
  audio.resume();
  tone(784, 0);
  if (navigator.vibrate) navigator.vibrate(200);
  if (navigator.wakeLock)
    navigator.wakeLock.request("screen").catch(() => {
      /* the screen may sleep */
    });
}

if (Audio) {
  sound.hidden = false;
  sound.addEventListener("click", toggle);
}
Connection.start({
  io,
  onView,
  mayReload() {
    return !document.querySelector(".leave[open]");
  },
});
