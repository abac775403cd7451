/* A countdown that can be prolonged; ticks four times a second while it runs. Pure: clock and ticking are handed in. */

const EVERY = 250;

/* world: now(), every(ms, what) -> stop(), onTick(secondsLeft, secondsInAll), onEnd() */
export function create(world) {
  let ends = 0;
  let whole = 0;
  let stopTicking = null;

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

  return { start, stop, atLeast, left, running: () => stopTicking !== null };
}
