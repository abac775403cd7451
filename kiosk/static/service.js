/* The services that a visitor chose, one or two: named above the second question, their limit of persons, and whether they
   still give numbers. */
import { all } from "../../antrean/web/static/dom.js";
import * as documents from "./documents.js";
import * as screen from "./screen.js";

let chosen = "";
let second = ""; /* of the same visit, for the same number; "" for most */
let asked = ""; /* the one whose documents are shown now */

const SECOND = "then"; /* what a wish for a number calls it */

/* What a wish for a number says of them. */
export function wanted() {
  return second ? { service: chosen, [SECOND]: second } : { service: chosen };
}

/* A page loaded at the second question has its service in the form. */
export function start() {
  if (!["documents", "persons"].includes(screen.current())) return;
  chosen = document.querySelector("form[data-issue]").elements.service.value;
  if (screen.current() === "documents") asked = chosen;
  nameBoth();
}

export function forget() {
  chosen = "";
  second = "";
  asked = "";
}

/* A touch on a tile: one that asks for documents shows them first. */
export function consider(service) {
  asked = service;
  if (screen.current() !== "second") chosen = service;
  if (!documents.asksFor(service, screen.language())) return take();
  for (const part of all('[data-of="documents"] .in-language'))
    nameIn(part.querySelector("[data-asked]"), service, part);
  documents.show(service);
  screen.show("documents");
}

/* The visitor has the documents, or needs none. */
export function take() {
  const service = asked;
  asked = "";
  askFor(service === chosen ? "" : service);
}

/* Back from the documents: of the second service to the question before. Returns false where there is none. */
export function stepBack() {
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

/* Whether a tile is shown: each service at first; where a second one is asked for, those that can be chosen and the way back. */
export function offers(tile) {
  const back = tile.matches("[data-only-one]");
  return screen.current() === "second" ? back || (!tile.disabled && tile.dataset.service !== chosen) : !back;
}

function hasOther() {
  const tiles = all(`[data-of="start"] [lang="${screen.language()}"] .tile[data-service]:not(:disabled)`);
  return tiles.some((tile) => tile.dataset.service !== chosen);
}

function nameBoth() {
  for (const part of all('[data-of="persons"] .in-language')) {
    const tile = tileOf(chosen, part.lang);
    const head = part.querySelector("[data-chosen]");
    nameIn(head, chosen, part);
    if (tile && second) {
      head.querySelector("strong").textContent = head.dataset.both
        .replace("{service}", nameOf(chosen, part.lang))
        .replace("{then}", nameOf(second, part.lang));
    }
    if (tile) offerPriority(part, !("noPriority" in tile.dataset));
    part.querySelector("[data-one-number]").hidden = !second;
    part.querySelector("[data-only-one]").hidden = !second;
    part.querySelector("[data-other]").hidden = Boolean(second) || !hasOther();
  }
}

function nameIn(head, service, part) {
  const tile = tileOf(service, part.lang);
  if (!tile) return;
  head.className = tile.className.replace("tile", "chosen");
  head.querySelector(".badge").textContent = tile.querySelector(".tile-stub b").textContent;
  head.querySelector("strong").textContent = nameOf(service, part.lang);
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
    const alone = part.querySelector("[data-limit]").dataset.alone.replace("{service}", nameOf(chosen, part.lang));
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
