/* When is what a screen shows current, old, or in need of another look? Pure rules, time handed in (milliseconds that only
   ever grow, never the device's clock). connection.js does the doing. Runs in Chrome 68 and in node. */

export const STALE_AFTER = 20000; /* two ticks and a half unheard: what is shown may be wrong */
export const WATCHDOG = 35000; /* three ticks unheard: the socket is dead, whatever it says */
export const OFFLINE_AFTER = 3000; /* short cuts are healed before anyone reads a notice */

export function create(seq, at, now) {
  const held = {
    seq: seq || 0,
    at: at || 0,
    offset: at ? at - now : null,
    contact: at ? now : -Infinity,
    socketHeard: now,
    connected: false,
    cutSince: now,
    fetchFailed: false,
    everConnected: false,
  };

  /* Something came from the hub, by whatever way; `at` is the hub's clock when it was sent. */
  function hear(at, now) {
    held.contact = now;
    held.fetchFailed = false;
    if (at) held.offset = at - now;
  }

  /* Whether this view is to be shown. An older seq is news only when the hub itself was set back (a restored
     backup): its clock has then gone on by more than the watchdog's time. */
  function accept(view, now) {
    hear(view.at, now);
    const older = view.seq < held.seq;
    const setBack = older && view.at - held.at > WATCHDOG;
    if (older && !setBack) return false;
    if (view.seq === held.seq && view.at < held.at) return false;
    held.everConnected = true;
    held.seq = view.seq;
    held.at = view.at;
    return true;
  }

  /* Whether a tick tells of a view that never came. */
  function missed(tick, now) {
    hear(tick.at, now);
    held.socketHeard = now;
    return tick.seq > held.seq;
  }

  function socketUp(now) {
    held.connected = true;
    held.everConnected = true;
    held.socketHeard = now;
  }

  function socketDown(now) {
    if (held.connected || held.cutSince === null) held.cutSince = now;
    held.connected = false;
  }

  function state(now) {
    if (now - held.contact > STALE_AFTER) return held.everConnected || held.at ? "stale" : "connecting";
    if (held.connected) return "live";
    if (held.fetchFailed && now - held.cutSince > OFFLINE_AFTER) return "offline";
    return held.everConnected ? "live" : "connecting";
  }

  return {
    hear,
    accept,
    missed,
    socketUp,
    socketDown,
    socketSpoke(now) {
      held.socketHeard = now;
    },
    fetchFailed() {
      held.fetchFailed = true;
    },
    state,
    /* Whether the view should be asked for over HTTP now. */
    wantsFetch(now) {
      return !held.connected || now - held.socketHeard > WATCHDOG;
    },
    /* Whether the socket claims to live but has been silent too long. */
    socketIsDead(now) {
      return held.connected && now - held.socketHeard > WATCHDOG;
    },
    hubNow(now) {
      return held.offset === null ? null : now + held.offset;
    },
    seq() {
      return held.seq;
    },
    at() {
      return held.at;
    },
    lastHeard() {
      return held.offset === null ? null : held.contact + held.offset;
    },
  };
}

/* Wall-clock text of a hub time in the office's zone: 09.41.12, or 09:41:12 in English. Device zone and clock play no part. */
export function clockText(hubTime, utcOffsetMinutes, separator, withSeconds) {
  const seconds = Math.floor(hubTime / 1000) + utcOffsetMinutes * 60;
  const day = ((seconds % 86400) + 86400) % 86400;
  const parts = [Math.floor(day / 3600), Math.floor(day / 60) % 60];
  if (withSeconds) parts.push(day % 60);
  return parts.map((part) => (part < 10 ? "0" : "") + part).join(separator);
}
