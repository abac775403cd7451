/* The service that a visitor chose: named above the second question, its limit of persons, and whether it still gives numbers. */
import { all } from "../../antrean/web/static/dom.js";
import * as screen from "./screen.js";

let chosen = "";

export function code() {
  return chosen;
}

/* A page loaded at the second question has its service in the form. */
export function start() {
  if (screen.current() === "persons") chosen = document.querySelector("form[data-issue]").elements.service.value;
}

export function forget() {
  chosen = "";
}

function tileOf(service, lang) {
  return document.querySelector(`[data-of="start"] [lang="${lang}"] .tile[data-service="${service}"]`);
}

/* Asks for how many persons, in every language, so that the language can still be changed. Returns false when there is no
   such service. */
export function choose(service) {
  if (!tileOf(service, screen.language())) return false;
  chosen = service;
  for (const part of all('[data-of="start"] .in-language')) {
    const tile = part.querySelector(`.tile[data-service="${service}"]`);
    const head = document.querySelector(`[data-of="persons"] [lang="${part.lang}"] [data-chosen]`);
    if (!tile || !head) continue;
    head.className = tile.className.replace("tile", "chosen");
    head.querySelector(".badge").textContent = tile.querySelector(".tile-stub b").textContent;
    head.querySelector("strong").textContent = tile.querySelector(".tile-name strong").textContent;
  }
  limitByTile(false);
  screen.show("persons");
  return true;
}

/* Only `left` persons can be chosen. The hub said so, in the visitor's language; the tiles say it in the others. */
export function limitTo(left, message) {
  limit(left, (part) => (part.lang === screen.language() ? message : leftWords(part.lang)));
}

/* Only so many persons can be chosen, null for as many as there are keys; `words` says so in the language of a part. */
function limit(left, words) {
  for (const part of all('[data-of="persons"] .in-language')) {
    const place = part.querySelector("[data-limit]");
    place.hidden = left === null;
    place.querySelector("[data-limit-words]").textContent = left === null ? "" : words(part);
    for (const key of all('[name="persons"]', part)) key.disabled = left !== null && Number(key.value) > left;
  }
}

function leftWords(lang) {
  const tile = tileOf(chosen, lang);
  return (tile && tile.dataset.leftWords) || "";
}

/* What the newest view says of the chosen service. It only tightens while somebody is at the keys: none is swapped under
   a finger. */
function limitByTile(tightens) {
  const tile = chosen && tileOf(chosen, screen.language());
  if (!tile) return;
  const left = tile.dataset.left === undefined ? null : Number(tile.dataset.left);
  if (tightens && left === null) return;
  limit(left, (part) => leftWords(part.lang));
}

/* Reads the newest view at the second question. Returns "" while the service gives numbers, "gone" when the office has it
   no more, and otherwise why it gives none, by language. */
export function follow() {
  const tile = tileOf(chosen, screen.language());
  if (!tile) return "gone";
  if (!tile.disabled) {
    limitByTile(true);
    return "";
  }
  const messages = {};
  for (const one of all(`.tile[data-service="${chosen}"]`)) {
    messages[one.closest(".in-language").lang] = one.dataset.refusedWords;
  }
  return messages;
}
