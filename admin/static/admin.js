/* Admin pages: forms become commands that are sent once, even when the answer is lost; what can't be undone is asked first.

   <form data-command action="…" method="post" data-confirm="words" data-yes="word" data-done="words">
   Fields go as JSON with a request_id. An answer {"next": "/path"} leads there. Attributes but data-command are optional. */

import * as Live from "../../antrean/web/static/live.js";

const RETRIES = 4;
const SAID_FOR = 8000;
const TIMEOUT = 20000;
const said = document.querySelector("[data-said]");
const dialog = document.querySelector("[data-confirm-dialog]");
let saidTimer = null;
let sending = 0;

export function say(words, good) {
  clearTimeout(saidTimer);
  said.textContent = words;
  said.hidden = !words;
  said.classList.toggle("good", Boolean(good));
  if (words)
    saidTimer = setTimeout(() => {
      say("");
    }, SAID_FOR);
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.prototype.map.call(bytes, (byte) => (byte < 16 ? "0" : "") + byte.toString(16)).join("");
}

function fieldsOf(form, button) {
  const fields = { request_id: newId() };
  Array.from(form.elements).forEach((field) => {
    if (!field.name || field.disabled || field.tagName === "BUTTON" || field.type === "file") return;
    if (field.type === "radio" && !field.checked) return;
    fields[field.name] = saidBy(field);
  });
  if (button && button.name) fields[button.name] = button.value;
  return fields;
}

/* What a field says, with the type that the hub reads: a tick is true or false, a figure is a number; an empty figure
   is left out, as JSON leaves out what is undefined. */
export function saidBy(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.type !== "number" && !("number" in field.dataset)) return field.value;
  if (!field.value.trim()) return undefined;
  return Number.isNaN(Number(field.value)) ? field.value : Number(field.value);
}

function attempt(url, fields, tries) {
  const stop = new AbortController();
  const timer = setTimeout(() => {
    stop.abort();
  }, TIMEOUT);
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
    },
    body: JSON.stringify(fields),
    signal: stop.signal,
  }).then(
    (answer) => {
      clearTimeout(timer);
      if ((answer.status === 429 || answer.status > 500) && tries > 0) return again(url, fields, tries);
      return answer.text().then((text) => {
        let read = {};
        try {
          read = text ? JSON.parse(text) : {};
        } catch (_error) {
          /* no JSON: the status says it all */
        }
        return { status: answer.status, body: read };
      });
    },
    (error) => {
      clearTimeout(timer);
      if (tries > 0) return again(url, fields, tries);
      throw error;
    },
  );
}

export function post(url, fields) {
  return attempt(url, fields, RETRIES);
}

function again(url, fields, tries) {
  return new Promise((resolve) => {
    setTimeout(resolve, 700 + Math.random() * 800);
  }).then(() => attempt(url, fields, tries - 1));
}

function send(form, button) {
  if (form.classList.contains("is-sending")) return;
  form.classList.add("is-sending");
  sending += 1;
  post(form.action, fieldsOf(form, button))
    .then(
      (answer) => {
        const error = answer.body.error || {};
        if (error.code === "sign_in_required") location.href = document.body.dataset.signIn;
        else if (answer.status >= 400) say(error.message || String(answer.status));
        else if (answer.body.next) location.href = answer.body.next;
        else {
          form.classList.remove("is-changed");
          say(answer.body.said || form.dataset.done || "", true);
        }
      },
      () => {
        say(document.querySelector("[data-when=offline]").firstChild.textContent);
      },
    )
    .then(() => {
      sending -= 1;
      form.classList.remove("is-sending");
      if (live) live.refresh();
    });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-command]")) return;
  event.preventDefault();
  const button = event.submitter || form.querySelector("button:not([type=button])");
  if (!form.dataset.confirm) return send(form, button);
  dialog.querySelector("[data-confirm-words]").textContent = form.dataset.confirm;
  dialog.querySelector("[data-confirm-yes]").textContent = form.dataset.yes || button.textContent.trim();
  dialog.returnValue = "no";
  dialog.onclose = () => {
    if (dialog.returnValue === "yes") send(form, button);
  };
  dialog.showModal();
});

/* On a phone the sections stand in one row that is longer than the screen. */
document.querySelector(".admin-nav [aria-current]").scrollIntoView({ inline: "center", block: "nearest" });

const live = Live.start({
  onView(view) {
    document.dispatchEvent(new CustomEvent("admin:view", { detail: view }));
  },
  mayReload() {
    return sending === 0 && said.hidden && !dialog.open && !document.querySelector("form.is-changed");
  },
});
/* A form being filled in is not lost to a new build's reload. */
document.addEventListener("input", (event) => {
  if (event.target.form) event.target.form.classList.add("is-changed");
});
