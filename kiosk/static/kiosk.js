/* Wires the kiosk: touches and keys become steps of a visit, views of the hub become what is seen. The screens are turned in
   screen.js, a visit's way is in visit.js, its time in countdown.js, the fingers in touch.js, the connection in live.js. */
import { all, write } from "../../antrean/web/static/dom.js";
import * as connection from "../../antrean/web/static/live.js";
import { newId, send } from "../../antrean/web/static/reliable_post.js";
import * as ownName from "../../antrean/web/static/own_name.js";
import * as aids from "./aids.js";
import * as countdown from "./countdown.js";
import * as documents from "./documents.js";
import * as explore from "./explore.js";
import * as focus from "./focus.js";
import * as groups from "./groups.js";
import * as list from "./list.js";
import * as lost from "./lost.js";
import * as pages from "./pages.js";
import * as screen from "./screen.js";
import * as service from "./service.js";
import * as slip from "./slip.js";
import * as speech from "./speech.js";
import * as touch from "./touch.js";
import * as visit from "./visit.js";

const RELOAD_WITHIN = 40; /* seconds left on the start screen: nobody has touched it for a while */
const TOUCHED = ["start", "spare", "spared", "documents", "persons", "second", "lost", "code", "case"];
let live = null;
let cases = null; /* what looks cases up, in offices that follow them */

/* The visitor has gone: the next one finds the kiosk as it was. */
function leave() {
  aids.reset();
  groups.leave();
  pages.first();
  screen.speak(document.body.dataset.firstLanguage);
  visit.startOver();
}

function touched(event) {
  screen.guardHistory();
  if (TOUCHED.includes(screen.current())) countdown.begin(screen.current());
  else if (event.type === "keydown" || explore.isOn()) countdown.pressed();
}

/* Whoever asks for an aid has twice the time from that touch on, also when it is the last one for a while. */
function aided() {
  screen.arrange();
  if (!visit.busy()) countdown.begin(screen.current());
}

function pressed(event) {
  const key = event.target.closest("a, button");
  if (!key) return;
  if (cases ? cases.pressed(key, event) : key.matches("[data-look-up], [data-collects]")) return;
  if (
    key.matches(
      "a, .tile, [name=persons], [data-print-again] button, [data-print-list] button, [data-lost] button, .spare button",
    )
  )
    event.preventDefault();
  if (key.matches("[data-print-again] button")) slip.printAgain(key.form, live.refresh);
  else if (key.dataset.chooseLanguage) speak(key.dataset.chooseLanguage);
  else if (key.dataset.pageBy) pages.turn(key);
  else if (key.matches("[data-other]")) askForSecond();
  else if (key.matches("[data-only-one]")) askForOne();
  else if (key.dataset.openGroup) openGroup(key.dataset.openGroup);
  else if (key.matches("[data-leave-group]")) leaveGroup();
  else if (key.matches(".tile")) service.consider(key.dataset.service);
  else if (key.matches("[data-only-reason]")) service.spare();
  else if (key.matches("[data-other-reason]")) goOn();
  else if (key.matches("[data-have]")) service.take();
  else if (key.matches("[data-print-list] button")) list.print(key.form, service.askedFor());
  else if (key.matches("[data-more-papers]")) furtherDocuments();
  else if (key.matches("[data-papers-back], [data-spare-back]")) back();
  else if (key.matches("[data-done], [data-no-number]")) leave();
  else if (key.matches("[data-lost-slip]")) lost.open(key.href);
  else if (key.matches("[data-back]")) visit.startOver();
  else if (key.matches("[data-step-back]")) back();
  else if (key.matches("[data-give-up]")) visit.giveUp();
  else if (key.matches("[data-more-time]")) countdown.prolong();
  else if (key.name === "persons") visit.ask(key);
  else if (key.closest("[data-lost]")) lost.pressed(key);
}

/* A service may have stopped giving numbers while the visitor read that none is needed. */
function goOn() {
  service.goOn();
  visit.followService();
}

/* The next page of the documents is read as the first one was. */
function furtherDocuments() {
  documents.turn();
  screen.arrange();
  touch.rest();
  speech.turned();
}

function openGroup(code) {
  groups.enter(code);
  pages.enter();
  tilesTurned();
}

function leaveGroup() {
  groups.leave();
  pages.leave();
  tilesTurned();
}

/* Other tiles stand on the same screen: the question is read, and nothing is taken where the finger was. */
function tilesTurned() {
  screen.arrange();
  touch.rest();
  screen.heading().focus({ preventScroll: true });
  speech.turned();
}

function askForSecond() {
  groups.leave();
  pages.first();
  screen.show("second");
}

/* The second service is left out: whoever is on the question for how many already hears what it now asks for. */
function askForOne() {
  const turns = screen.current() === "second";
  service.askFor("");
  if (!turns) speech.turned();
}

/* A swipe or a tablet's key. */
function back() {
  if (["start", "second"].includes(screen.current()) && groups.current()) leaveGroup();
  else if (screen.current() === "second") askForOne();
  else if (screen.current() === "spared") service.stepBack();
  else if (screen.current() === "documents" && documents.back()) {
    screen.arrange();
    speech.turned();
  } else if (screen.current() === "documents" && service.stepBack()) return;
  else if (screen.current() !== "lost" || !lost.back()) visit.startOver();
}

function speak(language) {
  if (screen.current() === "result") slip.translate(language);
  else screen.speak(language);
}

function ticked(event) {
  if (event.target.closest(".priority")) visit.tick(event.target.checked);
}

function showClock(hubNow) {
  if (hubNow === null || !live) return;
  const text = live.clock(hubNow, false);
  for (const clock of all("[data-clock]")) write(clock, text);
}

function follow(view) {
  groups.follow();
  slip.follow(view);
  /* A kiosk without a printer promises no copy. */
  const prints = view.printing.some((one) => one === "" || one === document.body.dataset.device);
  document.body.dataset.prints = prints ? "yes" : "no";
  visit.followService();
  screen.arrange();
  speech.follow();
}

/* The start screen, which nobody has touched for a while. */
function unused() {
  return screen.current() === "start" && !groups.current() && !visit.busy() && countdown.left() < RELOAD_WITHIN;
}

/* Only offices that follow cases load what looks them up. */
async function followCases(script) {
  if (!script) return;
  const found = await import(script);
  found.start({
    all,
    newId,
    send,
    alsoForgets: visit.alsoForgets,
    arrange: screen.arrange,
    beginTime: countdown.begin,
    busy: visit.busy,
    current: screen.current,
    language: screen.language,
    nameIn: service.nameIn,
    sayNews: speech.news,
    sayPlainly: speech.plainly,
    sayScreen: speech.turned,
    show: screen.show,
    startOver: visit.startOver,
    stopTime: countdown.stop,
    wish: visit.wish,
  });
  cases = found;
}

function start() {
  document.addEventListener("click", pressed);
  document.addEventListener("change", ticked);
  document.addEventListener("pointerdown", touched, true);
  document.addEventListener("keydown", touched, true);
  explore.start(aided);
  touch.start();
  focus.start();
  speech.start();
  pages.start(service.offers);
  countdown.start(leave);
  screen.start(back);
  aids.start(aided);
  visit.start();
  service.start();
  live = connection.start({
    onView: follow,
    onState(state) {
      if (state === "live") visit.nudge();
      speech.follow();
    },
    onSecond: showClock,
    mayReload: unused,
  });
  ownName.follow(live, unused);
  followCases(document.body.dataset.cases);
  if (!visit.resume()) countdown.begin(screen.current());
}

start();
