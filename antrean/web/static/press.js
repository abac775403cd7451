/* Nothing is redrawn under a pressed finger: the tap would land on something else. */

const LET_GO_AFTER = 120; /* milliseconds: the click of a tap comes after its pointerup */
const PRESSED_MOST = 10000; /* a pointerup may get lost */

/* Returns {take(what), second()}: `take` has `draw` called with it at once, or, while a finger is down, with the newest
   once it is up. `second` is to be called about once a second. */
export function notUnderAFinger(draw) {
  let pressedSince = null;
  let timer = null;
  let waiting = null;

  function letGo() {
    pressedSince = null;
    const what = waiting;
    waiting = null;
    if (what) draw(what);
  }
  function press() {
    pressedSince = performance.now();
    clearTimeout(timer);
  }
  function release() {
    clearTimeout(timer);
    timer = setTimeout(letGo, LET_GO_AFTER);
  }

  window.addEventListener("pointerdown", press, true);
  window.addEventListener("pointerup", release, true);
  window.addEventListener("pointercancel", release, true);
  return {
    take(what) {
      if (pressedSince === null) draw(what);
      else waiting = what;
    },
    second() {
      if (pressedSince !== null && performance.now() - pressedSince > PRESSED_MOST) letGo();
    },
  };
}
