/* A ready reason fills in the words of every language; what was chosen for an outage that is over is not chosen for the next one;
   a wide page shows what a phone folds. */

const WIDE = "(min-width: 40.01rem)";

document.addEventListener("click", (event) => {
  const back = event.target.closest("[id^=back-]");
  const over = back && back.closest("li").querySelector("details");
  if (over) {
    over.open = false;
    over.querySelector("form").reset();
  }
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
