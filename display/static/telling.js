/* What every display does alike to tell the hub of a call: wait until it is painted, remember the word, send it. Chrome 68. */

/* Two frames later a change has been painted; a hidden page paints none, so a moment is enough there. */
export function painted() {
  return new Promise((done) => {
    const timer = setTimeout(done, 200);
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        clearTimeout(timer);
        done();
      });
    });
  });
}

/* Some frames later: what else becomes known at this moment is known by then. */
export function soon(what) {
  setTimeout(what, 60);
}

/* A refusal (a call of another day) will not change by asking again; a fault or a cut may. */
export function send(word) {
  const stop = new AbortController();
  const timer = setTimeout(() => {
    stop.abort();
  }, 6000);
  return fetch(document.body.dataset.announceUrl, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(word),
    signal: stop.signal,
  }).then(
    (answer) => {
      clearTimeout(timer);
      return answer.ok || answer.status === 404 || answer.status === 409 || answer.status === 422;
    },
    (error) => {
      clearTimeout(timer);
      throw error;
    },
  );
}

/* What is kept on this device under a name; null when there is nothing. */
export function memory(name) {
  return {
    read() {
      try {
        return JSON.parse(localStorage.getItem(name));
      } catch (_error) {
        return null;
      }
    },
    write(value) {
      try {
        localStorage.setItem(name, JSON.stringify(value));
      } catch (_error) {
        /* then a reload has forgotten it */
      }
    },
  };
}
