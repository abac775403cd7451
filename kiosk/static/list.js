/* Words of a service on paper, without a number: its documents for whoever goes home to fetch them, or why a visit is not needed. */
import { all } from "../../antrean/web/static/dom.js";
import * as countdown from "./countdown.js";
import { newId, send } from "../../antrean/web/static/reliable_post.js";
import * as screen from "./screen.js";
import * as speech from "./speech.js";

let asking = false;
let wish = { of: "", id: "" }; /* the same list is one wish, however often the answer is lost */

function say(words) {
  for (const place of all("[data-list-refused]")) {
    place.hidden = !words;
    place.textContent = words;
  }
  screen.arrange();
}

export function forget() {
  wish = { of: "", id: "" };
  say("");
}

export async function print(form, service) {
  if (asking) return;
  const about = form.dataset.about || "documents";
  const from = screen.current();
  const of = `${about} ${service} ${screen.language()}`;
  if (wish.of !== of) wish = { of, id: newId() };
  asking = true;
  countdown.prolong();
  let answer = { body: {} };
  try {
    answer = await send(form.action, { service, about, language: screen.language(), request_id: wish.id });
  } catch (_error) {
    /* no answer: said below, and the key can be touched again */
  }
  asking = false;
  if (screen.current() !== from || wish.of !== of) return;
  if (answer.body.seq) {
    for (const part of all("[data-printed]")) part.hidden = part.dataset.printed !== about;
    return screen.show("listed");
  }
  wish = { of: "", id: "" };
  say(answer.body.error ? answer.body.error.message : form.dataset.awayWords);
  speech.news("[data-list-refused]");
}
