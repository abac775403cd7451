/* The number on the screen, and what became of its slip. */
import * as countdown from "./countdown.js";
import { newId, send } from "../../antrean/web/static/reliable_post.js";
import * as screen from "./screen.js";
import * as speech from "./speech.js";

let slips = {};
let again = null;
let found = null; /* the number in every language, when its slip was lost */
let known = 0; /* seq of what the hub knew when it said of a slip that it is printed again */

function shown() {
  return document.querySelector("[data-result] [data-ticket]");
}

export function showResult(html) {
  found = null;
  document.querySelector("[data-result]").innerHTML = html;
  screen.show("result");
  tell();
}

/* A ticket that was found by number and code; `screens` by language. Views from before this `seq` tell of the slip that was lost. */
export function showFound(screens, seq) {
  [slips, again, known] = [{}, null, seq];
  showResult(screens[screen.language()]);
  found = screens;
}

/* The number in another language, as a whole: frame and number turn when the hub has said it, or not at all. */
export async function translate(language) {
  if (found) return turn(found[language], language);
  const number = shown().dataset.ticket;
  const tickets = document.querySelector("form[data-issue]").action;
  const headers = { Accept: "application/json", "Antrean-Draw": "result" };
  let html = "";
  try {
    const response = await fetch(`${tickets}/${number}?language=${language}`, { credentials: "same-origin", headers });
    html = (await response.json()).html.result;
  } catch (_error) {
    return; /* the foot says that the hub is away; the key can be touched again */
  }
  if (!shown() || shown().dataset.ticket !== number) return;
  turn(html, language);
}

function turn(html, language) {
  document.querySelector("[data-result]").innerHTML = html;
  screen.speak(language);
  tell();
}

export function forget() {
  found = null;
  document.querySelector("[data-result]").innerHTML = "";
}

export function follow(view) {
  if (view.seq < known) return;
  slips = view.slips || {};
  again = view.again || [];
  tell();
}

function tell() {
  const result = shown();
  if (!result) return;
  const { slip: before, again: offered } = result.dataset;
  /* of a number that was found and gets no copy, views go on to tell of the slip that was lost */
  if (!found || before !== "none") result.dataset.slip = slips[result.dataset.ticket] || before;
  if (again) result.dataset.again = again.indexOf(result.dataset.ticket) < 0 ? "no" : "yes";
  if (result.dataset.slip !== before || result.dataset.again !== offered) screen.arrange();
  if (result.dataset.slip !== before) speech.news(".slip > p");
  if (result.dataset.slip !== "printed" && result.dataset.slip !== "printing") allowPhoto(result);
}

/* Once: news of other numbers must not keep this one on the screen for ever. */
function allowPhoto(result) {
  if ("photo" in result.dataset) return;
  result.dataset.photo = "";
  countdown.allowPhoto();
}

/* A copy is asked for once: the news that it is under way takes the key away. */
export async function printAgain(form, refresh) {
  const key = form.querySelector("button");
  key.disabled = true;
  countdown.prolong();
  try {
    await send(form.action, { request_id: newId() });
  } catch (_error) {
    /* the key can be touched again */
  }
  key.disabled = false;
  refresh();
}
