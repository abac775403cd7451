/* Keys: a letter for each verb, and the same verbs on a pad of number keys, for one hand beside the counter. Space and Enter
   are the big button. The list of keys (keys.html) says the same. */

/* By where a key stands on the pad, whatever NumLock makes of it. */
const PAD = {
  NumpadEnter: "n",
  Numpad1: "1",
  Numpad2: "2",
  Numpad3: "3",
  Numpad4: "4",
  Numpad5: "k",
  Numpad7: "f",
  Numpad9: "p",
  Numpad0: "z",
};

/* idle(): whether keys are for the panel, and not for a question that is open. */
export function start(idle) {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || !idle()) return;
    /* Right after a question has closed, its field may still have the focus; nobody types there any more. */
    const at = event.target.closest("dialog") ? document.body : event.target;
    if (at.closest("input, textarea, select")) return;
    const key = keyOf(event);
    /* On a focused button, space and Enter press that button. */
    if (/^( |Enter)$/.test(event.key) && at.closest("button, a, summary")) return;
    const button = /^([a-z?]|[1-4])$/.test(key) && document.querySelector(`[data-key="${key}"], [data-pad="${key}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}

export function keyOf(event) {
  if (event.code in PAD) return PAD[event.code];
  if (event.key === " " || event.key === "Enter") return "n";
  if (event.key === "/") return "f";
  return /^[0-9]$/.test(event.key) ? "" : event.key.toLowerCase();
}
