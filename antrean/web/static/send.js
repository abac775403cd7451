/* One request with JSON, and its answer. */

const TIMEOUT = 8000;

/* Sends `fields` as JSON, once. Resolves to {status, body}, with an empty body where the hub sent no JSON; rejects when no
   whole answer came within `timeout` milliseconds. */
export async function send(url, fields, { method = "POST", headers = {}, timeout = TIMEOUT } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => {
    stop.abort();
  }, timeout);
  try {
    const answer = await fetch(url, {
      method,
      credentials: "same-origin",
      headers: Object.assign({ "Content-Type": "application/json", Accept: "application/json" }, headers),
      body: JSON.stringify(fields),
      signal: stop.signal,
    });
    return { status: answer.status, body: asJson(await answer.text()) };
  } finally {
    clearTimeout(timer);
  }
}

function asJson(text) {
  try {
    return JSON.parse(text) || {};
  } catch (_error) {
    return {};
  }
}
