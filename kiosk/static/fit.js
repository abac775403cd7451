/* Services have the names the office gives them. When a tile of the start screen can't hold its name, all tiles get the same
   smaller letters, in steps, and words are torn only when the smallest does not help. Without script long words just break. */
// biome-ignore lint/correctness/noUnusedVariables: a global of the page's other scripts
var Fit = (function () {
  "use strict";

  var STEPS = [1, 0.92, 0.84, 0.77, 0.7];

  function cut(tile) {
    var name = tile.querySelector(".tile-name");
    return tile.scrollHeight > tile.clientHeight + 1 || name.scrollWidth > name.clientWidth + 1;
  }

  function fit(grid) {
    var tiles = Array.prototype.slice.call(grid.querySelectorAll(".tile"));
    grid.classList.add("has-whole-words");
    for (var step of STEPS) {
      grid.style.setProperty("--fit", step);
      if (!tiles.some(cut)) return;
    }
    grid.classList.remove("has-whole-words");
  }

  /* To be called whenever other tiles are seen, or the same in another size. */
  function tiles() {
    Array.prototype.forEach.call(document.querySelectorAll(".tiles"), function (grid) {
      if (grid.offsetParent !== null) fit(grid);
    });
  }

  window.addEventListener("resize", tiles);
  if (document.fonts) document.fonts.ready.then(tiles);

  return { tiles: tiles };
})();
