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
ask();
