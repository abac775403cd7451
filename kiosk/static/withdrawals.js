/* Requests whose visitors did not wait for the response. The hub may have heard one and given a number: it is asked to take
   that back, one request after another, whoever stands at the kiosk meanwhile. Kept on the device until the hub answers. */
import { create, memoryIn } from "../../antrean/web/static/reliable_post.js";

const MOST = 50; /* of one outage; each costs the hub one request */
const LONGEST_PAUSE = 30000;
const memory = memoryIn("localStorage", "kiosk.withdrawals");
let ids = [];
let post = null;

export function start() {
  ids = memory.read() || [];
  post = create({
    longestPause: LONGEST_PAUSE,
    passes: (status) => status >= 500 || status === 429 || status === 408,
    onDone: settled,
    onRefused: settled,
  });
  next();
}

export function add(requestId) {
  ids = ids.concat(requestId).slice(-MOST);
  memory.write(ids);
  next();
}

export function nudge() {
  post.nudge();
}

function next() {
  if (ids.length) post.submit({ name: ids[0], url: `/kiosk/requests/${ids[0]}/withdrawal`, fields: {} });
}

function settled(_response, command) {
  ids = ids.filter((id) => id !== command.name);
  memory.write(ids);
  next();
}
