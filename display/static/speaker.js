/* The loudspeaker of the page: one audio context for its whole life, few sounds kept, what the browser blocks is told.

   Speaker.create({folder: "/display/voice/", onBlocked(bool)}). A page may be silent until it is touched: the first touch or
   key wakes it. Chrome 68: decodeAudioData by callbacks. */

import * as Chime from "./chime.js";

const KEPT = 6; /* decoded sounds, a megabyte each */
const WAKE = 1500; /* a browser that waits for a gesture leaves resume() open for ever; a slow box needs a second */

export function create(options) {
  const Context = window.AudioContext || window.webkitAudioContext;
  const context = Context ? new Context() : null;
  let kept = []; /* [key, promise], the last used at the end */
  let playing = null;

  function awake() {
    if (!context) return Promise.resolve(told(false));
    if (context.state === "running") return Promise.resolve(told(true));
    return new Promise((done) => {
      context.resume().then(
        () => {
          done(told(context.state === "running"));
        },
        () => {
          done(told(false));
        },
      );
      setTimeout(() => {
        done(told(context.state === "running"));
      }, WAKE);
    });
  }

  function told(works) {
    options.onBlocked(!works);
    return works;
  }

  function load(key) {
    let found = null;
    kept = kept.filter((one) => {
      if (one[0] === key) found = one;
      return one[0] !== key;
    });
    if (!found) {
      found = [key, fetched(key)];
      found[1].catch(() => {
        kept = kept.filter((one) => one !== found);
      });
    }
    kept.push(found);
    if (kept.length > KEPT) kept.shift();
    return found[1];
  }

  function fetched(key) {
    if (!context) return Promise.reject(new Error("no sound"));
    return fetch(`${options.folder + key}.wav`, { credentials: "same-origin" })
      .then((answer) => {
        if (!answer.ok) throw new Error(`sound answered ${answer.status}`);
        return answer.arrayBuffer();
      })
      .then(
        (bytes) =>
          new Promise((done, failed) => {
            context.decodeAudioData(bytes, done, failed);
          }),
      )
      .then((buffer) => ({ key, seconds: buffer.duration, buffer }));
  }

  function play(sound, volume) {
    stop();
    return new Promise((done) => {
      const source = context.createBufferSource();
      const gain = context.createGain();
      gain.gain.value = volume * volume; /* halfway on the scale is heard as half as loud, roughly */
      source.buffer = sound.buffer;
      source.connect(gain);
      gain.connect(context.destination);
      source.onended = () => {
        gain.disconnect();
        if (playing === source) playing = null;
        done();
      };
      playing = source;
      source.start();
    });
  }

  function stop() {
    if (!playing) return;
    try {
      playing.stop();
    } catch (_error) {
      /* it had not begun */
    }
    playing = null;
  }

  /* The touch that a browser waits for. */
  function touched() {
    if (context && context.state !== "running") awake();
  }

  window.addEventListener("pointerdown", touched, true);
  window.addEventListener("keydown", touched, true);
  if (context)
    context.onstatechange = () => {
      if (context.state === "running") told(true);
    };

  return {
    awake,
    load,
    play,
    stop,
    bell(volume) {
      return context ? Chime.ring(context, volume * volume) : Promise.reject(new Error("no sound"));
    },
  };
}
