/* The slip editor: every change is drawn by the hub as a printer would print it. */
(function () {
  "use strict";

  var WAIT = 350;
  var WIDEST = 576;
  var form = document.querySelector("[data-slip-form]");
  var papers = document.querySelector(".papers");
  var language = document.querySelector("[data-preview-language]");
  var picture = form.querySelector("[data-picture]");
  var timer = null;
  var asked = 0;

  function fields() {
    var found = { language: language.value };
    Array.prototype.forEach.call(form.elements, function (field) {
      if (field.name) found[field.name] = Admin.saidBy(field);
    });
    return found;
  }

  function drawSoon() {
    clearTimeout(timer);
    timer = setTimeout(draw, WAIT);
  }

  function draw() {
    var mine = ++asked;
    papers.classList.add("is-drawing");
    Admin.post(form.dataset.preview, fields()).then(
      function (answer) {
        if (mine !== asked) return;
        papers.classList.remove("is-drawing");
        if (answer.status >= 400) return Admin.say((answer.body.error || {}).message || String(answer.status));
        Array.prototype.forEach.call(papers.querySelectorAll("[data-paper]"), function (paper) {
          var drawn = answer.body[paper.dataset.paper];
          var image = paper.querySelector("img");
          image.src = drawn.png;
          image.hidden = false;
          paper.querySelector("[data-mm]").textContent = drawn.mm;
        });
      },
      function () {
        if (mine === asked) papers.classList.remove("is-drawing");
      },
    );
  }

  /* The hub takes small pictures only: a photo is made as small here as the paper needs it. */
  form.querySelector("[data-logo]").addEventListener("change", function (event) {
    var file = event.target.files[0];
    picture.value = "";
    if (!file) return drawSoon();
    var image = new Image();
    image.onload = function () {
      var share = Math.min(1, WIDEST / image.width, 240 / image.height);
      var canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(image.width * share));
      canvas.height = Math.max(1, Math.round(image.height * share));
      var pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      var small = canvas.toDataURL("image/png");
      picture.value = small.length < 48000 ? small : canvas.toDataURL("image/jpeg", 0.8);
      URL.revokeObjectURL(image.src);
      drawSoon();
    };
    image.onerror = function () {
      drawSoon();
    };
    image.src = URL.createObjectURL(file);
  });
  form.addEventListener("input", drawSoon);
  language.addEventListener("change", draw);
  draw();
})();
