/* The counter at which somebody sat last on this device comes first where counters are chosen: a tablet stays where it is.
   Each office has counters of its own, so a tablet of several offices remembers one for each. */
import { memoryIn } from "../../antrean/web/static/memory.js";

const kept = memoryIn("localStorage", `panel.counter.${document.body.dataset.office}`);

/* `counter` is where the operator sits now, if anywhere. */
export function follow(counter) {
  if (counter) kept.write(counter);
  else propose();
}

export function propose() {
  const key = document.getElementById(`sit-${kept.read()}`);
  if (!key) return;
  const place = key.closest("li");
  if (place.previousElementSibling) place.parentNode.prepend(place);
  if (key.querySelector("[data-usual]")) return;
  const words = document.createElement("span");
  words.className = "lobby-usual";
  words.dataset.usual = "";
  words.textContent = place.parentNode.dataset.usualWords;
  key.querySelector("strong").after(words);
}
