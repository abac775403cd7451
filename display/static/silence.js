/* Why something is not spoken. Pure. Chrome 68. */

export const TOO_OLD = 60000; /* a minute later nobody stands up any more: shown, not spoken */

/* "muted", "answered" or "late"; "" when it is to be heard. An evacuation is heard at any hour and however late. `now` is the
   hub's time, null while nobody knows it; `settings` are the hub's of this display's sound. */
export function reason(call, settings, now, utcOffset) {
  const quiet = !call.urgent && now !== null;
  if (settings.volume === 0 || (quiet && isMuted(settings.mute, now, utcOffset))) return "muted";
  if (isAnswered(call)) return "answered";
  return quiet && now - call.at > TOO_OLD ? "late" : "";
}

/* Nobody is waited for any more: the visitor has come, or was given up. It may happen while the call is spoken. */
export function isAnswered(call) {
  return call.standing === false;
}

function isMuted(spans, now, utcOffset) {
  const minutes = Math.floor(now / 60000 + utcOffset);
  const minute = ((minutes % 1440) + 1440) % 1440;
  return spans.some((span) =>
    span[0] < span[1] ? minute >= span[0] && minute < span[1] : minute >= span[0] || minute < span[1],
  );
}
