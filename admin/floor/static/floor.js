/* Counts minutes on by the hub's clock, without a message a second, and says what takes longer than usual. It imports nothing:
   a part that it shared with admin.js would be one more file for every page.

   data-minutes: since when, in whole minutes. data-long and data-very: from when on the words .floor-long and .floor-very show. */

let hubNow = Number(document.body.dataset.at);

export function minutes(ms) {
  return String(Math.max(0, Math.floor(ms / 60000)));
}

export function pace(now, long, very) {
  if (now >= very) return "very";
  return now >= long ? "long" : "";
}

function count() {
  for (const place of document.querySelectorAll("[data-minutes]")) {
    const text = minutes(hubNow - Number(place.dataset.minutes));
    if (place.textContent !== text) place.textContent = text;
  }
  for (const counter of document.querySelectorAll("[data-long]")) {
    const found = pace(hubNow, Number(counter.dataset.long), Number(counter.dataset.very));
    counter.dataset.pace = found;
    counter.querySelector(".floor-long").hidden = found !== "long";
    counter.querySelector(".floor-very").hidden = found !== "very";
  }
}

document.addEventListener("admin:second", (event) => {
  if (event.detail !== null) hubNow = event.detail;
  count();
});
document.addEventListener("admin:view", count);
count();
