/* Lists of codes: one a line, typed, pasted or written by a reader, which ends each with Enter. What the hub could not do stays in the
   box with its reason below; what is in a box is kept over a reload.

   <form data-codes action="…"> with a textarea named codes, [data-codes-count] and [data-codes-left]. */

import { post, say } from "../../static/admin.js";

const offline = document.querySelector("[data-when=offline]");

function linesOf(box) {
  return box.value.split(/[\r\n\t,;]+/).filter((line) => line.trim());
}

function keep(name, text) {
  try {
    if (text.trim()) sessionStorage.setItem(name, text);
    else sessionStorage.removeItem(name);
  } catch (_error) {
    /* a browser that keeps nothing: the box has it as long as the page is there */
  }
}

function kept(name) {
  try {
    return sessionStorage.getItem(name) || "";
  } catch (_error) {
    return "";
  }
}

function withCodes(form) {
  const box = form.elements.codes;
  const count = form.querySelector("[data-codes-count]");
  const left = form.querySelector("[data-codes-left]");
  const name = `codes:${location.pathname}:${box.id}`;
  let sending = false;

  function changed() {
    const lines = linesOf(box).length;
    count.textContent = lines ? String(lines) : "";
    form.classList.toggle("is-changed", lines > 0); /* a new build's reload waits */
    keep(name, box.value);
  }

  function show(reasons) {
    left.textContent = "";
    reasons.forEach(({ typed, why }) => {
      const line = document.createElement("li");
      const code = document.createElement("b");
      code.textContent = typed;
      line.append(code, ` ${why}`);
      left.append(line);
    });
  }

  async function submit() {
    if (sending) return;
    sending = true;
    form.classList.add("is-sending");
    const fields = { codes: box.value, wish: form.elements.wish.value };
    if (form.elements.since) fields.since = form.elements.since.value;
    const sent = box.value;
    try {
      const { status, body } = await post(form.action, fields);
      if (status >= 400) say(body.error ? body.error.message : String(status));
      else {
        /* What was scanned meanwhile stays, too. */
        const more = box.value.startsWith(sent) ? box.value.slice(sent.length) : "";
        box.value = [...body.left.map((one) => one.typed), ...linesOf({ value: more })]
          .map((line) => `${line}\n`)
          .join("");
        show(body.left);
        say(body.said, body.left.length === 0);
      }
    } catch (_error) {
      say(offline.firstChild.textContent);
    }
    sending = false;
    form.classList.remove("is-sending");
    changed();
    box.focus();
  }

  box.value = kept(name);
  box.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  changed();
}

document.querySelectorAll("form[data-codes]").forEach(withCodes);
