/* One voice in each zone. Displays that are heard together ask the hub whose turn it is before they speak; the others show
   the same call, silent, until it was said. The hub gives a turn for some seconds and asks for a sign of life: who does not
   reach it falls silent before another speaks. A display that is alone in its zone asks nobody. Pure: the world is handed
   in. Chrome 68. */

export const HELD = 3000; /* a turn without a word of the hub; the hub itself waits for a second more */
export const RENEW = 1200;
const LOOK = 400;
const AGAIN = 1000;
export const NOBODY = 7000; /* so long nobody speaks, and this display can't */

/* world: me, the id of this display; voice, as voice.js; ask({seq, still}) -> Promise of {mine}; over(seq, heard): the turn
   is given back; now(), after(ms, what) */
export function create(world) {
  let zone = null; /* {speaker, call, heard: [seq, …]}, as the hub says; null when this display is alone */
  let current = null;
  let said = 0; /* what is begun or ended here has a number, so that nothing of what was left goes on */

  /* Ends with what was heard of the call here: "" when another display has said it. */
  function say(call, waiting, heard) {
    said += 1;
    const mine = said;
    return world.voice.silence(call).then((why) => {
      if (mine !== said) return "failed";
      if (why === "answered" || why === "late" || !zone) return why || world.voice.speak(call, waiting, heard);
      return new Promise((done) => {
        current = turn(call, why, waiting, heard, done);
        current.look();
      });
    });
  }

  function turn(call, why, waiting, heard, done) {
    const began = world.now();
    let state = "waits"; /* waits, asks, speaks, over */
    let askedAt = -Infinity;
    let heldUntil = 0;
    let times = 0;
    let followed = false;

    function end(word) {
      if (state === "over") return;
      state = "over";
      current = null;
      done(word);
    }

    /* Whatever may have changed: news of the zone, or only the time. */
    function look() {
      if (state === "speaks") return keep();
      if (state !== "waits") return;
      if (zone && zone.heard.indexOf(call.seq) >= 0) return end("");
      if (zone && zone.call === call.seq && zone.speaker !== world.me) {
        followed = true;
        return;
      }
      if (followed && call.urgent) return end(""); /* it comes again soon, for all */
      if (call.standing === false) return end("answered");
      if (world.now() - began > NOBODY) return end(why || "failed");
      if (!why && world.now() - askedAt >= AGAIN) ask();
    }

    function ask() {
      const sent = world.now();
      askedAt = sent;
      state = "asks";
      world.ask({ seq: call.seq }).then(
        (answer) => {
          if (state !== "asks") return answer.mine && world.over(call.seq, false);
          state = "waits";
          if (answer.mine) speak(sent);
          else look();
        },
        () => {
          if (state === "asks") state = "waits";
        },
      );
    }

    function speak(sent) {
      state = "speaks";
      heldUntil = sent + HELD;
      times += 1;
      const time = times;
      world.voice.speak(call, waiting, heard).then((word) => {
        if (state !== "speaks" || time !== times) return;
        world.over(call.seq, !call.urgent && (word === "spoken" || word === "chime"));
        end(word);
      });
    }

    /* The turn lasts only as long as the hub says so. */
    function keep() {
      const now = world.now();
      if (now > heldUntil) return lose();
      if (now - askedAt < RENEW) return;
      askedAt = now;
      world.ask({ seq: call.seq, still: true }).then(
        (answer) => {
          if (state !== "speaks") return;
          if (answer.mine) heldUntil = now + HELD;
          else lose();
        },
        () => {},
      );
    }

    function lose() {
      state = "waits";
      world.voice.cut();
    }

    function again() {
      if (state === "over") return;
      look();
      world.after(LOOK, again);
    }
    world.after(LOOK, again);

    return {
      look,
      leave() {
        if (state === "speaks") {
          world.voice.cut();
          world.over(call.seq, false);
        }
        end("failed");
      },
    };
  }

  return {
    say,
    take(news) {
      zone = news;
      if (current) current.look();
    },
    /* End what is being said here. */
    hush() {
      said += 1;
      if (current) current.leave();
      else world.voice.cut();
    },
  };
}
