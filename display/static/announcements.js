/* Which call is announced next? Every call once, oldest first, none missed: also after sleep, a cut, a reload. Only a
   call that was made again goes before those that wait: its visitor is waited for at the counter.

   The hub's call log is numbered by journal seq, which goes on from day to day. The display remembers up to which seq all
   calls are announced, and those beyond it that were; the rest of the log is still to come. Pure: the world is handed in.
   Chrome 68. */
var Announcements = (function () {
  "use strict";

  var MOST_WAITING = 60;
  var MOST_WORDS = 60;
  var TOO_OLD = 300000; /* a display that slept through the night does not call out the whole morning */
  var SHOWN_LEAST = 5000;
  var SHOWN_LEAST_RUSH = 2600; /* three and more are waiting: all of them, but quicker */
  var ANNOUNCE_MOST = 30000; /* a sound that never ends must not stop the calls */

  /* world: memory {read(), write({day, seq})}; show(call or null, announcing, how many follow); 
     announce(call, waiting()) -> Promise of what was heard; acknowledge(seq, heard) -> Promise of whether the hub needs to
     hear no more of it; after(ms, what) */
  function create(world) {
    var kept = world.memory.read();
    var day = kept ? kept.day : null;
    var announced = kept ? kept.seq : null;
    var ahead = kept && kept.ahead ? kept.ahead : [];
    var queued = announced;
    var seenSeq = null;
    var newest = null;
    var waiting = [];
    var current = null;
    var words = [];
    var telling = false;

    function take(view) {
      var calls = view.calls || [];
      newest = calls.length ? calls[calls.length - 1] : null;
      var firstLook = seenSeq === null;
      var setBack = firstLook ? view.seq < announced : view.seq < seenSeq;
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
      calls.forEach(function (call) {
        if (call.seq <= queued) return;
        queued = call.seq;
        if (ahead.indexOf(call.seq) < 0) enqueue(call);
      });
      if (waiting.length > MOST_WAITING) waiting.splice(0, waiting.length - MOST_WAITING);
      if (!current) next();
    }

    function endOfOld(calls, at) {
      return calls.reduce(function (end, call) { return call.at < at ? Math.max(end, call.seq) : end; }, 0);
    }

    function enqueue(call) {
      var place = call.recall ? 0 : waiting.length;
      while (place < waiting.length && waiting[place].recall) place += 1;
      waiting.splice(place, 0, call);
    }

    /* A call is done; when older ones still wait, it is remembered by itself, so that a reload loses neither. */
    function finish(seq) {
      var oldest = waiting.reduce(function (least, call) { return Math.min(least, call.seq); }, Infinity);
      ahead.push(seq);
      announced = ahead.reduce(function (most, one) { return one < oldest ? Math.max(most, one) : most; }, announced);
      ahead = ahead.filter(function (one) { return one > announced; });
      remember();
    }

    function remember() {
      kept = { day: day, seq: announced, ahead: ahead };
      world.memory.write(kept);
    }

    function next() {
      current = waiting.shift() || null;
      if (!current) return world.show(newest, false, 0);
      announce(current);
    }

    /* Drawn first, then sounded; remembered and told to the hub when both are done. */
    function announce(call) {
      var left = 2;
      var over = false;
      var heard = "failed";
      function part() {
        left -= 1;
        if (left === 0) done();
      }
      function done() {
        if (over) return;
        over = true;
        finish(call.seq);
        words.push({ seq: call.seq, heard: heard });
        if (words.length > MOST_WORDS) words.shift();
        tell();
        next();
      }
      world.show(call, true, waiting.length);
      world.after(waiting.length >= 2 ? SHOWN_LEAST_RUSH : SHOWN_LEAST, part);
      world.after(ANNOUNCE_MOST, done);
      world.announce(call, function () { return waiting.length; }).then(function (what) {
        heard = what || "";
        part();
      }, part);
    }

    /* Tell the hub what was announced, one after the other; what it does not take now is told again later. */
    function tell() {
      if (telling || words.length === 0) return;
      telling = true;
      world.acknowledge(words[0].seq, words[0].heard).then(function (taken) {
        telling = false;
        if (!taken) return;
        words.shift();
        tell();
      }, function () { telling = false; });
    }

    return {
      take: take,
      tell: tell,
      busy: function () { return current !== null; },
    };
  }

  return {
    create: create, TOO_OLD: TOO_OLD, SHOWN_LEAST: SHOWN_LEAST, SHOWN_LEAST_RUSH: SHOWN_LEAST_RUSH, ANNOUNCE_MOST: ANNOUNCE_MOST,
  };
})();

if (typeof module !== "undefined") module.exports = Announcements;
