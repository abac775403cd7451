/* What every screen but the phone starts with: the connection over the whole Socket.IO client, and fragments drawn into the
   page: every element with data-fragment="name" gets view.html.name. Options as in connection.js. */

import * as Connection from "./connection.js";
import { swapFragments } from "./fragments.js";
import { io } from "./vendor/socket.io.js";

export function start(options) {
  return Connection.start({ io, draw: (view) => swapFragments(view.html || {}), ...options });
}
