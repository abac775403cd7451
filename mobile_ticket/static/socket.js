/* The part of the Socket.IO protocol (revision 5) that a phone needs: join one namespace over a WebSocket, hear events,
   answer pings, come back after a cut with jitter. It stands in for the full client, which is twenty times its size;
   connection.js notices no difference. Where no WebSocket gets through, connection.js asks over HTTP. */

export function io(namespace, options) {
  const LEAST = 1000;
  const MOST = 30000;
  const handlers = {};
  let line = null;
  let retry = null;
  let tries = 0;
  const socket = {
    active: false,
    on(event, handler) {
      handlers[event] = handler;
      return socket;
    },
    connect() {
      socket.active = true;
      open();
      return socket;
    },
    disconnect() {
      socket.active = false;
      drop();
      return socket;
    },
  };

  function open() {
    clearTimeout(retry);
    if (line) return;
    const mine = new WebSocket(`${location.origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`);
    line = mine;
    const late = setTimeout(() => {
      mine.close();
    }, options.timeout);
    mine.onmessage = (message) => {
      if (mine === line) hear(String(message.data), late);
    };
    mine.onclose = () => {
      clearTimeout(late);
      if (mine !== line) return;
      line = null;
      tell("disconnect", "transport close");
      if (socket.active) again();
    };
  }

  function hear(packet, late) {
    if (packet[0] === "2") line.send("3");
    else if (packet[0] === "0") line.send(`40${namespace},${JSON.stringify({ token: document.body.dataset.token })}`);
    else if (packet.slice(2, 3 + namespace.length) === `${namespace},`) {
      const data = packet.slice(3 + namespace.length);
      const kind = packet.slice(0, 2);
      if (kind === "40") {
        clearTimeout(late);
        tries = 0;
        tell("connect");
      } else if (kind === "42") {
        const event = JSON.parse(data);
        tell(event[0], event[1]);
      } else if (kind === "44" || kind === "41") {
        /* Refused or sent away: as with the full client, whoever uses this decides when to try again. */
        socket.active = false;
        drop();
        if (kind === "44") tell("connect_error", JSON.parse(data));
        else tell("disconnect");
      }
    }
  }

  function again() {
    const most = Math.min(MOST, LEAST * 2 ** tries);
    tries += 1;
    /* A thousand phones lose the hub in one moment; `apart` says how far from each other they come back. */
    retry = setTimeout(open, most * (0.5 + Math.random()) + (options.apart ? options.apart() : 0));
  }

  function drop() {
    clearTimeout(retry);
    const old = line;
    line = null;
    if (old) old.close();
  }

  function tell(event, data) {
    if (handlers[event]) handlers[event](data);
  }

  setTimeout(socket.connect, 0);
  socket.active = true;
  return socket;
}
