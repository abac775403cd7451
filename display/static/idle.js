/* When a display rests, and where its picture stands. Pure; time is the hub's. Chrome 68. */

export const DIM_AFTER = 20 * 60000; /* so long without a call */
export const SHIFT_EVERY = 120000;
const SHIFT_REM = 0.3;
/* Eight places around the middle: no edge stays on the same pixels for more than two minutes. */
const PLACES = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
];

/* facts: hubNow, minuteOfDay, lastCall (ms or null), openCounters, blank ([from, until] in minutes, or null), announcing.
   "blank" only outside hours and with every counter closed; a call always wakes the screen. */
export function state(facts) {
  if (facts.announcing) return "bright";
  const quiet = facts.lastCall === null || facts.hubNow - facts.lastCall > DIM_AFTER;
  if (!quiet) return "bright";
  if (facts.openCounters === 0 && facts.blank && within(facts.minuteOfDay, facts.blank)) return "blank";
  return "dim";
}

/* Whether a minute of the day lies in [from, until), also over midnight. */
export function within(minute, span) {
  if (span[0] <= span[1]) return minute >= span[0] && minute < span[1];
  return minute >= span[0] || minute < span[1];
}

export function minuteOfDay(hubNow, utcOffsetMinutes) {
  const minute = Math.floor(hubNow / 60000) + utcOffsetMinutes;
  return ((minute % 1440) + 1440) % 1440;
}

/* The picture's place in rem. */
export function shift(hubNow) {
  const place = PLACES[((Math.floor(hubNow / SHIFT_EVERY) % PLACES.length) + PLACES.length) % PLACES.length];
  return [place[0] * SHIFT_REM, place[1] * SHIFT_REM];
}
