/* Which calls stand on the screen, large or among the last ones? Each is told once, as soon as it does. Pure: the world is
   handed in. Chrome 68. */

/* world: stands(call) -> whether somebody before the screen can read number and counter now; tell(seq) */
export function create(world) {
  let untold = [];
  let known = -1;
  let begun = false;

  /* The hub's log; a call that it names no more is not waited for. `seq` is the view's: a log that was set back begins anew. */
  function take(view) {
    const calls = view.calls || [];
    const newest = calls.length ? calls[calls.length - 1].seq : 0;
    if (view.seq < known) known = -1;
    /* A page that begins tells of those alone whose visitors are still expected: nobody asks what became of the others. */
    const fresh = calls.filter((call) => call.seq > known && (begun || call.standing !== false));
    begun = true;
    const named = {};
    calls.forEach((call) => {
      named[call.seq] = true;
    });
    untold = untold.filter((call) => named[call.seq]).concat(fresh);
    known = Math.max(known, newest);
    look();
  }

  function look() {
    untold = untold.filter((call) => {
      if (!world.stands(call)) return true;
      world.tell(call.seq);
      return false;
    });
  }

  return { take, look };
}
