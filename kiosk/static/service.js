/* The services that a visitor chose, one or two: named above the second question, their limit of persons, and whether they
   still give numbers. */
import { all } from "../../antrean/web/static/dom.js";
import * as documents from "./documents.js";
import * as groups from "./groups.js";
import * as screen from "./screen.js";
import * as spared from "./spared.js";

let chosen = "";
let second = ""; /* of the same visit, for the same number; "" for most */
let asked = ""; /* the one of which something is asked before the number of persons */

const SECOND = "then"; /* what a wish for a number calls it */

/* What a wish for a number says of them. */
export function wanted() {
  return second ? { service: chosen, [SECOND]: second } : { service: chosen };
}

/* A page loaded at the second question has its service in the form. */
export function start() {
  if (!["spare", "spared", "documents", "persons"].includes(screen.current())) return;
  chosen = document.querySelector("form[data-issue]").elements.service.value;
  if (screen.current() !== "persons") asked = chosen;
  if (screen.current() === "spared") spared.tell(chosen);
  nameBoth();
}

export function forget() {
  chosen = "";
  second = "";
  asked = "";
}

/* A touch on a tile: some services first ask if the visit is needed. Whoever is there for another one needs it anyway. */
export function consider(service) {
  asked = service;
  if (screen.current() === "second") return askForDocuments();
  chosen = service;
  if (!spared.asksFor(service, screen.language())) return askForDocuments();
  for (const part of all('[data-of="spare"] .in-language')) nameIn(part.querySelector("[data-asked]"), service, part);
  spared.fill(service);
  screen.show("spare");
}

/* The visitor came for nothing else: why that needs no visit. */
export function spare() {
  spared.tell(asked);
  screen.show("spared");
}

/* Goes on to the number, whatever the visitor was told. */
export function goOn() {
  spared.takeBack();
  askForDocuments();
}

/* One that asks for documents shows them first. */
function askForDocuments() {
  const service = asked;
  if (!documents.asksFor(service, screen.language())) return take();
  for (const part of all('[data-of="documents"] .in-language'))
    nameIn(part.querySelector("[data-asked]"), service, part);
  documents.show(service);
  screen.show("documents");
}

/* The service whose documents are shown now. */
export function askedFor() {
  return asked;
}

/* The visitor has the documents, or needs none. */
export function take() {
  const service = asked;
  asked = "";
  askFor(service === chosen ? "" : service);
}

/* Back from why no visit is needed to the question, or from the documents of the second service to the number of persons.
   Returns false where nothing was asked before. */
export function stepBack() {
  if (screen.current() === "spared") {
    spared.takeBack();
    screen.show("spare");
    return true;
  }
  if (!asked || asked === chosen) return false;
  asked = "";
  askFor("");
  return true;
}

function tileOf(service, lang) {
  return document.querySelector(`[data-of="start"] [lang="${lang}"] .tile[data-service="${service}"]`);
}

function nameOf(service, lang) {
  const tile = tileOf(service, lang);
  return tile ? tile.querySelector(".tile-name strong").textContent : "";
}

/* The same as the hub drew it: with the direction of its script, and with words that no line breaks. */
function drawnName(service, lang) {
  const tile = tileOf(service, lang);
  return tile ? tile.querySelector(".tile-name strong").innerHTML : "";
}

/* Asks for how many persons, in every language, so that the language can still be changed. Returns false when there is no
   such service. */
export function choose(service) {
  if (!tileOf(service, screen.language())) return false;
  chosen = service;
  askFor("");
  return true;
}

/* The same question for two services, "" for one after all. */
export function askFor(service) {
  second = service;
  nameBoth();
  limitByTile(false);
  screen.show("persons");
}

/* What is ready is collected with a number of its own. */
function canBeSecond(tile) {
  return !tile.disabled && tile.dataset.service !== chosen && !("collects" in tile.dataset);
}

/* Whether a tile is shown: groups and each service without one at first, in a group its services and the way back. Where a
   second service is asked for, those that can be chosen, the groups that have one, and the way back. */
export function offers(tile) {
  const second = screen.current() === "second";
  if (tile.matches("[data-leave-group]")) return groups.current() !== "";
  if (tile.dataset.service) return groups.shows(tile) && (!second || canBeSecond(tile));
  if (groups.current()) return false;
  return tile.dataset.openGroup ? !second || groups.behind(tile).some(canBeSecond) : second;
}

function hasOther() {
  const tiles = all(`[data-of="start"] [lang="${screen.language()}"] .tile[data-service]:not(:disabled)`);
  return tiles.some(canBeSecond);
}

function nameBoth() {
  for (const part of all('[data-of="persons"] .in-language')) {
    const tile = tileOf(chosen, part.lang);
    const head = part.querySelector("[data-chosen]");
    nameIn(head, chosen, part);
    if (tile && second) {
      const name = (_, which) => drawnName(which === "then" ? second : chosen, part.lang);
      head.querySelector("strong").innerHTML = head.dataset.both.replace(/\{(service|then)\}/g, name);
    }
    if (tile) offerPriority(part, !("noPriority" in tile.dataset));
    warn(part);
    part.querySelector("[data-one-number]").hidden = !second;
    part.querySelector("[data-only-one]").hidden = !second;
    part.querySelector("[data-other]").hidden = Boolean(second) || !hasOther();
  }
}

