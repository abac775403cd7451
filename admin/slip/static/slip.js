/* The slip editor: every change is drawn by the hub as a printer would print it. */

import * as Admin from "../../static/admin.js";

const WAIT = 350;
const WIDEST = 576;
const form = document.querySelector("[data-slip-form]");
const papers = document.querySelector(".papers");
const language = document.querySelector("[data-preview-language]");
const picture = form.querySelector("[data-picture]");
let timer = null;
let asked = 0;

function fields() {
  const found = { language: language.value };
  Array.from(form.elements).forEach((field) => {
    if (field.name) found[field.name] = Admin.saidBy(field);
  });
  return found;
}

function drawSoon() {
  clearTimeout(timer);
  timer = setTimeout(draw, WAIT);
}

function draw() {
  const mine = ++asked;
  papers.classList.add("is-drawing");
  Admin.post(form.dataset.preview, fields()).then(
    (answer) => {
      if (mine !== asked) return;
      papers.classList.remove("is-drawing");
      if (answer.status >= 400) return Admin.say((answer.body.error || {}).message || String(answer.status));
      papers.querySelectorAll("[data-paper]").forEach((paper) => {
        const drawn = answer.body[paper.dataset.paper];
        const image = paper.querySelector("img");
        image.src = drawn.png;
        image.hidden = false;
        paper.querySelector("[data-mm]").textContent = drawn.mm;
        paper.querySelector("[data-unprintable]").hidden = !drawn.unprintable;
        paper.querySelector("[data-letters]").textContent = Array.from(drawn.unprintable).join(" ");
      });
    },
    () => {
      if (mine === asked) papers.classList.remove("is-drawing");
    },
  );
}

/* The hub takes small pictures only: a photo is made as small here as the paper needs it. */
form.querySelector("[data-logo]").addEventListener("change", (event) => {
  const file = event.target.files[0];
  picture.value = "";
  if (!file) return drawSoon();
  const image = new Image();
  image.onload = () => {
    const share = Math.min(1, WIDEST / image.width, 240 / image.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * share));
    canvas.height = Math.max(1, Math.round(image.height * share));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    const small = canvas.toDataURL("image/png");
    picture.value = small.length < 48000 ? small : canvas.toDataURL("image/jpeg", 0.8);
    URL.revokeObjectURL(image.src);
    drawSoon();
  };
  image.onerror = () => {
    drawSoon();
  };
  image.src = URL.createObjectURL(file);
});
form.addEventListener("input", drawSoon);
language.addEventListener("change", draw);
draw();
