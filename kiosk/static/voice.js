/* The voice that reads aloud: one text at a time, and a newer one takes the place of the one before. The hub makes the sound;
   what has to be heard while the hub is away is fetched before. */

const LONGEST = 60000; /* milliseconds; a voice that has not ended by then is heard by nobody */
const ASKED_AGAIN = 2000; /* milliseconds after a text that did not come */
const MOST_REFUSED = 20; /* a hub that is away or has no voice is not asked for ever */
const VOLUMES = [0.15, 0.3, 0.5, 0.75, 1];
const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const USUAL = { volume: 2, speed: 1 }; /* moderate: whether headphones are plugged in can't be known */
export const STEPS = VOLUMES.length;
const level = { ...USUAL };
let audio = null; /* reused for all texts */
let kept = {}; /* address -> where its sound lies in this page, once it has come whole; it needs no hub */
let holding = null; /* since when a text that the visitor needs time for is being read; null for none */
let texts = 0;

function address(text, language) {
  return `${document.body.dataset.speechUrl}?language=${language}&text=${encodeURIComponent(text)}`;
}

function adjust() {
  audio.volume = VOLUMES[level.volume];
  audio.defaultPlaybackRate = SPEEDS[level.speed];
  audio.playbackRate = SPEEDS[level.speed];
}

/* `runs`: [text, language], one after the other. `holds`: the visitor's time begins when the last has ended. */
export function play(runs, holds) {
  stop();
  audio = audio || new Audio();
  holding = holds ? performance.now() : null;
  texts += 1;
  begin(runs, texts);
}

function begin([[text, language], ...rest], mine) {
  const url = address(text, language);
  audio.onended = rest.length ? () => begin(rest, mine) : null;
  audio.src = kept[url] || url;
  adjust();
  audio.play().catch(() => {
    /* the next text has taken its place, or this one can't be read: those after it may be */
    if (mine !== texts) return;
    if (audio.onended) begin(rest, mine);
    else holding = null;
  });
}

export function stop() {
  if (audio) {
    audio.onended = null;
    audio.pause();
  }
  holding = null;
}

/* How many texts were begun. */
export function count() {
  return texts;
}

/* Whether a text is read that the visitor needs time for. */
export function reads() {
  if (holding === null || performance.now() - holding >= LONGEST) return false;
  return audio.onended !== null || (!audio.paused && !audio.ended);
}

function playing() {
  return audio && audio.src;
}

/* Fetches these texts, in the place of those that were kept before: one at a time, since the hub refuses a kiosk that asks for
   many at once. */
export function keep(wanted, language) {
  const before = kept;
  kept = {};
  const now = kept;
  for (const text of wanted) {
    const url = address(text, language);
    now[url] = before[url];
    delete before[url];
  }
  const missing = Object.keys(now).filter((url) => !now[url]);
  for (const url of Object.keys(before)) if (before[url] && before[url] !== playing()) URL.revokeObjectURL(before[url]);
  fetchAll(missing, now, MOST_REFUSED);
}

/* A text that does not come is asked for again, after the others, as long as the hub may still give it. */
function fetchAll([url, ...rest], into, refusals) {
  if (!url || into !== kept) return;
  fetch(url)
    .then((answer) => (answer.ok ? answer.blob() : Promise.reject(answer.status)))
    .then(
      (sound) => {
        if (into !== kept) return; /* others are kept by now */
        into[url] = URL.createObjectURL(sound);
        fetchAll(rest, into, refusals);
      },
      () => refusals && setTimeout(fetchAll, ASKED_AGAIN, [...rest, url], into, refusals - 1),
    );
}

/* One step up or down, at once also for what is being read. Returns the step, from 1 to STEPS. */
export function change(what, by) {
  level[what] = Math.max(0, Math.min(STEPS - 1, level[what] + by));
  if (audio) adjust();
  return level[what] + 1;
}

/* The next visitor finds volume and speed as they were. */
export function reset() {
  stop();
  Object.assign(level, USUAL);
}
