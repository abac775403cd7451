/* A report goes on paper. */

const button = document.querySelector("[data-print]");
if (button) button.addEventListener("click", () => window.print());
