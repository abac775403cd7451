/* How the campaign stands, asked of the hub: at once, soon again while past days are being read, and every minute. */

const SOON = 5000;
const LATER = 60000;
const place = document.querySelector("[data-figures]");
let shown = "";

async function ask() {
  let next = LATER;
  try {
    const answer = await fetch(place.dataset.figures, { headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (answer.ok && told.html !== shown) {
      shown = told.html;
      place.innerHTML = told.html;
    }
    if (!answer.ok) next = SOON;
    if (!answer.ok && !shown) place.firstElementChild.textContent = told.error.message;
  } catch (_error) {
    next = SOON; /* the page says that there is no connection */
  }
  setTimeout(ask, next);
}

ask();
