/* The small screen beside one counter: its number, with a slow flash when it is called, which the hub is told of as drawn.
   Rules: drawn.js, words.js, telling.js. Chrome 68. */
(function () {
  "use strict";

  var FLASH = 6000;
  var place = document.querySelector("[data-side]");
  var clock = document.querySelector("[data-clock]");
  var believed = clock.textContent !== ""; /* a hub that surely does not know the time shows none */
  var flashUntil = 0;
  var newest = null;
  var live = null;

  var room = Room.create({
    announcing: function () {
      return performance.now() < flashUntil;
    },
    utcOffset: function () {
      return live ? live.utcOffset() : Number(document.body.dataset.utcOffset) || 0;
    },
  });

  var words = Words.create({ memory: Telling.memory("display.words"), send: Telling.send, soon: Telling.soon });
  var drawn = Drawn.create({
    stands: function (call) {
      var number = place.querySelector("[data-side-number]");
      return !document.hidden && number !== null && number.textContent === call.number;
    },
    tell: function (seq) {
      words.say({ seq: seq, shown: true });
    },
  });

  live = Live.start({
    onView: function (view) {
      believed = view.clock;
      room.view(view);
      var call = view.calls.length ? view.calls[0].seq : 0;
      if (newest !== null && call > newest) flash();
      newest = call;
      Telling.painted().then(function () {
        drawn.take(view);
      });
    },
    onSecond: function (hubNow) {
      drawn.look();
      words.tell();
      room.second(hubNow);
      if (performance.now() >= flashUntil) place.classList.remove("is-announcing");
      if (hubNow === null || !live) return;
      var text = believed ? live.clock(hubNow, false) : "";
      if (clock.textContent !== text) clock.textContent = text;
    },
  });

  function flash() {
    flashUntil = performance.now() + FLASH;
    room.wake();
    place.classList.remove("is-announcing");
    void place.offsetWidth;
    place.classList.add("is-announcing");
  }
})();
