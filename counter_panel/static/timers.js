/* Running times by the hub's clock. Pure text first; `show` writes it into the page once a second and after each redraw.

   data-since: counts up, 4:07 or 1:04:07. data-minutes: whole minutes. data-from / data-until: shown only after, or only
   before, a display had data-patience (milliseconds, else PATIENCE) to say what became of the call. */

import { all, write } from "../../antrean/web/static/dom.js";

export const PATIENCE = 6000;

export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

export function minutes(ms) {
  return String(Math.max(0, Math.floor(ms / 60000)));
}

function two(number) {
  return (number < 10 ? "0" : "") + number;
}

/* `unsure`: the hub is not heard, so a display may have told it what is not known here. */
export function show(page, hubNow, unsure) {
  if (hubNow === null) return;
  for (const place of all("[data-since]", page)) {
    write(place, clock(hubNow - Number(place.dataset.since)));
  }
  for (const place of all("[data-minutes]", page)) {
    write(place, minutes(hubNow - Number(place.dataset.minutes)));
  }
  if (unsure) return;
  for (const place of all("[data-from]", page)) {
    place.hidden = hubNow - Number(place.dataset.from) < patience(place);
  }
  for (const place of all("[data-until]", page)) {
    place.hidden = hubNow - Number(place.dataset.until) >= patience(place);
  }
}

function patience(place) {
  return Number(place.dataset.patience) || PATIENCE;
}
