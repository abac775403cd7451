/* Tells the holder of a phone that it is their turn, with what this very phone can do, until they touch the page. */

const AGAIN_AFTER = 5000; /* milliseconds */
const PATTERNS = {
  /* [pitch in hertz, seconds after the begin]; milliseconds of buzzing and rest */
  next: {
    tones: [
      [784, 0],
      [1046, 0.35],
    ],
    buzzes: [300, 150, 300],
  },
  called: {
    tones: [
      [784, 0],
      [784, 0.35],
      [1046, 0.7],
      [784, 1.6],
      [784, 1.95],
      [1046, 2.3],
    ],
    buzzes: [500, 200, 500, 200, 900],
  },
};

/* Which signal is due: of a call or of being next, as long as its holder has not noticed it; "" for none.
   `noticed` is {call: seq of the last call that was noticed, next: whether being next was}. */
export function due(shown, call, noticed) {
  if (shown === "called") return call > noticed.call ? "called" : "";
  return shown === "next" && !noticed.next ? "next" : "";
}

/* What this browser offers. Browsers without a motor have `vibrate` too, but no finger. */
export function offered(view) {
  const { navigator } = view;
  return {
    sound: view.AudioContext || view.webkitAudioContext || null,
    vibration: typeof navigator.vibrate === "function" && view.matchMedia("(pointer: coarse)").matches,
    lock: navigator.wakeLock || null,
  };
}

/* Signals of one page. `onChange(can)` hears what is really on: {on, sound, vibration, awake}; `onBeat(count)` that a signal
   was given so often, 0 when it has ended. */
export class Signals {
  constructor(view, { onChange, onBeat }) {
    this.view = view;
    this.offered = offered(view);
    this.onChange = onChange;
    this.onBeat = onBeat;
    this.can = { on: false, sound: false, vibration: false, awake: false };
    this.audio = null;
    this.lock = null;
    this.mark = null;
    this.kind = "";
    this.beats = 0;
    this.timer = null;
    view.document.addEventListener("visibilitychange", () => {
      if (!view.document.hidden && this.can.on) this.wake();
    });
  }

  /* Browsers let a page sound, vibrate and stay awake only after a touch: to be called within one, which also proves it. */
  async start() {
    this.change({ on: true, vibration: this.buzz([200]) });
    if (this.offered.sound) {
      this.audio = this.audio || new this.offered.sound();
      try {
        await this.audio.resume();
        this.change({ sound: this.audio.state === "running" });
        this.tone(784, 0);
      } catch (_error) {
        this.change({ sound: false });
      }
    }
    await this.keepAwake();
  }

  stop() {
    this.end();
    if (this.lock) this.lock.release();
    this.lock = null;
    this.change({ on: false, sound: false, vibration: false, awake: false });
  }

  /* Give the signal of this kind until `end`; "" ends it. One that goes on begins anew when it is of another `mark`. */
  wanted(kind, mark) {
    if (kind === this.kind && (!kind || mark === this.mark)) return;
    this.end();
    if (!kind) return;
    this.kind = kind;
    this.mark = mark;
    this.beat();
    this.timer = this.view.setInterval(() => this.beat(), AGAIN_AFTER);
  }

  end() {
    this.view.clearInterval(this.timer);
    if (this.kind && this.offered.vibration) this.view.navigator.vibrate(0);
    this.kind = "";
    this.beats = 0;
    this.onBeat(0);
  }

  beat() {
    const { tones, buzzes } = PATTERNS[this.kind];
    if (this.can.on) {
      this.buzz(buzzes);
      if (this.audio) {
        this.audio.resume();
        for (const [pitch, at] of tones) this.tone(pitch, at);
      }
    }
    this.beats += 1;
    this.onBeat(this.beats);
  }

  buzz(pattern) {
    return this.offered.vibration && this.view.navigator.vibrate(pattern);
  }

  tone(pitch, at) {
    const start = this.audio.currentTime + at;
    const note = this.audio.createOscillator();
    const loudness = this.audio.createGain();
    note.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, start);
    loudness.gain.exponentialRampToValueAtTime(0.6, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.32);
    note.connect(loudness);
    loudness.connect(this.audio.destination);
    note.start(start);
    note.stop(start + 0.34);
  }

  /* A page that is seen again after another one was has to ask for its lock and its sound anew. */
  wake() {
    if (this.audio) this.audio.resume();
    this.keepAwake();
  }

  async keepAwake() {
    if (!this.offered.lock || this.lock) return;
    try {
      const lock = await this.offered.lock.request("screen");
      if (!this.can.on) return lock.release();
      this.lock = lock;
      this.change({ awake: true });
      lock.addEventListener("release", () => {
        if (this.lock !== lock) return;
        this.lock = null;
        this.change({ awake: false });
      });
    } catch (_error) {
      this.change({ awake: false });
    }
  }

  change(what) {
    Object.assign(this.can, what);
    this.onChange(this.can);
  }
}
