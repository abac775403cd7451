/* The page of outages goes on paper. */

const print = document.querySelector("[data-print]");
if (print) print.addEventListener("click", () => window.print());
