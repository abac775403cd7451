/* One visit's wish for a number, until it is answered: never lost, never asked for twice.

   The same request_id goes with every attempt, so the hub gives one ticket however often it hears the wish. The wish is
   remembered on the device until it is answered, so that a page loaded again goes on with it. Pure: the world is handed in. */

export const SLOW_AFTER = 900;
const RETRY_LEAST = 1500;
const RETRY_MOST = 3000;
export const GIVE_UP_AFTER = 180000;

/* world: post(wish) -> Promise of {status, body}; show(screen, data, wish); newId(); now(); random();
   after(ms, what) -> cancel(); memory {read(), write(value), clear()} */
export function create(world) {
  let pending = null;
  let cancelTimers = [];

  /* Ask for a number. Answers false, and does nothing, while another wish is on its way. */
  function submit(wish) {
    if (pending) return false;
    begin(Object.assign({}, wish, { request_id: world.newId() }), world.now());
    return true;
  }

  /* Go on with a wish that was on its way when the page was loaded again. */
  function resume() {
    const kept = world.memory.read();
    if (!kept || pending) return false;
    const age = world.now() - kept.since;
    if (!(age >= 0 && age < GIVE_UP_AFTER)) {
      world.memory.clear();
      return false;
    }
    begin(kept.wish, kept.since);
    return true;
  }

  function begin(wish, since) {
    pending = { wish, since, asking: false, cut: false };
    world.memory.write({ wish, since });
    later(SLOW_AFTER, () => {
      if (!pending.cut) world.show("waiting", { cut: false });
    });
    ask();
  }

  function ask() {
    pending.asking = true;
    world.post(pending.wish).then(heard, notHeard);
  }

  function heard(answer) {
    pending.asking = false;
    if (answer.status === 200 || answer.status === 201) finish("result", answer.body);
    else if (answer.status >= 500 || answer.status === 429 || answer.status === 408) notHeard();
    else finish("problem", answer.body && answer.body.error);
  }

  function notHeard() {
    pending.asking = false;
    if (world.now() - pending.since >= GIVE_UP_AFTER) return finish("stopped");
    if (!pending.cut) {
      pending.cut = true;
      world.show("waiting", { cut: true });
    }
    later(RETRY_LEAST + world.random() * (RETRY_MOST - RETRY_LEAST), nudge);
  }

  /* The hub may be back: ask at once instead of at the next turn. */
  function nudge() {
    if (pending && !pending.asking) {
      clearTimers();
      ask();
    }
  }

  function finish(screen, data) {
    const wish = pending.wish;
    pending = null;
    clearTimers();
    world.memory.clear();
    world.show(screen, data, wish);
  }

  function later(ms, what) {
    cancelTimers.push(world.after(ms, what));
  }
  function clearTimers() {
    cancelTimers.forEach((cancel) => {
      cancel();
    });
    cancelTimers = [];
  }

  return {
    submit,
    resume,
    nudge,
    busy() {
      return pending !== null;
    },
  };
}
