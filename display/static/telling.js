/* What every display does alike to tell the hub of a call: wait until it is painted, remember the word, send it. Chrome 68. */

import { send } from "../../antrean/web/static/send.js";

/* Two frames later a change has been painted; a hidden page paints none, so a moment is enough there. */
export function painted() {
  return new Promise((done) => {
    const timer = setTimeout(done, 200);
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        clearTimeout(timer);
        done();
      });
    });
  });
}

/* Some frames later: what else becomes known at this moment is known by then. */
export function soon(what) {
  setTimeout(what, 60);
}

/* A refusal (a call of another day) will not change by asking again; a fault or a cut may. */
export async function tell(word) {
  const answer = await send(document.body.dataset.announceUrl, word, { timeout: 6000 });
  return answer.status < 300 || [404, 409, 422].includes(answer.status);
}
