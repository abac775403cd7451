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

/* Whether it is this display's turn to say a call: {mine}. No answer in time is none. */
export async function askTurn(word) {
  const answer = await send(document.body.dataset.turnsUrl, word, { timeout: 2500 });
  if (answer.status !== 200) throw new Error(`a turn was answered ${answer.status}`);
  return answer.body;
}

/* Where this word is lost, the hub takes the turn back by itself. */
export function giveTurnBack(seq, heard) {
  send(document.body.dataset.turnsUrl, { seq, over: true, heard }, { timeout: 2500 }).catch(() => {});
}

/* A refusal (a call of another day) will not change by asking again; a fault or a cut may. */
export async function tell(word) {
  const answer = await send(document.body.dataset.announceUrl, word, { timeout: 6000 });
  return answer.status < 300 || [404, 409, 422].includes(answer.status);
}
