/* Which calls stand on the screen, large or among the last ones? Each is told once, as soon as it does. Pure: the world is
   handed in. Chrome 68. */
var Drawn = (function () {
  "use strict";

  /* world: stands(call) -> whether somebody before the screen can read number and counter now; tell(seq) */
  function create(world) {
    var untold = [];
    var known = -1;
    var begun = false;

    /* The hub's log; a call that it names no more is not waited for. `seq` is the view's: a log that was set back begins anew. */
    function take(view) {
      var calls = view.calls || [];
      var newest = calls.length ? calls[calls.length - 1].seq : 0;
      if (view.seq < known) known = -1;
      /* A page that begins tells of those alone whose visitors are still expected: nobody asks what became of the others. */
      var fresh = calls.filter(function (call) {
        return call.seq > known && (begun || call.standing !== false);
      });
      begun = true;
      var named = {};
      calls.forEach(function (call) {
        named[call.seq] = true;
      });
      untold = untold
        .filter(function (call) {
          return named[call.seq];
        })
        .concat(fresh);
      known = Math.max(known, newest);
      look();
    }

    function look() {
      untold = untold.filter(function (call) {
        if (!world.stands(call)) return true;
        world.tell(call.seq);
        return false;
      });
    }

    return { take: take, look: look };
  }

  return { create: create };
})();

if (typeof module !== "undefined") module.exports = Drawn;
