// One command until it is answered: never lost, never carried out twice, whatever the hub does.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { create, memoryIn, newId, post, send } from "../../antrean/web/static/reliable_post.js";

const CALL = { name: "big", url: "/counter_panel/calls", fields: { current: "A-001" } };
const DONE = { status: 201, body: { seq: 9 } };
const settle = () => new Promise((resolve) => setImmediate(resolve));

/* A page with a clock of its own; `page.kept` is what its memory holds. */
function open(options = {}, kept = null) {
  const page = { sent: [], waiting: [], timers: [], states: [], ended: [], at: 1000, ids: 0, kept };
  const world = {
    send(command) {
      page.sent.push(JSON.parse(JSON.stringify(command)));
      return new Promise((resolve, reject) => page.waiting.push({ resolve, reject }));
    },
    newId: () => `id-${++page.ids}`,
    now: () => page.at,
    random: () => 1,
    after(ms, what) {
      const timer = { at: page.at + ms, what };
      page.timers.push(timer);
      return () => {
        page.timers = page.timers.filter((one) => one !== timer);
      };
    },
    memory: {
      read: () => page.kept,
      write: (value) => {
        page.kept = JSON.parse(JSON.stringify(value));
      },
      clear: () => {
        page.kept = null;
      },
    },
    onChange: (state) => page.states.push(state),
    onDone: (body, command) => page.ended.push(["done", body, command.name]),
    onRefused: (error, command) => page.ended.push(["refused", error, command.name]),
    onSignedOut: () => page.ended.push(["signed out"]),
    onStopped: (command) => page.ended.push(["stopped", command.name]),
  };
  page.post = create({ ...world, ...options });
  page.pass = async (ms) => {
    const end = page.at + ms;
    for (;;) {
      await settle();
      const due = page.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      page.at = due.at;
      page.timers = page.timers.filter((timer) => timer !== due);
      due.what();
    }
    page.at = end;
    await settle();
  };
  page.answer = async (answer) => {
    page.waiting.shift().resolve(answer);
    await settle();
  };
  page.cut = async () => {
    page.waiting.shift().reject(new TypeError("no network"));
    await settle();
  };
  page.idsSent = () => new Set(page.sent.map((command) => command.fields.request_id));
  return page;
}

test("an answered command is told once, is kept no longer and leaves no timer", async () => {
  const page = open();
  assert.equal(page.post.submit(CALL), true);
  assert.equal(page.kept.command.fields.request_id, "id-1");
  assert.deepEqual(page.sent[0], { ...CALL, method: "POST", fields: { current: "A-001", request_id: "id-1" } });
  await page.answer(DONE);
  assert.deepEqual(page.ended, [["done", { seq: 9 }, "big"]]);
  assert.equal(page.post.busy(), false);
  assert.equal(page.kept, null);
  assert.deepEqual(page.timers, []);
});

test("a second tap while one command is on its way sends nothing", async () => {
  const page = open();
  page.post.submit(CALL);
  assert.equal(page.post.submit({ ...CALL, name: "verb-1" }), false);
  await page.pass(1000);
  assert.equal(page.sent.length, 1);
});

test("a cut line repeats the command with the same request id until it is answered", async () => {
  const page = open();
  page.post.submit(CALL);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await page.cut();
    assert.equal(page.states[page.states.length - 1].failures, attempt);
    await page.pass(4000);
  }
  await page.answer(DONE);
  assert.equal(page.sent.length, 6);
  assert.deepEqual(page.idsSent(), new Set(["id-1"]));
  assert.equal(page.ended.length, 1);
  await page.pass(60000);
  assert.equal(page.sent.length, 6);
});

test("pauses grow to the longest one, and half of each is drawn by lot", async () => {
  for (const [lot, pauses] of [
    [1, [700, 1400, 2800, 4000, 4000]],
    [0, [350, 700, 1400, 2000, 2000]],
  ]) {
    const page = open({ random: () => lot });
    page.post.submit(CALL);
    for (const [index, pause] of pauses.entries()) {
      await page.cut();
      await page.pass(pause - 1);
      assert.equal(page.sent.length, index + 1, `${lot} ${pause}`);
      await page.pass(1);
      assert.equal(page.sent.length, index + 2, `${lot} ${pause}`);
    }
  }
});

