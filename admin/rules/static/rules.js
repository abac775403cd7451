/* What the rule under the finger would change, before it is saved: asked of the hub whenever the choice has rested. */

const RESTED = 500;
const form = document.querySelector("[data-waits]");
const place = document.querySelector("[data-outlook]");
let asked = 0;
let timer = null;

async function ask() {
  asked += 1;
  const mine = asked;
  const fields = ["discipline", "credit_minutes", "interleave"].map((name) => [name, form.elements[name].value]);
  place.classList.add("is-old");
  try {
    const answer = await fetch(`${form.dataset.waits}?${new URLSearchParams(fields)}`, {
      headers: { Accept: "application/json" },
    });
    const told = await answer.json();
    if (mine !== asked) return;
    if (answer.ok) place.innerHTML = told.html;
    else place.textContent = told.error.message;
  } catch (_error) {
    return; /* the page says that there is no connection; the next change asks again */
  }
  place.classList.remove("is-old");
}

form.addEventListener("input", (event) => {
  if (!["discipline", "credit_minutes", "interleave"].includes(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(ask, RESTED);
});

/* What priority should be worth: worked out of past days when asked for, some of it with each request. It changes nothing
   but the form, and that only by the button. */
const credit = document.querySelector("[data-credit]");
const known = credit.querySelector("[data-known]");
const said = credit.querySelector("[data-said-credit]");
let working = false;

async function fragment(query) {
  const answer = await fetch(`${credit.dataset.credit}${query}`, { headers: { Accept: "application/json" } });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error.message);
  return told;
}

async function workOut(button) {
  if (working) return;
  working = true;
  button.setAttribute("aria-disabled", "true");
  said.textContent = button.dataset.working;
  try {
    let told = await fragment("?work=yes");
    while (told.more) {
      said.textContent = told.said;
      told = await fragment("?work=yes");
    }
    known.innerHTML = told.html;
    said.textContent = told.said;
    document.getElementById("credit-title").focus();
  } catch (error) {
    button.removeAttribute("aria-disabled");
    said.textContent =
      error instanceof TypeError ? "" : error.message; /* without a connection the page says so itself */
  }
  working = false;
}

function use(button) {
  const field = form.elements.credit_minutes;
  field.value = button.dataset.use;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  said.textContent = button.dataset.used;
  field.focus();
}

credit.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("work" in button.dataset) workOut(button);
  if ("use" in button.dataset) use(button);
});

/* Once something is saved, what is set is another thing: the hub has said the new revision. */
new MutationObserver(async () => {
  ask();
  if (working) return;
  const words = said.textContent;
  try {
    const told = await fragment("");
    if (!working) known.innerHTML = told.html;
    if (said.textContent === words) said.textContent = "";
  } catch (_error) {
    return; /* what stands there is of before; the page says that there is no connection */
  }
}).observe(form.elements.revision, { attributes: true, attributeFilter: ["value"] });

ask();
