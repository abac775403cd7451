/* A long list on a narrow screen: a row is opened and closed by its button, and the one that the address names at first. */

function turn(row, open) {
  row.classList.toggle("is-open", open);
  row.querySelector(".short-row-more").setAttribute("aria-expanded", String(open));
}

for (const row of Array.from(document.querySelectorAll(".short-row"))) {
  row.querySelector(".short-row-more").addEventListener("click", () => turn(row, !row.classList.contains("is-open")));
  if (`#${row.id}` === location.hash) turn(row, true);
}
