/* The page of the hub's clock: shows this device's own time, in the office's zone, and sends it with the form. */

const shown = document.querySelector("[data-device-clock]");
const form = document.querySelector("form[data-device-time]");
const offset = Number(document.body.dataset.utcOffset) * 60000;
const language = document.documentElement.lang;

function show() {
  const here = new Date(Date.now() + offset);
  const words = {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZone: "UTC",
  };
  try {
    shown.textContent = here.toLocaleString(language, words);
  } catch (_error) {
    shown.textContent = here.toUTCString();
  }
}

setInterval(show, 1000);
show();

/* Before admin.js collects the fields; the answer to its question may take a moment, so the time is taken then. */
function now() {
  form.elements.at.value = String(Date.now());
}
document.addEventListener(
  "submit",
  (event) => {
    if (event.target === form) now();
  },
  true,
);
document.querySelector("[data-confirm-dialog]").addEventListener("close", now, true);
