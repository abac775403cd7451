/* What is heard of a call, and when: chime and words one after the other, never two at once. Rules only: the world is
   handed in, speaker.js plays. A call is drawn before anything of this begins. Runs in Chrome 68 and in node. */

export const TOO_OLD = 60000; /* a minute later nobody stands up any more: shown, not spoken */
const RUSH = 2; /* so many calls waiting: one chime for all, short sentences, no repeats */
const SAME_RUSH = 4000; /* a chime so shortly before still holds */
const LOAD_MOST = 4000;
const PLAY_GRACE = 1500; /* beyond a sound's own length */
const AFTER_CHIME = 120;
const BETWEEN = 700; /* before a repeat, and between languages */
const WORDS_KEPT = 60; /* as many as can wait */
export const MOST = 26000; /* one call's sound in all: repeats beyond it are left out */

/* world: load(key) -> Promise of {seconds}; play(sound, volume) -> Promise of its end; stop(); awake() -> Promise of
   whether the browser lets sound out; bell(volume) -> Promise: a chime without a file; now(), after(ms, what);
   hubNow() or null, utcOffset() in minutes. */
export function create(world) {
  let settings = { calls: {}, volume: 100, repeat: 1, mute: [], chime: null };
  let heardAt = -Infinity; /* the end of the last sound */

  function take(sound) {
    if (!sound) return;
    const words = {};
    /* In a rush a call may wait until the hub's log names it no more: its words are kept as long as the newest few. */
    Object.keys(settings.calls)
      .slice(-WORDS_KEPT)
      .concat(Object.keys(sound.calls))
      .forEach((seq) => {
        words[seq] = sound.calls[seq] || settings.calls[seq];
      });
    settings = Object.assign({}, sound, { calls: words });
  }

  /* Speak a call; `waiting()` tells how many more are to come, `heard(what)` is told as soon as it was said once. Ends
     with what was heard of it: spoken, chime (and no words), muted, answered, late, blocked or failed. */
  function say(call, waiting, heard) {
    const silent = reason(call);
    if (silent) return Promise.resolve(silent);
    return world.awake().then((awake) => (awake ? speak(call, waiting, heard) : "blocked"));
  }

  function reason(call) {
    const now = world.hubNow();
    if (settings.volume === 0 || (now !== null && isMuted(now))) return "muted";
    if (isAnswered(call)) return "answered";
    return now !== null && now - call.at > TOO_OLD ? "late" : "";
  }

  /* Nobody is waited for any more: the visitor has come, or was given up. It may happen while the call is spoken. */
  function isAnswered(call) {
    return call.standing === false;
  }

  function isMuted(now) {
    const minutes = Math.floor(now / 60000 + world.utcOffset());
    const minute = ((minutes % 1440) + 1440) % 1440;
    return settings.mute.some((span) =>
      span[0] < span[1] ? minute >= span[0] && minute < span[1] : minute >= span[0] || minute < span[1],
    );
  }

  function speak(call, waiting, heard) {
    const began = world.now();
    const rush = waiting() >= RUSH;
    const chimed = rush && began - heardAt < SAME_RUSH;
    const keys = (settings.calls[call.seq] || {})[rush ? "short" : "call"] || [];
    const volume = settings.volume / 100;
    const words = Promise.all(keys.map(loaded)); /* fetched while the chime rings */
    let rang = false;
    let spoken = false;

    return (chimed ? Promise.resolve(true) : chime(volume))
      .then((ended) => {
        rang = ended;
        return words;
      })
      .then((sounds) => {
        const there = sounds.filter(Boolean);
        const length = there.reduce((all, sound) => all + sound.seconds * 1000 + BETWEEN, 0);

        function once(times) {
          return there
            .reduce(
              (before, sound, index) =>
                before
                  .then(() => (index ? pause(BETWEEN) : null))
                  .then(() =>
                    played(sound, volume).then((ended) => {
                      spoken = ended || spoken;
                    }),
                  ),
              Promise.resolve(),
            )
            .then(() => {
              if (spoken && heard) heard("spoken");
              const again =
                times < settings.repeat && waiting() === 0 && !isAnswered(call) && world.now() - began + length < MOST;
              return again && spoken ? pause(BETWEEN).then(() => once(times + 1)) : null;
            });
        }

        return there.length ? pause(AFTER_CHIME).then(() => (isAnswered(call) ? null : once(1))) : null;
      })
      .then(() => {
        heardAt = world.now();
        return spoken ? "spoken" : isAnswered(call) ? "answered" : rang ? "chime" : "failed";
      });
  }

  function chime(volume) {
    const file = settings.chime ? loaded(settings.chime) : Promise.resolve(null);
    return file.then((sound) =>
      sound
        ? played(sound, volume)
        : limited(
            world.bell(volume).then(() => true),
            LOAD_MOST,
            false,
          ),
    );
  }

  /* A sound that can't be had in time is left out; null says so. */
  function loaded(key) {
    return limited(world.load(key), LOAD_MOST, null);
  }

  /* Whether it was heard to its end. One that never ends is cut off, so that the next does not sound into it. */
  function played(sound, volume) {
    return limited(
      world.play(sound, volume).then(() => true),
      sound.seconds * 1000 + PLAY_GRACE,
      false,
    ).then((ended) => {
      if (!ended) world.stop();
      return ended;
    });
  }

  function limited(promise, most, otherwise) {
    return new Promise((done) => {
      world.after(most, () => {
        done(otherwise);
      });
      promise.then(done, () => {
        done(otherwise);
      });
    });
  }

  function pause(ms) {
    return new Promise((done) => {
      world.after(ms, done);
    });
  }

  return { take, say };
}
