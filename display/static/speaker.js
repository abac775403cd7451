/* The loudspeaker of the page: one audio context for its whole life; what the browser blocks is told.

   Speaker.create({folder: "/display/voice/", onBlocked(bool)}). A page may be silent until it is touched: the first touch or
   key wakes it. Chrome 68. */

import * as Chime from "./chime.js";
import * as SoundStore from "./sound_store.js";

const WAKE = 1500; /* a browser that waits for a gesture leaves resume() open for ever; a slow box needs a second */

export function create(options) {
  const Context = window.AudioContext || window.webkitAudioContext;
  const context = Context ? new Context() : null;
  const store = SoundStore.create(context, options.folder);
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

  wakeByTouch(context, awake, told);

  return {
    awake,
    play,
    stop,
    load: (key) => (context ? store.load(key) : Promise.reject(new Error("no sound"))),
    bell: (volume) => (context ? Chime.ring(context, volume * volume) : Promise.reject(new Error("no sound"))),
  };
}

/* The touch that a browser waits for. */
function wakeByTouch(context, awake, told) {
  if (!context) return;
  function touched() {
    if (context.state !== "running") awake();
  }
  window.addEventListener("pointerdown", touched, true);
  window.addEventListener("keydown", touched, true);
  context.onstatechange = () => {
    if (context.state === "running") told(true);
  };
}
