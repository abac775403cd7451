/* What is heard of a call, and when: chime and words one after the other, never two at once. Rules only: the world is
   handed in, speaker.js plays. A call is drawn before anything of this begins. Runs in Chrome 68 and in node. */

import * as Playing from "./playing.js";
import * as Silence from "./silence.js";

const RUSH = 2; /* so many calls waiting: one chime for all, short sentences, no repeats */
const SAME_RUSH = 4000; /* a chime so shortly before still holds */
const AFTER_CHIME = 120;
const BETWEEN = 700; /* before a repeat, and between languages */
const WORDS_KEPT = 60; /* as many as can wait */
export const MOST = 26000; /* one call's sound in all: repeats beyond it are left out */

/* world: load(key) -> Promise of {seconds}; play(sound, volume) -> Promise of its end; stop(); awake() -> Promise of
   whether the browser lets sound out; bell(volume) -> Promise: a chime without a file; now(), after(ms, what);
   hubNow() or null, utcOffset() in minutes. */
export function create(world) {
  const playing = Playing.create(world);
  let settings = { calls: {}, volume: 100, repeat: 1, mute: [], chime: null };
  let heardAt = -Infinity; /* the end of the last sound */
  let current = null;

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

  /* A promise of why this call is not to be spoken here: muted, answered, late, blocked; "" when it is. */
  function silence(call) {
    const why = Silence.reason(call, settings, world.hubNow(), world.utcOffset());
    return why ? Promise.resolve(why) : world.awake().then((awake) => (awake ? "" : "blocked"));
  }

  /* Speak a call; `waiting()` tells how many more are to come, `heard(what)` is told as soon as it was said once. Ends
     with what was heard of it: spoken, chime (and no words), answered or failed. */
  function speak(call, waiting, heard) {
    const one = { call, waiting, heard, began: world.now(), volume: settings.volume / 100, rang: false, spoken: false };
    const rush = waiting() >= RUSH;
    const chimed = rush && one.began - heardAt < SAME_RUSH;
    const keys = (settings.calls[call.seq] || {})[rush ? "short" : "call"] || [];
    const words = Promise.all(keys.map(playing.load)); /* fetched while the chime rings */
    current = one;
    return (chimed ? Promise.resolve(true) : playing.chime(settings.chime, one.volume))
      .then((ended) => {
        one.rang = ended;
        return words;
      })
      .then((sounds) => sentences(one, sounds.filter(Boolean)))
      .then(() => {
        heardAt = world.now();
        return outcome(one);
      });
  }

  function sentences(one, sounds) {
    if (!sounds.length) return null;
    const length = sounds.reduce((all, sound) => all + sound.seconds * 1000 + BETWEEN, 0);

    function time(times) {
      return inOrder(one, sounds).then(() => {
        if (one.spoken && one.heard) one.heard("spoken");
        const again = one.spoken && times < settings.repeat && one.waiting() === 0 && !isOver(one);
        return again && world.now() - one.began + length < MOST
          ? playing.pause(BETWEEN).then(() => time(times + 1))
          : null;
      });
    }

    return playing.pause(AFTER_CHIME).then(() => (isOver(one) ? null : time(1)));
  }

  /* One language after the other. */
  function inOrder(one, sounds) {
    return sounds.reduce(
      (before, sound, index) =>
        before
          .then(() => (index ? playing.pause(BETWEEN) : null))
          .then(() => (one.cut ? false : playing.play(sound, one.volume)))
          .then((ended) => {
            one.spoken = (ended && !one.cut) || one.spoken;
          }),
      Promise.resolve(),
    );
  }

  function isOver(one) {
    return one.cut || Silence.isAnswered(one.call);
  }

  function outcome(one) {
    if (one.spoken) return "spoken";
    if (Silence.isAnswered(one.call)) return "answered";
    return one.rang && !one.cut ? "chime" : "failed";
  }

  return {
    take,
    silence,
    speak,
    /* Nothing more of what is being said. */
    cut() {
      if (current) current.cut = true;
      world.stop();
    },
  };
}
