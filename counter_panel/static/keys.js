/* The keyboard: one letter for each verb, and space or Enter for the big button. */

/* idle(): whether keys are for the panel, and not for a question that is open. */
export function start(idle) {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || !idle()) return;
    if (event.target.closest("input, textarea, select")) return;
    const letter = letterOf(event.key);
    /* On a focused button, space and Enter press that button. */
    if (letter === "n" && event.key.toLowerCase() !== "n" && event.target.closest("button, a, summary")) return;
    const button = /^[a-z]$/.test(letter) && document.querySelector(`[data-key="${letter}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

function letterOf(key) {
  if (key === " " || key === "Enter") return "n";
  return key === "/" ? "f" : key.toLowerCase();
}
