/* What is announced next? Every call once, oldest first, none missed: also after sleep, a cut, a reload. Only a call that was
   made again and what staff announce go before those that wait: somebody is waited for at the counter, or a car is in the way.

   The hub's log is numbered by journal seq, which goes on from day to day. The display remembers up to which seq everything
   is announced, and what beyond it was; the rest of the log is still to come. Pure: the memory is handed in. Chrome 68. */

const MOST_WAITING = 60;
export const TOO_OLD = 300000; /* a display that slept through the night does not call out the whole morning */

/* memory: {read(), write({day, seq, ahead})} */
export function create(memory) {
  let kept = memory.read();
  let day = kept ? kept.day : null;
  let announced = kept ? kept.seq : null;
  let ahead = kept && kept.ahead ? kept.ahead : [];
  let queued = announced;
  let seenSeq = null;
  let waiting = [];

  /* The hub's view; `current` is what is being announced, or null. */
  function take(view, current) {
    const log = logOf(view);
    begin(view, log);
    seenSeq = view.seq;
    follow(log, view.zone ? view.zone.heard : [], current);
    log.forEach((call) => {
      const fresh = call.seq > queued;
      queued = Math.max(queued, call.seq);
      if (call.urgent ? !isThere(call, current) : fresh && ahead.indexOf(call.seq) < 0) enqueue(call);
    });
    if (waiting.length > MOST_WAITING) waiting.splice(0, waiting.length - MOST_WAITING);
  }

  function begin(view, log) {
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
      announced = queued = Math.max(queued, endOfOld(log, view.at - TOO_OLD));
    }
    if (view.business_day === day && kept) return;
    day = view.business_day;
    remember();
  }

  /* Whose visitors are still expected? A call that the log names no more has been answered. What staff took back or let
     end is not announced any more, nor what another display of this zone has said meanwhile. */
  function follow(log, heard, current) {
    const standing = {};
    log.forEach((call) => {
      standing[call.seq] = call.standing;
    });
    waiting.concat(current || []).forEach((call) => {
      call.standing = call.seq in standing ? standing[call.seq] : false;
    });
    const ended = waiting.filter(
      (call) => (call.message && call.standing === false) || (!call.urgent && heard.indexOf(call.seq) >= 0),
    );
    waiting = waiting.filter((call) => ended.indexOf(call) < 0);
    ended.forEach((call) => {
      finish(call.seq);
    });
  }

  /* An evacuation is announced for as long as it stands, also by a display that was not there when it began. */
  function isThere(call, current) {
    return waiting.concat(current || []).some((one) => one.seq === call.seq);
  }

  function enqueue(call) {
    let place = rank(call) < USUAL ? 0 : waiting.length;
    while (place < waiting.length && rank(waiting[place]) <= rank(call)) place += 1;
    waiting.splice(place, 0, call);
  }

  /* It is done; when older ones still wait, it is remembered by itself, so that a reload loses neither. */
  function finish(seq) {
    const oldest = waiting.reduce((least, call) => Math.min(least, call.seq), Infinity);
    if (seq > announced) ahead.push(seq);
    announced = ahead.reduce((most, one) => (one < oldest ? Math.max(most, one) : most), announced);
    ahead = ahead.filter((one) => one > announced);
    remember();
  }

  function remember() {
    kept = { day, seq: announced, ahead };
    memory.write(kept);
  }

  return {
    take,
    finish,
    next: () => waiting.shift() || null,
    following: () => waiting.length,
    urgent: () => waiting.length > 0 && Boolean(waiting[0].urgent),
    /* It was interrupted, and comes as soon as nothing urgent is left; what is urgent itself takes turns. */
    back(call) {
      const urgent = waiting.filter((one) => one.urgent);
      waiting.splice(urgent.length, 0, call);
    },
    holds: (seq) => waiting.some((call) => call.seq === seq),
    /* Put what waits under this seq first. */
    bring(seq) {
      waiting = waiting.filter((call) => call.seq === seq).concat(waiting.filter((call) => call.seq !== seq));
    },
  };
}

const USUAL = 2;
function rank(call) {
  return call.urgent ? 0 : call.recall || call.message ? 1 : USUAL;
}

/* Calls and what staff announce, oldest first. */
function logOf(view) {
  const calls = view.calls || [];
  const messages = view.messages || [];
  return messages.length ? calls.concat(messages).sort((one, other) => one.seq - other.seq) : calls;
}

function endOfOld(log, at) {
  return log.reduce((end, call) => (call.at < at ? Math.max(end, call.seq) : end), 0);
}

/* What this browser kept, and the calls beside it that were heard, of which the hub was not told yet: whoever loads the
   page between both announces none twice. */
export function untold(mine, words, today) {
  if (!mine || mine.day !== today || !Array.isArray(words)) return mine;
  const heard = words.filter((word) => word && word.sound !== undefined && word.seq > mine.seq);
  return { day: mine.day, seq: mine.seq, ahead: (mine.ahead || []).concat(heard.map((word) => word.seq)) };
}

/* What a page that begins knows: what this browser kept (or null), and the calls of today that the hub was told of as
   announced by this display, oldest first. One that lost its power has kept less than the hub was told. */
export function remembered(mine, told, today) {
  if (!told.length) return mine;
  if (!mine || mine.day !== today) return { day: today, seq: told[0] - 1, ahead: told };
  return { day: today, seq: mine.seq, ahead: (mine.ahead || []).concat(told) };
}
