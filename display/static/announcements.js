/* One announcement after the other: each is drawn, sounded and remembered, and stands for as long as it is read. What comes
   next is call_queue.js. Pure: the world is handed in. Chrome 68. */

import * as CallQueue from "./call_queue.js";

export const SHOWN_LEAST = 5000;
export const SHOWN_LEAST_RUSH = 2600; /* three and more are waiting: all of them, but quicker */
export const MESSAGE_TURN = 6000; /* so long an announcement of staff stays in each of its languages */
export const ALARM_LEAST = 20000; /* an evacuation is said again and again until it is taken back */
export const ANNOUNCE_MOST = 30000; /* a sound that never ends must not stop the calls */

/* world: memory {read(), write({day, seq, ahead})}; show(call or null, announcing, how many follow);
   announce(call, waiting(), heard(what), wanted()) -> Promise of what was heard, which may be told before the end; hush():
   ends that sound; acknowledge(seq, heard), once for each call; after(ms, what) */
export function create(world) {
  const queue = CallQueue.create(world.memory);
  let newest = null;
  let current = null; /* {call, leave()} */

  function take(view) {
    const calls = view.calls || [];
    newest = calls.length ? calls[calls.length - 1] : null;
    queue.take(view, current && current.call);
    if (current && isOver(current.call)) leave();
    else if (current && queue.urgent() && !current.call.urgent) leave();
    if (!current) next();
  }

  /* The zone's voice is at this call: it is shown here as well, and what stood here before waits for its turn. */
  function lead(seq) {
    if (!current || current.call.seq === seq || current.call.urgent || !queue.holds(seq)) return;
    leave();
    queue.bring(seq);
    next();
  }

  function next() {
    const call = queue.next();
    if (call) announce(call);
    else {
      current = null;
      world.show(newest, false, 0);
    }
  }

  function leave() {
    const left = current;
    current = null;
    left.leave();
  }

  /* Drawn first, then sounded, which the hub is told at once; remembered when it has stood for as long as it should. */
  function announce(call) {
    let left = 2;
    let over = false;
    let told = false;
    function heard(what) {
      if (!told && !call.message) world.acknowledge(call.seq, what === undefined ? "failed" : what);
      told = true;
    }
    function part() {
      left -= 1;
      if (left === 0) done();
    }
    function done() {
      if (over) return;
      over = true;
      heard("failed");
      if (call.urgent && !isOver(call)) queue.back(call);
      else queue.finish(call.seq);
      next();
    }
    current = {
      call,
      leave() {
        over = true;
        world.hush();
        if (told || isOver(call)) queue.finish(call.seq);
        else queue.back(call);
      },
    };
    world.show(call, true, queue.following());
    world.after(least(call), part);
    world.after(ANNOUNCE_MOST, () => {
      if (over) return;
      world.hush();
      done();
    });
    world
      .announce(call, queue.following, heard, () => !over)
      .then((what) => {
        if (over) return;
        heard(what);
        part();
      }, part);
  }

  function least(call) {
    if (call.urgent) return ALARM_LEAST;
    if (call.message) return queue.following() >= 2 ? SHOWN_LEAST : MESSAGE_TURN * Object.keys(call.message).length;
    return queue.following() >= 2 ? SHOWN_LEAST_RUSH : SHOWN_LEAST;
  }

  return {
    take,
    lead,
    busy() {
      return current !== null;
    },
  };
}

/* Staff took it back, or its time has ended. */
function isOver(call) {
  return Boolean(call.message) && call.standing === false;
}
