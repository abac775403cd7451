/* Which call is announced next? Every call once, oldest first, none missed: also after sleep, a cut, a reload. Only a
   call that was made again goes before those that wait: its visitor is waited for at the counter.

   The hub's call log is numbered by journal seq, which goes on from day to day. The display remembers up to which seq all
   calls are announced, and those beyond it that were; the rest of the log is still to come. Pure: the world is handed in.
   Chrome 68. */

const MOST_WAITING = 60;
export const TOO_OLD = 300000; /* a display that slept through the night does not call out the whole morning */
export const SHOWN_LEAST = 5000;
export const SHOWN_LEAST_RUSH = 2600; /* three and more are waiting: all of them, but quicker */
export const ANNOUNCE_MOST = 30000; /* a sound that never ends must not stop the calls */

/* world: memory {read(), write({day, seq, ahead})}; show(call or null, announcing, how many follow);
   announce(call, waiting(), heard(what)) -> Promise of what was heard, which may be told before the end;
   acknowledge(seq, heard), once for each call; after(ms, what) */
export function create(world) {
  let kept = world.memory.read();
  let day = kept ? kept.day : null;
  let announced = kept ? kept.seq : null;
  let ahead = kept && kept.ahead ? kept.ahead : [];
  let queued = announced;
  let seenSeq = null;
  let newest = null;
  let waiting = [];
  let current = null;

  function take(view) {
    const calls = view.calls || [];
    newest = calls.length ? calls[calls.length - 1] : null;
    const firstLook = seenSeq === null;
    const setBack = firstLook ? view.seq < announced : view.seq < seenSeq;
    if (announced === null || setBack || (firstLook && view.business_day !== day)) {
      /* A new display, one switched off since yesterday, or a hub restored from a backup: nothing old is called out. */
      waiting = [];
      ahead = [];
      announced = queued = view.seq;
    } else if (view.business_day !== day) {
      waiting = [];
      ahead = [];
      announced = queued = Math.max(queued, endOfOld(calls, view.at - TOO_OLD));
    }
    if (view.business_day !== day || !kept) {
      day = view.business_day;
      remember();
    }
    seenSeq = view.seq;
    follow(calls);
    calls.forEach((call) => {
      if (call.seq <= queued) return;
      queued = call.seq;
      if (ahead.indexOf(call.seq) < 0) enqueue(call);
    });
    if (waiting.length > MOST_WAITING) waiting.splice(0, waiting.length - MOST_WAITING);
    if (!current) next();
  }

  /* Whose visitors are still expected? A call that the log names no more has been answered. */
  function follow(calls) {
    const standing = {};
    calls.forEach((call) => {
      standing[call.seq] = call.standing;
    });
    waiting.concat(current || []).forEach((call) => {
      call.standing = call.seq in standing ? standing[call.seq] : false;
    });
  }

  function endOfOld(calls, at) {
    return calls.reduce((end, call) => (call.at < at ? Math.max(end, call.seq) : end), 0);
  }

  function enqueue(call) {
    let place = call.recall ? 0 : waiting.length;
    while (place < waiting.length && waiting[place].recall) place += 1;
    waiting.splice(place, 0, call);
  }

  /* A call is done; when older ones still wait, it is remembered by itself, so that a reload loses neither. */
  function finish(seq) {
    const oldest = waiting.reduce((least, call) => Math.min(least, call.seq), Infinity);
    ahead.push(seq);
    announced = ahead.reduce((most, one) => (one < oldest ? Math.max(most, one) : most), announced);
    ahead = ahead.filter((one) => one > announced);
    remember();
  }

  function remember() {
    kept = { day, seq: announced, ahead };
    world.memory.write(kept);
  }

  function next() {
    current = waiting.shift() || null;
    if (!current) return world.show(newest, false, 0);
    announce(current);
  }

  /* Drawn first, then sounded, which the hub is told at once; remembered when it has stood for as long as it should. */
  function announce(call) {
    let left = 2;
    let over = false;
    let told = false;
    function heard(what) {
      if (!told) world.acknowledge(call.seq, what || "failed");
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
      finish(call.seq);
      next();
    }
    world.show(call, true, waiting.length);
    world.after(waiting.length >= 2 ? SHOWN_LEAST_RUSH : SHOWN_LEAST, part);
    world.after(ANNOUNCE_MOST, done);
    world
      .announce(call, () => waiting.length, heard)
      .then((what) => {
        heard(what);
        part();
      }, part);
  }

  return {
    take,
    busy() {
      return current !== null;
    },
  };
}

/* What a page that begins knows: what this browser kept (or null), and the calls of today that the hub was told of as
   announced by this display, oldest first. One that lost its power has kept less than the hub was told. */
export function remembered(mine, told, today) {
  if (!told.length) return mine;
  if (!mine || mine.day !== today) return { day: today, seq: told[0] - 1, ahead: told };
  return { day: today, seq: mine.seq, ahead: (mine.ahead || []).concat(told) };
}
