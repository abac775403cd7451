/* Services have the names the office gives them. When a tile of the start screen can't hold its name, all tiles get the same
   smaller letters, in steps, and words are torn only when the smallest does not help. Without script long words just break. */

import { all } from "../../antrean/web/static/dom.js";

let offers = () => true;
const STEPS = [1, 0.92, 0.84, 0.77, 0.7];

function cut(tile) {
  const name = tile.querySelector(".tile-name");
  return tile.scrollHeight > tile.clientHeight + 1 || name.scrollWidth > name.clientWidth + 1;
}

function fit(grid) {
  for (const tile of all(".tile", grid)) tile.hidden = !offers(tile);
  const tiles = all(".tile:not([hidden])", grid);
  grid.classList.add("has-whole-words");
  for (const step of STEPS) {
    grid.style.setProperty("--fit", step);
    if (!tiles.some(cut)) return;
  }
  grid.classList.remove("has-whole-words");
}

/* To be called whenever other tiles are seen, or the same in another size. */
export function tiles() {
  for (const grid of all(".tiles")) if (grid.offsetParent !== null) fit(grid);
}

/* offered(tile): whether it is shown now. */
export function start(offered) {
  offers = offered;
  window.addEventListener("resize", tiles);
  if (document.fonts) document.fonts.ready.then(tiles);
}
