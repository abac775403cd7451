/* The stages of a journey as rows of one form: moved, added and taken away here, and saved together. */

const form = document.querySelector("[data-journey]");
const list = form.querySelector("[data-stages]");
const blank = document.querySelector("[data-blank]");
const add = form.querySelector("[data-add]");
const rows = () => Array.from(list.children);

/* What the row is for in this order, and what it says of its own fields. */
function draw() {
  const all = rows();
  all.forEach((row, place) => {
    const roles = [];
    if (place === 0) roles.push(list.dataset.first);
    if (place === all.length - 2) roles.push(list.dataset.ready);
    if (place === all.length - 1) roles.push(list.dataset.last);
    row.querySelector("[data-place]").textContent = place + 1;
    row.querySelector("[data-role]").textContent = roles.join(", ");
    row.classList.toggle("is-first", place === 0);
    row.classList.toggle("is-late", place >= all.length - 2);
    row.querySelector("[data-do=up]").disabled = place === 0;
    row.querySelector("[data-do=down]").disabled = place === all.length - 1;
    row.querySelector("[data-do=remove]").disabled = all.length <= 2;
    say(row);
  });
  add.disabled = all.length >= Number(list.dataset.most);
  form.querySelector("[data-order]").value = all.map((row) => row.dataset.stage).join(" ");
}

function say(row) {
  const of = (part) => form.elements[`stage_${row.dataset.stage}_${part}`];
  const name = row.querySelector("input[required]").value.trim();
  if (name) row.querySelector("[data-name]").textContent = name;
  row.querySelectorAll("[data-fact]").forEach((fact) => {
    const field = of(fact.dataset.fact);
    if (field.type === "checkbox") fact.hidden = field.checked;
    else if (field.tagName === "SELECT") fact.hidden = field.selectedIndex === 0;
    else {
      const hides = fact.dataset.fact === "capacity" ? "is-first" : "is-late";
      fact.hidden = !field.value.trim() || row.classList.contains(hides);
      fact.querySelector("b").textContent = field.value;
    }
  });
}

function changed() {
  form.classList.add("is-changed");
  draw();
}

/* A row keeps its number wherever it goes; a new one gets a number that none has. */
function added() {
  const taken = rows().map((row) => row.dataset.stage);
  const key = Array.from({ length: Number(list.dataset.most) }, (_none, n) => String(n + 1)).find(
    (one) => !taken.includes(one),
  );
  const made = document.createElement("ol");
  made.innerHTML = blank.innerHTML.replace(/stage_0/g, `stage_${key}`);
  const row = made.firstElementChild;
  row.dataset.stage = key;
  list.insertBefore(row, list.children[Math.max(rows().length - 2, 0)]);
  changed();
  row.querySelector("details").open = true;
  row.querySelector("input[required]").focus();
}

add.addEventListener("click", added);
list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  const row = button.closest("[data-stage]");
  if (button.dataset.do === "up") list.insertBefore(row, row.previousElementSibling);
  if (button.dataset.do === "down") list.insertBefore(row.nextElementSibling, row);
  if (button.dataset.do === "remove") {
    (row.nextElementSibling || row.previousElementSibling).querySelector("summary").focus();
    row.remove();
  }
  changed();
  if (row.parentNode) {
    (button.disabled ? row.querySelector("[data-do]:not([disabled])") : button).focus();
    row.scrollIntoView({ block: "nearest" });
  }
});
list.addEventListener("input", (event) => say(event.target.closest("[data-stage]")));
list.addEventListener("change", (event) => say(event.target.closest("[data-stage]")));

draw();
