/* A ready reason fills in the words of every language; a wide page shows what a phone folds. */

const WIDE = "(min-width: 40.01rem)";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  const texts = JSON.parse(button.dataset.fill);
  Object.keys(texts).forEach((code) => {
    button.form.elements[`text_${code}`].value = texts[code];
  });
  button.form.classList.add("is-changed");
});

if (window.matchMedia(WIDE).matches) {
  for (const part of document.querySelectorAll("[data-unfolded]")) part.open = true;
}
