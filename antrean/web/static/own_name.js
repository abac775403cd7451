/* A screen's own name in large letters, for a supervisor who asks which screen it is. Never over what visitors need: `free()`
   says whether nobody does. It waits for that, and gives way at once. Chrome 68. */

const WAITS = 60000; /* milliseconds after which nobody looks for it any more */
const LOOK = 250;

export function follow(connection, free) {
  const place = document.createElement("div");
  let asked = null;
  let until = 0;
  let timer = null;

  place.className = "own-name";
  place.setAttribute("role", "status");
  place.addEventListener("click", hide);
  connection.hear("name", (said) => {
    asked = { name: said.name, lasts: said.seconds * 1000, wanted: performance.now() + WAITS };
    look();
  });

  function hide() {
    place.remove();
    until = 0;
  }

  function look() {
    clearTimeout(timer);
    const now = performance.now();
    if (asked && free()) {
      place.textContent = asked.name;
      document.documentElement.append(place); /* the body of a display that rests is dark */
      until = now + asked.lasts;
      asked = null;
    } else if (until && (now >= until || !free())) {
      hide();
    }
    if (asked && now > asked.wanted) asked = null;
    if (asked || until) timer = setTimeout(look, LOOK);
  }

  return look;
}
