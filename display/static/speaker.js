/* The loudspeaker of the page: one audio context for its whole life, few sounds kept, what the browser blocks is told.

   Speaker.create({folder: "/display/voice/", onBlocked(bool)}). A page may be silent until it is touched: the first touch or
   key wakes it. Chrome 68: decodeAudioData by callbacks. */
// biome-ignore lint/correctness/noUnusedVariables: a global of the page's other scripts
var Speaker = (function () {
  "use strict";

  var KEPT = 6; /* decoded sounds, a megabyte each */
  var WAKE = 1500; /* a browser that waits for a gesture leaves resume() open for ever; a slow box needs a second */

  function create(options) {
    var Context = window.AudioContext || window.webkitAudioContext;
    var context = Context ? new Context() : null;
    var kept = []; /* [key, promise], the last used at the end */
    var playing = null;

    function awake() {
      if (!context) return Promise.resolve(told(false));
      if (context.state === "running") return Promise.resolve(told(true));
      return new Promise(function (done) {
        context.resume().then(
          function () {
            done(told(context.state === "running"));
          },
          function () {
            done(told(false));
          },
        );
        setTimeout(function () {
          done(told(context.state === "running"));
        }, WAKE);
      });
    }

    function told(works) {
      options.onBlocked(!works);
      return works;
    }

    function load(key) {
      var found = null;
      kept = kept.filter(function (one) {
        if (one[0] === key) found = one;
        return one[0] !== key;
      });
      if (!found) {
        found = [key, fetched(key)];
        found[1].catch(function () {
          kept = kept.filter(function (one) {
            return one !== found;
          });
        });
      }
      kept.push(found);
      if (kept.length > KEPT) kept.shift();
      return found[1];
    }

    function fetched(key) {
      if (!context) return Promise.reject(new Error("no sound"));
      return fetch(options.folder + key + ".wav", { credentials: "same-origin" })
        .then(function (answer) {
          if (!answer.ok) throw new Error("sound answered " + answer.status);
          return answer.arrayBuffer();
        })
        .then(function (bytes) {
          return new Promise(function (done, failed) {
            context.decodeAudioData(bytes, done, failed);
          });
        })
        .then(function (buffer) {
          return { key: key, seconds: buffer.duration, buffer: buffer };
        });
    }

    function play(sound, volume) {
      stop();
      return new Promise(function (done) {
        var source = context.createBufferSource();
        var gain = context.createGain();
        gain.gain.value = volume * volume; /* halfway on the scale is heard as half as loud, roughly */
        source.buffer = sound.buffer;
        source.connect(gain);
        gain.connect(context.destination);
        source.onended = function () {
          gain.disconnect();
          if (playing === source) playing = null;
          done();
        };
        playing = source;
        source.start();
      });
    }

    function stop() {
      if (!playing) return;
      try {
        playing.stop();
      } catch (_error) {
        /* it had not begun */
      }
      playing = null;
    }

    /* The touch that a browser waits for. */
    function touched() {
      if (context && context.state !== "running") awake();
    }

    window.addEventListener("pointerdown", touched, true);
    window.addEventListener("keydown", touched, true);
    if (context)
      context.onstatechange = function () {
        if (context.state === "running") told(true);
      };

    return {
      awake: awake,
      load: load,
      play: play,
      stop: stop,
      bell: function (volume) {
        return context ? Chime.ring(context, volume * volume) : Promise.reject(new Error("no sound"));
      },
    };
  }

  return { create: create };
})();
