/* Notices, pictures and videos between calls: never over a call, muted, one picture and one video element for ever. A screen that
   asks for less motion shows no video. Chrome 68. */

const QUIET = 15; /* seconds after a call before anything else may stand in its place */
const CALL_BETWEEN = 8; /* between two rounds the newest call stands again */
const VIDEO_MOST = 600;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

/* world: turned(shown) is told when the big call is covered or free again; words(texts) -> the text to show now */
export function create(world) {
  const place = document.querySelector("[data-signage]");
  const picture = place.querySelector("[data-signage-picture]");
  const video = place.querySelector("[data-signage-video]");
  const words = place.querySelector("[data-signage-words]");
  let items = [];
  let next = 0;
  let left = QUIET;
  let current = null;

  picture.addEventListener("error", step);
  video.addEventListener("error", () => {
    if (current && current.kind === "video") step();
  });
  video.addEventListener("ended", step);

  function take(wanted) {
    items = (wanted || []).filter((item) => item.kind !== "video" || !still.matches);
    if (current && !items.some((item) => same(item, current))) stop();
  }

  function same(one, other) {
    return one.id === other.id && one.src === other.src && JSON.stringify(one.texts) === JSON.stringify(other.texts);
  }

  /* A call comes: everything gives way at once. */
  function stop() {
    left = QUIET;
    if (!current) return;
    current = null;
    place.hidden = true;
    video.pause();
    if (video.hasAttribute("src")) {
      video.removeAttribute("src");
      video.load(); /* lets go of the decoder and what it has buffered */
    }
    world.turned(false);
  }

  function step() {
    if (next >= items.length) {
      next = 0;
      stop();
      left = CALL_BETWEEN;
      return;
    }
    const item = items[next];
    next += 1;
    show(item);
  }

  function show(item) {
    const covered = current !== null;
    current = item;
    left = item.kind === "video" ? VIDEO_MOST : item.seconds;
    picture.hidden = item.kind !== "picture";
    video.hidden = item.kind !== "video";
    if (item.kind !== "video") video.pause();
    if (item.kind === "picture" && picture.getAttribute("src") !== item.src) picture.src = item.src;
    if (item.kind === "video") {
      video.src = item.src;
      video.muted = true;
      const playing = video.play();
      if (playing)
        playing.catch(() => {
          if (current === item) step();
        });
    }
    say();
    place.dataset.kind = item.kind;
    place.hidden = false;
    if (!covered) world.turned(true);
  }

  function say() {
    if (!current) return;
    const text = world.words(current.texts);
    words.hidden = !text;
    if (words.textContent !== text) words.textContent = text;
    picture.alt = text;
  }

  function second(busy) {
    if (busy) return stop();
    if (!items.length) return;
    left -= 1;
    if (left <= 0) step();
  }

  return {
    take,
    stop,
    second,
    say,
    showing() {
      return current !== null;
    },
  };
}
