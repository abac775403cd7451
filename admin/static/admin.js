/* Admin pages: forms become commands that are sent once, even when the answer is lost; what can't be undone is asked first.

   <form data-command action="…" method="post" data-confirm="words" data-yes="word" data-done="words">
   Fields go as JSON with a request_id. An answer {"next": "/path"} leads there. Attributes but data-command are optional. */

import * as Live from "../../antrean/web/static/live.js";
import { post as postUntilAnswered, send } from "../../antrean/web/static/reliable_post.js";

const ATTEMPTS = 5; // somebody looks at the page and can send the form again
const SAID_FOR = 8000;
const TIMEOUT = 20000; // a backup or a drawn slip takes its time
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

function fieldsOf(form, button) {
  const fields = {};
  Array.from(form.elements).forEach((field) => {
    if (!field.name || field.disabled || field.tagName === "BUTTON" || field.type === "file") return;
    if (field.type === "radio" && !field.checked) return;
    fields[field.name] = saidBy(field);
  });
  if (button && button.name) fields[button.name] = saidBy(button);
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

/* Asks before something is sent; `wanted` is called when the answer is yes. */
function ask(words, yes, wanted) {
  dialog.querySelector("[data-confirm-words]").textContent = words;
  dialog.querySelector("[data-confirm-yes]").textContent = yes;
  dialog.returnValue = "no";
  dialog.onclose = () => {
    if (dialog.returnValue === "yes") wanted();
  };
  dialog.showModal();
}

/* Resolves to {status, body}; rejects when the hub did not answer at all. */
export function post(url, fields) {
  return postUntilAnswered(
    { url, fields },
    {
      attempts: ATTEMPTS,
      send: (command) =>
        send(command.url, command.fields, {
          headers: { "Accept-Language": document.documentElement.lang },
          timeout: TIMEOUT,
        }),
    },
  );
}

async function submit(form, button, more = {}) {
  if (form.classList.contains("is-sending")) return;
  form.classList.add("is-sending");
  sending += 1;
  let answer = null;
  try {
    answer = await post(form.action, { ...fieldsOf(form, button), ...more });
  } catch (_error) {
    say(document.querySelector("[data-when=offline]").firstChild.textContent);
  }
  if (answer) answered(form, button, answer);
  sending -= 1;
  form.classList.remove("is-sending");
  live.refresh();
}

/* To another place of the same page, too: what changed has to be read again. */
function lead(path) {
  const here = location.pathname + location.search;
  location.assign(path);
  const to = new URL(path, location.href);
  if (to.pathname + to.search === here) location.reload();
}

function opened(field) {
  for (let part = field.closest("details"); part; part = part.parentNode.closest("details")) part.open = true;
}

/* Leads to the field that is wrong, also in a part that is closed. Returns the sentence, with the field's name as people
   read it in place of the one that programs know. */
function atField(form, error) {
  const field = error.field && form.elements[error.field];
  const label = field && field.labels && field.labels[0];
  if (!label) return error.message;
  opened(field);
  field.setAttribute("aria-invalid", "true");
  field.focus();
  return error.message.replace(error.field, label.textContent.trim());
}

function answered(form, button, { status, body }) {
  const error = body.error || {};
  if (error.code === "sign_in_required") location.href = document.body.dataset.signIn;
  if (error.code === "session_locked") location.reload(); /* the hub then leads to where it is opened */
  else if (error.code === "services_unserved")
    ask(error.message, dialog.dataset.anyway, () => submit(form, button, { anyway: true }));
  else if (status >= 400) say(atField(form, error) || String(status));
  else if (body.next) lead(body.next);
  else {
    form.classList.remove("is-changed");
    if (body.revision && form.elements.revision) form.elements.revision.value = body.revision;
    say(body.said || form.dataset.done || "", true);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-command]")) return;
  event.preventDefault();
  const button = event.submitter || form.querySelector("button:not([type=button])");
  if (!form.dataset.confirm) return submit(form, button);
  ask(form.dataset.confirm, form.dataset.yes || button.textContent.trim(), () => submit(form, button));
});

/* On a phone the sections stand in one row that is longer than the screen. */
document.querySelector(".admin-nav [aria-current]").scrollIntoView({ inline: "center", block: "nearest" });

const live = Live.start({
  onView(view) {
    document.dispatchEvent(new CustomEvent("admin:view", { detail: view }));
  },
  onSecond(hubNow) {
    document.dispatchEvent(new CustomEvent("admin:second", { detail: hubNow }));
  },
  mayReload() {
    return sending === 0 && said.hidden && !dialog.open && !document.querySelector("form.is-changed");
  },
});
/* A browser says what a required field lacks, but in a part that is closed it would find no place for it. */
document.addEventListener(
  "invalid",
  (event) => {
    opened(event.target);
  },
  true,
);
/* A form being filled in is not lost to a new build's reload. */
document.addEventListener("input", (event) => {
  event.target.removeAttribute("aria-invalid");
  if (event.target.form) event.target.form.classList.add("is-changed");
});
