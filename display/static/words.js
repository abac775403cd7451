/* What a display has to tell the hub of its calls: drawn, and later what was heard. One word after the other, each again
   until the hub has it, also after a reload. Pure: the world is handed in. Chrome 68. */
var Words = (function () {
  "use strict";

  var MOST = 120; /* two for each call that can wait */

  /* world: memory {read(), write(words)}; send(word) -> Promise of whether the hub needs to hear no more of it */
  function create(world) {
    var kept = world.memory.read();
    var words = Array.isArray(kept) ? kept.slice(-MOST) : [];
    var telling = false;

    /* word: {seq, shown: true}, or {seq, sound} */
    function say(word) {
      words.push(word);
      if (words.length > MOST) words.shift();
      world.memory.write(words);
      tell();
    }

    /* What the hub does not take now is told again with the next call of this. */
    function tell() {
      if (telling || words.length === 0) return;
      var word = words[0];
      telling = true;
      world.send(word).then(function (taken) {
        telling = false;
        if (!taken) return;
        words = words.filter(function (one) { return one !== word; });
        world.memory.write(words);
        tell();
      }, function () { telling = false; });
    }

    return { say: say, tell: tell };
  }

  return { create: create, MOST: MOST };
})();

if (typeof module !== "undefined") module.exports = Words;
