/* Keeps one ticket's page true: turns its faces, fills in the figures, and makes itself heard when the number is called. */
(function () {
  "use strict";

  var OPEN = ["waiting", "called", "serving", "held"];
  var body = document.body;
  var sound = document.querySelector("[data-sound]");
  var title = document.title;
  var heardCall = Number(body.dataset.call) || 0;
  var audio = null;
  var Audio = window.AudioContext || window.webkitAudioContext;

  function all(selector, what) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), what);
  }

  function write(selector, text) {
    all(selector, function (place) { if (place.textContent !== text) place.textContent = text; });
  }

  /* mine: [state, people ahead, wait low, wait high, counter, seq of the last call] */
  function show(mine, services, reasons) {
    var shown = mine[0] === "waiting" && mine[1] === 0 ? "next" : mine[0];
    body.dataset.shown = shown;
    all("[data-face]", function (face) { face.hidden = face.dataset.face !== shown; });
    write("[data-ahead]", String(mine[1]));
    write("[data-wait-words]", mine[2] === null ? body.dataset.waitUnknown : body.dataset.wait.replace("{low}", mine[2]).replace("{high}", mine[3]));
    if (mine[4]) write("[data-counter]", mine[4]);
    all("[data-paused]", function (note) { note.hidden = mine[0] !== "waiting" || !services || !services[note.dataset.paused]; });
    all("[data-reason]", function (place) {
      var said = (reasons || {})[place.dataset.reason] || {};
      var languages = Object.keys(said);
      var words = said[document.documentElement.lang] || (languages.length ? said[languages[0]] : "");
      if (place.textContent !== words) place.textContent = words;
    });
    document.title = (shown === "called" ? mine[4] + " · " : "") + title;
    if (shown === "called" && mine[5] > heardCall) ring();
    heardCall = Math.max(heardCall, mine[5]);
  }

  function onView(view) {
    var mine = view.tickets && view.tickets[body.dataset.number];
    if (mine) show(mine, view.services, view.reasons);
    else if (OPEN.indexOf(body.dataset.shown) >= 0 || body.dataset.shown === "next") location.reload();
  }

  /* -- the call ---------------------------------------------------------------------------- */

  function ring() {
    window.scrollTo(0, 0);
    if (navigator.vibrate) navigator.vibrate([500, 200, 500, 200, 900]);
    if (!audio || sound.getAttribute("aria-pressed") !== "true") return;
    [0, 0.35, 0.7, 1.6, 1.95, 2.3].forEach(function (at, index) { tone(index % 3 === 2 ? 1046 : 784, at); });
  }

  function tone(pitch, at) {
    var start = audio.currentTime + at;
    var note = audio.createOscillator();
    var loudness = audio.createGain();
    note.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, start);
    loudness.gain.exponentialRampToValueAtTime(0.6, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.32);
    note.connect(loudness);
    loudness.connect(audio.destination);
    note.start(start);
    note.stop(start + 0.34);
  }

  /* Browsers let a page sound only after a tap, so the tap that asks for it also proves it. */
  function toggle() {
    var on = sound.getAttribute("aria-pressed") !== "true";
    sound.setAttribute("aria-pressed", String(on));
    if (!on) return;
    audio = audio || new Audio();
    audio.resume();
    tone(784, 0);
    if (navigator.vibrate) navigator.vibrate(200);
    if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(function () { /* the screen may sleep */ });
  }

  if (Audio) {
    sound.hidden = false;
    sound.addEventListener("click", toggle);
  }
  Live.start({ onView: onView, mayReload: function () { return !document.querySelector(".leave[open]"); } });
})();