test("a hub that can't answer now is asked again, a refusal is told at once with its code and sentence", async () => {
  for (const status of [408, 429, 502, 503]) {
    const page = open();
    page.post.submit(CALL);
    await page.answer({ status, body: {} });
    assert.equal(page.post.busy(), true, String(status));
    assert.deepEqual(page.ended, []);
  }
  for (const status of [403, 404, 409, 422, 500]) {
    const page = open();
    page.post.submit(CALL);
    const error = { code: "queue_empty", message: "Tidak ada." };
    await page.answer({ status, body: { error } });
    assert.deepEqual(page.ended, [["refused", error, "big"]], String(status));
    assert.equal(page.kept, null);
    assert.equal(page.post.busy(), false);
  }
});

test("which answers are waited out is the screen's choice", async () => {
  const page = open({ passes: (status) => status >= 500 });
  page.post.submit(CALL);
  await page.answer({ status: 500, body: {} });
  assert.equal(page.post.busy(), true);
});

test("a command after a refusal has a request id of its own", async () => {
  const page = open();
  page.post.submit(CALL);
  await page.answer({ status: 409, body: { error: { code: "x", message: "" } } });
  page.post.submit(CALL);
  assert.equal(page.sent[1].fields.request_id, "id-2");
});

test("an ended session leads to sign-in where the screen has one, and is a refusal elsewhere", async () => {
  const error = { code: "sign_in_required", message: "" };
  const page = open();
  page.post.submit(CALL);
  await page.answer({ status: 403, body: { error } });
  assert.deepEqual(page.ended, [["signed out"]]);
  const device = open({ onSignedOut: null });
  device.post.submit(CALL);
  await device.answer({ status: 403, body: { error } });
  assert.deepEqual(device.ended, [["refused", error, "big"]]);
});

test("slowness is told after a while, and only while nothing was answered", async () => {
  const page = open();
  page.post.submit(CALL);
  await page.pass(1499);
  assert.equal(page.states[page.states.length - 1].slow, false);
  await page.pass(1);
  assert.deepEqual(page.states[page.states.length - 1], { busy: true, slow: true, failures: 0, name: "big" });
  await page.answer(DONE);
  assert.deepEqual(page.states[page.states.length - 1], { busy: false, slow: false, failures: 0, name: "" });
});

test("a returning hub is asked at once, not twice at a time and not ever faster", async () => {
  const page = open({ firstPause: 3000, longestPause: 3000 });
  page.post.submit(CALL);
  await page.cut();
  await page.pass(1000);
  page.post.nudge();
  page.post.nudge();
  assert.equal(page.sent.length, 2);
  await page.cut();
  await page.pass(2500);
  assert.equal(page.sent.length, 2);
  await page.pass(500);
  assert.equal(page.sent.length, 3);
  await page.answer(DONE);
  await page.pass(60000);
  assert.equal(page.sent.length, 3);
  assert.equal(page.ended.length, 1);
});

test("a command given up is not sent again and its late answer says nothing", async () => {
  const page = open();
  page.post.submit(CALL);
  await page.cut();
  page.post.nudge();
  assert.equal(page.post.giveUp().fields.request_id, "id-1");
  assert.equal(page.post.giveUp(), null);
  await page.answer(DONE);
  await page.pass(60000);
  assert.equal(page.sent.length, 2);
  assert.equal(page.kept, null);
  assert.deepEqual(page.ended, []);
  assert.deepEqual(page.timers, []);
});

test("a command taken after one was given up does not get the answer of the one before", async () => {
  const page = open();
  page.post.submit(CALL);
  page.post.giveUp();
  page.post.submit({ ...CALL, name: "verb-1" });
  await page.answer(DONE);
  assert.deepEqual(page.ended, []);
  await page.answer({ status: 200, body: { seq: 10 } });
  assert.deepEqual(page.ended, [["done", { seq: 10 }, "verb-1"]]);
});

test("a screen that stops by itself says so once and asks for nothing more", async () => {
  for (const options of [{ stopAfter: 180000 }, { attempts: 2 }]) {
    const page = open(options);
    page.post.submit(CALL);
    await page.cut();
    page.at += 180000;
    await page.pass(0);
    await page.cut();
    assert.deepEqual(page.ended, [["stopped", "big"]]);
    assert.equal(page.kept, null);
    const asked = page.sent.length;
    page.post.nudge();
    await page.pass(60000);
    assert.equal(page.sent.length, asked);
  }
});