/* What the visitor has to know before the number is taken. It is said when the question turns up, and not changed under a
   finger: the result says it as it is then. */
function warn(part) {
  const tiles = [chosen, second].map((service) => tileOf(service, part.lang)).filter(Boolean);
  const warned = tiles.filter((tile) => tile.dataset.warn);
  const alike = warned.length === tiles.length && new Set(warned.map((tile) => tile.dataset.warn)).size === 1;
  const said = alike
    ? [warned[0].dataset.warn]
    : warned.map((tile) => `${nameOf(tile.dataset.service, part.lang)}: ${tile.dataset.warn}`);
  const place = part.querySelector("[data-warn]");
  place.hidden = !said.length;
  place.lastChild.textContent = said.join(" ");
}

export function nameIn(head, service, part) {
  const tile = tileOf(service, part.lang);
  if (!tile) return;
  head.className = tile.className.replace("tile", "chosen");
  head.querySelector(".badge").textContent = tile.querySelector(".tile-stub b").textContent;
  head.querySelector("strong").innerHTML = drawnName(service, part.lang);
}

function offerPriority(part, offered) {
  const box = part.querySelector(".priority");
  box.hidden = !offered;
  if (!offered) {
    box.querySelector("input").checked = false;
    box.classList.remove("is-checked");
  }
}

/* The second one is not given: why, by language, and that the number is for the first alone. Nothing else is lost. */
function lose(words) {
  second = "";
  nameBoth();
  limitByTile(false);
  for (const part of all('[data-of="persons"] .in-language')) {
    const alone = part
      .querySelector("[data-limit]")
      .dataset.alone.replace("{service}", () => nameOf(chosen, part.lang));
    tell(part, `${words(part.lang)} ${alone}`);
  }
  screen.arrange();
}

/* The hub refused it, in the visitor's language. */
export function loseSecond(message) {
  lose((lang) => (lang === screen.language() ? message : ""));
}

function tell(part, words) {
  const place = part.querySelector("[data-limit]");
  place.hidden = !words;
  place.querySelector("[data-limit-words]").textContent = words;
}

/* Only `left` persons can be chosen. The hub said so, in the visitor's language; the tiles say it in the others. */
export function limitTo(left, message) {
  limit(left, (lang) => (lang === screen.language() ? message : leftWords(lang)));
}

/* Only so many persons can be chosen, null for as many as there are keys; `words` says so in a language. */
function limit(left, words) {
  for (const part of all('[data-of="persons"] .in-language')) {
    tell(part, left === null ? "" : words(part.lang));
    for (const key of all('[name="persons"]', part)) key.disabled = left !== null && Number(key.value) > left;
  }
  screen.arrange();
}

/* The tile of the service that takes fewest, of those that say so. */
function scarcest(lang) {
  const tiles = [chosen, second].map((service) => service && tileOf(service, lang));
  return tiles
    .filter((tile) => tile && tile.dataset.left)
    .sort((one, other) => one.dataset.left - other.dataset.left)[0];
}

function leftWords(lang) {
  const tile = scarcest(lang);
  if (!tile) return "";
  return second ? `${nameOf(tile.dataset.service, lang)}: ${tile.dataset.leftWords}` : tile.dataset.leftWords;
}

/* What the newest view says of the chosen services. It only tightens while somebody is at the keys: none is swapped under
   a finger. */
function limitByTile(tightens) {
  const tile = scarcest(screen.language());
  if (tile || !tightens) limit(tile ? Number(tile.dataset.left) : null, leftWords);
}

/* Reads the newest view once a service was chosen. Returns "" while it gives numbers, "gone" when the office has it no
   more, and otherwise why it gives none, by language. A second one that gives none is lost alone: onLost() says so. */
export function follow(onLost) {
  const tile = tileOf(chosen, screen.language());
  if (!tile) return "gone";
  if (tile.disabled) return refusals(chosen);
  if (screen.current() === "spare") return followSpare();
  if (screen.current() === "documents") return followDocuments(onLost);
  if (screen.current() === "second" && !hasOther()) askFor("");
  const other = second && tileOf(second, screen.language());
  if (second && (!other || other.disabled)) {
    const messages = refusals(second);
    lose((lang) => messages[lang] || "");
    onLost();
  } else limitByTile(true);
  return "";
}

/* What is asked is what the office asks now. */
function followSpare() {
  if (spared.asksFor(asked, screen.language())) spared.fill(asked);
  else goOn();
  return "";
}

/* Documents are those that the office asks for now; a second service that gives no number any more is left out. */
function followDocuments(onLost) {
  const tile = tileOf(asked, screen.language());
  if (tile && !tile.disabled) {
    if (documents.asksFor(asked, screen.language())) documents.fill(asked);
    else take();
    return "";
  }
  const messages = tile ? refusals(asked) : {};
  stepBack();
  lose((lang) => messages[lang] || "");
  onLost();
  return "";
}

function refusals(service) {
  const messages = {};
  for (const one of all(`.tile[data-service="${service}"]`)) {
    messages[one.closest(".in-language").lang] = one.dataset.refusedWords;
  }
  return messages;
}
