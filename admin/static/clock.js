/* The page of the hub's clock: shows this device's own time, in the office's zone, and sends it with the form. */
(function () {
  "use strict";

  var shown = document.querySelector("[data-device-clock]");
  var form = document.querySelector("form[data-device-time]");
  var offset = Number(document.body.dataset.utcOffset) * 60000;
  var language = document.documentElement.lang;

  function show() {
    var here = new Date(Date.now() + offset);
    var words = {
      weekday: "long",
      day: "numeric",
      month: "long",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZone: "UTC",
    };
    try {
      shown.textContent = here.toLocaleString(language, words);
    } catch (_error) {
      shown.textContent = here.toUTCString();
    }
  }

  setInterval(show, 1000);
  show();

  /* Before admin.js collects the fields; the answer to its question may take a moment, so the time is taken then. */
  function now() {
    form.elements.at.value = String(Date.now());
  }
  document.addEventListener(
    "submit",
    function (event) {
      if (event.target === form) now();
    },
    true,
  );
  document.querySelector("[data-confirm-dialog]").addEventListener("close", now, true);
})();