test("a page loaded again goes on under the first request id, but not with a command of long ago", async () => {
  const before = open();
  before.post.submit(CALL);
  const page = open({}, before.kept);
  assert.equal(page.post.resume(), true);
  assert.deepEqual(page.idsSent(), new Set(["id-1"]));
  await page.answer(DONE);
  assert.deepEqual(page.ended, [["done", { seq: 9 }, "big"]]);
  const kept = before.kept;
  for (const other of [
    { ...kept, since: 1000 - 180000 },
    { ...kept, since: 2000 },
    { since: 1000 },
    { wish: {}, since: 1000 },
  ]) {
    const late = open({}, other);
    assert.equal(late.post.resume(), false);
    assert.equal(late.sent.length, 0);
    assert.equal(late.kept, null);
  }
  const none = open();
  assert.equal(none.post.resume(), false);
});

test("as a promise it gives the answer, the refusal, or fails after its attempts", async () => {
  const quick = { after: (_ms, what) => setImmediate(what) && (() => {}), newId: () => "one", attempts: 3 };
  const status = (code, body) => ({ ...quick, send: async () => ({ status: code, body }) });
  assert.deepEqual(await post(CALL, status(201, { next: "/admin/" })), { status: 200, body: { next: "/admin/" } });
  const error = { code: "bad_value", message: "Salah." };
  assert.deepEqual(await post(CALL, status(422, { error })), { status: 422, body: { error } });
  const ids = [];
  const away = async (command) => {
    ids.push(command.fields.request_id);
    throw new TypeError("no network");
  };
  await assert.rejects(post(CALL, { ...quick, send: away }));
  assert.deepEqual(ids, ["one", "one", "one"]);
  const full = { code: "storage_unavailable", message: "Disk penuh." };
  assert.deepEqual(await post(CALL, status(503, { error: full })), { status: 503, body: { error: full } });
});

test("request ids are what the hub takes, and none comes twice", () => {
  const ids = Array.from({ length: 200 }, newId);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(new Set(ids).size, 200);
});

const fetched = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = fetched;
  delete globalThis.window;
});

test("one sending is JSON both ways, and an answer that is no JSON still has its status", async () => {
  let seen = null;
  let text = '{"seq": 3}';
  globalThis.fetch = async (url, init) => {
    seen = { url, ...init };
    return { status: 200, text: async () => text };
  };
  assert.deepEqual(await send("/kiosk/tickets", { persons: 2 }, { headers: { "Accept-Language": "su" } }), {
    status: 200,
    body: { seq: 3 },
  });
  assert.equal(seen.method, "POST");
  assert.equal(seen.credentials, "same-origin");
  assert.equal(seen.body, '{"persons":2}');
  assert.equal(seen.headers["Content-Type"], "application/json");
  assert.equal(seen.headers["Accept-Language"], "su");
  for (text of ["", "<html>", "null"]) assert.deepEqual(await send("/x", {}), { status: 200, body: {} });
});

test("a sending without a whole answer is given up after its time", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.fetch = async (_url, init) => ({
    status: 200,
    text: () =>
      new Promise((_resolve, reject) => init.signal.addEventListener("abort", () => reject(new Error("cut")))),
  });
  const sending = send("/x", {}, { timeout: 5000 });
  await settle();
  context.mock.timers.tick(5000);
  await assert.rejects(sending);
});

test("a browser that allows no storage keeps nothing and fails nothing", () => {
  globalThis.window = {
    get localStorage() {
      throw new Error("denied");
    },
  };
  const memory = memoryIn("localStorage", "kiosk.command");
  memory.write({ since: 1 });
  assert.equal(memory.read(), null);
  memory.clear();
  const held = {};
  globalThis.window = {
    sessionStorage: {
      getItem: (key) => held[key] || null,
      setItem: (key, value) => {
        held[key] = value;
      },
      removeItem: (key) => {
        delete held[key];
      },
    },
  };
  const kept = memoryIn("sessionStorage", "panel.command");
  assert.equal(kept.read(), null);
  kept.write({ since: 1 });
  assert.deepEqual(kept.read(), { since: 1 });
  kept.clear();
  assert.deepEqual(held, {});
});
