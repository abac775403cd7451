/* One wish of the operator, until it is answered: never lost, never done twice.

   Every attempt carries the same request_id, so the hub does it once however often it hears of it. While one wish is on
   its way no other is taken. It is kept on this tablet, so that a page loaded again goes on with it. Pure: the world is
   handed in. */

const SLOW_AFTER = 1500;
const RETRY_LEAST = 700;
const RETRY_MOST = 4000;
export const KEPT_FOR = 180000;

/* world: send(wish) -> Promise of {status, body}; newId(); now(); random(); after(ms, what) -> cancel();
   memory {read(), write(value), clear()}; onChange({busy, slow, name}); onDone(body, wish); onRefused(error, wish);
   onSignedOut() */
export function create(world) {
  let pending = null;
  let timers = [];

  /* Take a wish {name, url, method, fields}. Answers false, and does nothing, while another is on its way. */
  function ask(wish) {
    if (pending) return false;
    const fields = Object.assign({}, wish.fields, { request_id: world.newId() });
    begin({ name: wish.name, url: wish.url, method: wish.method || "POST", fields }, world.now());
    return true;
  }

  /* Go on with the wish that was on its way when the page was loaded again. */
  function resume() {
    const kept = world.memory.read();
    if (!kept || !kept.wish || pending) return false;
    const age = world.now() - kept.since;
    if (!(age >= 0 && age < KEPT_FOR)) {
      world.memory.clear();
      return false;
    }
    begin(kept.wish, kept.since);
    return true;
  }

  function begin(wish, since) {
    pending = { wish, slow: false, asking: false, tries: 0 };
    world.memory.write({ wish, since });
    tell();
    later(SLOW_AFTER, () => {
      pending.slow = true;
      tell();
    });
    attempt();
  }

  function attempt() {
    const mine = pending;
    mine.asking = true;
    mine.tries += 1;
    world.send(mine.wish).then(
      (answer) => {
        if (mine === pending) heard(answer);
      },
      () => {
        if (mine === pending) again();
      },
    );
  }

  function heard(answer) {
    const wish = pending.wish;
    const error = (answer.body && answer.body.error) || { code: "", message: "" };
    if (answer.status >= 200 && answer.status < 300) {
      clear();
      world.onDone(answer.body, wish);
    } else if (answer.status === 408 || answer.status === 429 || answer.status > 500) {
      again();
    } else {
      clear();
      if (error.code === "sign_in_required") world.onSignedOut();
      else world.onRefused(error, wish);
    }
  }

  function again() {
    pending.asking = false;
    if (pending.tries > 1 && !pending.slow) {
      pending.slow = true;
      tell();
    }
    const most = Math.min(RETRY_MOST, RETRY_LEAST * 2 ** (pending.tries - 1));
    later(most * (0.5 + world.random() / 2), () => {
      if (!pending.asking) attempt();
    });
  }

  /* The hub is back: do not wait for the next turn. */
  function nudge() {
    if (pending && !pending.asking) attempt();
  }

  /* The operator does not want it any more. What the hub heard already stays done; the next view tells. */
  function giveUp() {
    if (pending) clear();
  }

  function later(ms, what) {
    const mine = pending;
    timers.push(
      world.after(ms, () => {
        if (mine === pending) what();
      }),
    );
  }

  function clear() {
    timers.forEach((cancel) => {
      cancel();
    });
    timers = [];
    pending = null;
    world.memory.clear();
    tell();
  }

  function tell() {
    world.onChange({
      busy: pending !== null,
      slow: pending !== null && pending.slow,
      name: pending ? pending.wish.name : "",
    });
  }

  return {
    ask,
    resume,
    nudge,
    giveUp,
    busy() {
      return pending !== null;
    },
  };
}
