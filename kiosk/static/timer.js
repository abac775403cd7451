/* A countdown that can be prolonged; ticks four times a second while it runs. Pure: clock and ticking are handed in. */
var Timer = (function () {
  "use strict";

  var EVERY = 250;

  /* world: now(), every(ms, what) -> stop(), onTick(secondsLeft, secondsInAll), onEnd() */
  function create(world) {
    var ends = 0;
    var whole = 0;
    var stopTicking = null;

    function start(seconds) {
      stop();
      whole = seconds;
      ends = world.now() + seconds * 1000;
      stopTicking = world.every(EVERY, tick);
      world.onTick(seconds, seconds);
    }

    function stop() {
      if (stopTicking) stopTicking();
      stopTicking = null;
    }

    /* Give at least this many seconds from now on. */
    function atLeast(seconds) {
      if (!stopTicking || left() >= seconds) return;
      start(seconds);
    }

    function left() {
      return Math.max(0, (ends - world.now()) / 1000);
    }

    function tick() {
      world.onTick(left(), whole);
      if (left() > 0) return;
      stop();
      world.onEnd();
    }

    return {
      start: start,
      stop: stop,
      atLeast: atLeast,
      left: left,
      running: function () {
        return stopTicking !== null;
      },
    };
  }

  return { create: create };
})();

if (typeof module !== "undefined") module.exports = Timer;
