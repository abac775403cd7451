/* Wires the panel: taps and keys become wishes, views become what is seen. The rules of a wish are in wishes.js, the
   connection in live.js, the questions in dialogs.js, the running times in timers.js. */
(function () {
  "use strict";

  var SETTLE = 700; /* a button that has just changed its meaning does not listen: the second half of a double tap */
  var SAID_FOR = 7000;
  var VIEW_WITHIN = 900;
  var body = document.body;
  var refusal = document.querySelector("[data-refusal]");
  var sending = document.querySelector("[data-sending]");
  var base = "/counter_panel/";
  var key = "counter_panel.wish." + body.dataset.operator;
  var seen = { ticket: body.dataset.ticket, persons: Number(body.dataset.persons) || 1 };
  var wantedSeq = 0;
  var waitTimer = null;
  var saidTimer = null;
  var meaning = "";
  var settledAt = 0;
  var live = null;

  function now() {
    return performance.now();
  }

  /* -- wishes ---------------------------------------------------------------------------- */

  var wishes = Wishes.create({
    send: send,
    newId: function () {
      var bytes = crypto.getRandomValues(new Uint8Array(16));
      return Array.prototype.map
        .call(bytes, function (byte) {
          return (byte < 16 ? "0" : "") + byte.toString(16);
        })
        .join("");
    },
    now: function () {
      return Date.now();
    },
    random: Math.random,
    after: function (ms, what) {
      var timer = setTimeout(what, ms);
      return function () {
        clearTimeout(timer);
      };
    },
    memory: {
      read: function () {
        try {
          return JSON.parse(sessionStorage.getItem(key));
        } catch (_error) {
          return null;
        }
      },
      write: function (value) {
        try {
          sessionStorage.setItem(key, JSON.stringify(value));
        } catch (_error) {
          /* a reload forgets it */
        }
      },
      clear: function () {
        try {
          sessionStorage.removeItem(key);
        } catch (_error) {
          /* nothing was kept */
        }
      },
    },
    onChange: function (state) {
      body.dataset.busy = state.busy ? "yes" : "no";
      sending.hidden = !state.slow;
      markPressed(state.busy ? state.name : "");
    },
    onDone: function (answer) {
      quiet();
      if (answer && answer.seq && live && live.seq() < answer.seq) awaitView(answer.seq);
    },
    onRefused: function (error) {
      say(error.message);
      if (live) live.refresh();
    },
    onSignedOut: function () {
      location.href = body.dataset.signIn;
    },
  });

  function send(wish) {
    var stop = new AbortController();
    var timer = setTimeout(function () {
      stop.abort();
    }, 8000);
    return fetch(wish.url, {
      method: wish.method,
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "Accept-Language": document.documentElement.lang,
      },
      body: JSON.stringify(wish.fields),
      signal: stop.signal,
    }).then(
      function (answer) {
        return answer
          .json()
          .catch(function () {
            return {};
          })
          .then(function (read) {
            clearTimeout(timer);
            return { status: answer.status, body: read };
          });
      },
      function (error) {
        clearTimeout(timer);
        throw error;
      },
    );
  }

  /* What was done is not on the screen yet: nothing more is taken until it is. */
  function awaitView(seq) {
    wantedSeq = seq;
    clearTimeout(waitTimer);
    waitTimer = setTimeout(function () {
      live.refresh();
      waitTimer = setTimeout(function () {
        wantedSeq = 0;
      }, 3000);
    }, VIEW_WITHIN);
  }

  function inTheWay() {
    return wishes.busy() || (wantedSeq > 0 && live !== null && live.seq() < wantedSeq);
  }

  function ask(name, url, fields, method) {
    if (inTheWay()) return false;
    quiet();
    return wishes.ask({ name: name, url: url, method: method, fields: fields });
  }

  function markPressed(name) {
    Array.prototype.forEach.call(document.querySelectorAll(".is-sent"), function (button) {
      button.classList.remove("is-sent");
    });
    var button = name && document.getElementById(name);
    if (button) button.classList.add("is-sent");
  }

  /* -- words near the button --------------------------------------------------------------- */

  function say(message) {
    refusal.textContent = message;
    clearTimeout(saidTimer);
    saidTimer = setTimeout(quiet, SAID_FOR);
  }

  function quiet() {
    clearTimeout(saidTimer);
    refusal.textContent = "";
  }

  /* -- taps and keys ------------------------------------------------------------------------ */

  var dialogs = Dialogs.create(
    function (name, path, fields) {
      return ask(name, base + path, fields);
    },
    function (url) {
      return fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } })
        .then(function (answer) {
          if (!answer.ok) throw new Error("search answered " + answer.status);
          return answer.json();
        })
        .then(function (found) {
          return found.html;
        });
    },
  );

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-post], [data-open], [data-give-up]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    /* After a finger or a mouse, space means the big button again and not the verb tapped last. */
    if (event.detail > 0) button.blur();
    if ("giveUp" in button.dataset) {
      wishes.giveUp();
      if (live) live.refresh();
    } else if (button.dataset.open) {
      if (!inTheWay()) dialogs.open(button.dataset.open, button.dataset.ticket || seen.ticket, seen.persons);
    } else if (button.id !== "big" || now() >= settledAt) {
      var fields = button.dataset.fields ? JSON.parse(button.dataset.fields) : {};
      if (ask(button.id, button.dataset.post, fields, button.dataset.method)) dialogs.close();
    }
  });
  refusal.addEventListener("click", quiet);

  document.addEventListener("keydown", function (event) {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || dialogs.isOpen()) return;
    if (event.target.closest("input, textarea, select")) return;
    var pressed = event.key === " " || event.key === "Enter" ? "n" : event.key === "/" ? "f" : event.key.toLowerCase();
    /* On a focused button, space and Enter press that button. */
    if (pressed === "n" && event.key.toLowerCase() !== "n" && event.target.closest("button, a, summary")) return;
    var button = /^[a-z]$/.test(pressed) && document.querySelector('[data-key="' + pressed + '"]');
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  /* -- views -------------------------------------------------------------------------------- */

  function settle() {
    var big = document.getElementById("big");
    var means = big ? big.dataset.meaning : "";
    if (means !== meaning) settledAt = now() + SETTLE;
    meaning = means;
  }

  function show(hubNow) {
    Timers.show(document, hubNow, live === null || live.state() !== "live");
  }

  settle();
  settledAt = 0;
  live = Live.start({
    onView: function (view) {
      body.dataset.state = view.state;
      body.dataset.held = view.held;
      seen = { ticket: view.ticket || "", persons: view.persons || 1 };
      if (view.seq >= wantedSeq) {
        wantedSeq = 0;
        clearTimeout(waitTimer);
      }
      dialogs.newsOf(seen.ticket);
      settle();
      if (live) show(live.hubNow());
    },
    onState: function (state) {
      if (state === "live") wishes.nudge();
    },
    onSecond: show,
    mayReload: function () {
      return !wishes.busy() && !dialogs.isOpen();
    },
  });
  show(live.hubNow());
  wishes.resume();
})();
