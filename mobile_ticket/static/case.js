/* Keeps the page of a case true: asks again when somebody looks at it after a while, and every few minutes while they do. */

const LEAST = 15000; /* milliseconds between two questions, as the phone is turned on and off */
const EACH = 300000;
const part = document.querySelector("[data-case]");
let asked = Date.now();

async function draw() {
  if (document.hidden || Date.now() - asked < LEAST) return;
  asked = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (answer.status === 404) return void location.reload();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const drawn = page.querySelector("[data-case]");
    if (drawn && drawn.innerHTML !== part.innerHTML) part.innerHTML = drawn.innerHTML;
  } catch (_error) {
    /* what is shown stays, and is asked for again */
  }
}

document.addEventListener("visibilitychange", draw);
window.addEventListener("online", draw);
setInterval(draw, EACH);
