/* The part of Socket.IO that a phone speaks, against a line that is written by hand. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { io } from "../../mobile_ticket/static/socket.js";

let lines;
class Line {
  constructor(url) {
    this.url = url;
    this.sent = [];
    this.closed = false;
    lines.push(this);
  }
  send(text) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
    this.onclose();
  }
  hear(text) {
    this.onmessage({ data: text });
  }
}

beforeEach(() => {
  lines = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 0.5);
  global.WebSocket = Line;
  global.location = { origin: "http://hub.test:8000" };
  global.document = { body: { dataset: { token: "secret" } } };
});

function joined() {
  const heard = [];
  const socket = io("/mobile_ticket", { timeout: 6000 });
  ["connect", "disconnect", "connect_error", "view", "tick"].forEach((event) =>
    socket.on(event, (data) => heard.push([event, data])),
  );
  mock.timers.tick(0);
  return { socket, heard };
}

test("it opens a line, joins its namespace with the token and hears events", () => {
  const { heard } = joined();
  assert.equal(lines[0].url, "ws://hub.test:8000/socket.io/?EIO=4&transport=websocket");
  lines[0].hear('0{"sid":"x","pingInterval":15000}');
  assert.deepEqual(lines[0].sent, ['40/mobile_ticket,{"token":"secret"}']);
  lines[0].hear('40/mobile_ticket,{"sid":"y"}');
  lines[0].hear('42/mobile_ticket,["view",{"seq":7,"tickets":{"A-001":["waiting",1]}}]');
  assert.deepEqual(heard, [
    ["connect", undefined],
    ["view", { seq: 7, tickets: { "A-001": ["waiting", 1] } }],
  ]);
});

test("it answers pings", () => {
  joined();
  lines[0].hear("2");
  assert.deepEqual(lines[0].sent, ["3"]);
});

test("events of another namespace are not its own", () => {
  const { heard } = joined();
  lines[0].hear('42/mobile_ticket_too,["view",{"seq":1}]');
  lines[0].hear('42["view",{"seq":1}]');
  assert.deepEqual(heard, []);
});

test("a cut line is told and opened again, later and later", () => {
  const { heard, socket } = joined();
  for (const wait of [1000, 2000, 4000, 8000, 16000, 30000, 30000]) {
    lines.at(-1).close();
    const before = lines.length;
    mock.timers.tick(wait - 1);
    assert.equal(lines.length, before);
    mock.timers.tick(1);
    assert.equal(lines.length, before + 1);
  }
  assert.equal(heard.filter(([event]) => event === "disconnect").length, 7);
  assert.equal(socket.active, true);
});

test("phones of a crowd come back apart from each other", () => {
  io("/mobile_ticket", { timeout: 6000, apart: () => 40000 });
  mock.timers.tick(0);
  lines[0].close();
  mock.timers.tick(40999);
  assert.equal(lines.length, 1);
  mock.timers.tick(1);
  assert.equal(lines.length, 2);
});

test("a refusal is told with its reason, and nobody knocks again unasked", () => {
  const { heard, socket } = joined();
  lines[0].hear('44/mobile_ticket,{"message":"full"}');
  assert.deepEqual(heard, [["connect_error", { message: "full" }]]);
  assert.equal(socket.active, false);
  assert.equal(lines[0].closed, true);
  mock.timers.tick(60000);
  assert.equal(lines.length, 1);
  socket.connect();
  assert.equal(lines.length, 2);
});

test("disconnect and connect make a new line and forget the old one", () => {
  const { heard, socket } = joined();
  socket.disconnect().connect();
  assert.equal(lines.length, 2);
  lines[0].hear('42/mobile_ticket,["view",{"seq":1}]');
  assert.deepEqual(heard, []);
});

test("a line that never answers is given up", () => {
  joined();
  mock.timers.tick(6000);
  assert.equal(lines[0].closed, true);
  mock.timers.tick(1000);
  assert.equal(lines.length, 2);
});
