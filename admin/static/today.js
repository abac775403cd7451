/* A ready reason fills in the words of every language. */
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-fill]");
    if (!button) return;
    var texts = JSON.parse(button.dataset.fill);
    Object.keys(texts).forEach(function (code) {
      button.form.elements["text_" + code].value = texts[code];
    });
    button.form.classList.add("is-changed");
  });
})();
