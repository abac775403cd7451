/* Loads the page again once the office is there: until then the hub answers that it is being set up, or is away. */

const ASK_EVERY = 5000;
const BEING_SET_UP = 503;

function ask() {
  fetch(location.href, { credentials: "same-origin", cache: "no-store", headers: { Accept: "text/html" } })
    .then((answer) => {
      if (answer.status === BEING_SET_UP) throw new Error("there is no office yet");
      location.reload();
    })
    .catch(() => setTimeout(ask, ASK_EVERY));
}

setTimeout(ask, ASK_EVERY);
