/* When a display rests, where its picture stands, and which part of a long list is on. Pure; time is the hub's. Chrome 68. */
var Rest = (function () {
  "use strict";

  var DIM_AFTER = 20 * 60000; /* so long without a call */
  var SHIFT_EVERY = 120000;
  var SHIFT_REM = 0.3;
  /* Eight places around the middle: no edge stays on the same pixels for more than two minutes. */
  var PLACES = [
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
  function state(facts) {
    if (facts.announcing) return "bright";
    var quiet = facts.lastCall === null || facts.hubNow - facts.lastCall > DIM_AFTER;
    if (!quiet) return "bright";
    if (facts.openCounters === 0 && facts.blank && within(facts.minuteOfDay, facts.blank)) return "blank";
    return "dim";
  }

  /* Whether a minute of the day lies in [from, until), also over midnight. */
  function within(minute, span) {
    if (span[0] <= span[1]) return minute >= span[0] && minute < span[1];
    return minute >= span[0] || minute < span[1];
  }

  function minuteOfDay(hubNow, utcOffsetMinutes) {
    var minute = Math.floor(hubNow / 60000) + utcOffsetMinutes;
    return ((minute % 1440) + 1440) % 1440;
  }

  /* The picture's place in rem. */
  function shift(hubNow) {
    var place = PLACES[((Math.floor(hubNow / SHIFT_EVERY) % PLACES.length) + PLACES.length) % PLACES.length];
    return [place[0] * SHIFT_REM, place[1] * SHIFT_REM];
  }

  /* Cut `count` things into pages of nearly the same size with at most `fit` on each: [[from, until], ...]. */
  function pages(count, fit) {
    var most = Math.max(1, fit);
    var many = Math.max(1, Math.ceil(count / most));
    var cut = [];
    for (var page = 0; page < many; page++) {
      cut.push([Math.round((page * count) / many), Math.round(((page + 1) * count) / many)]);
    }
    return cut;
  }

  /* Cut things of these heights into pages of the most that fit, each at least one: [[from, until], ...]. */
  function fill(heights, room) {
    var cut = [];
    var from = 0;
    var used = 0;
    heights.forEach(function (height, index) {
      if (index > from && used + height > room) {
        cut.push([from, index]);
        from = index;
        used = 0;
      }
      used += height;
    });
    cut.push([from, heights.length]);
    return cut;
  }

  return {
    state: state,
    within: within,
    minuteOfDay: minuteOfDay,
    shift: shift,
    pages: pages,
    fill: fill,
    DIM_AFTER: DIM_AFTER,
    SHIFT_EVERY: SHIFT_EVERY,
  };
})();

if (typeof module !== "undefined") module.exports = Rest;
