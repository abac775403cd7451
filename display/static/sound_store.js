/* Sounds fetched from the hub and decoded: the last few are kept. Chrome 68: decodeAudioData by callbacks. */

const KEPT = 6; /* decoded sounds, a megabyte each */

/* Returns {load(key)} -> Promise of {key, seconds, buffer}. */
export function create(context, folder) {
  let kept = []; /* [key, promise], the last used at the end */

  function load(key) {
    let found = null;
    kept = kept.filter((one) => {
      if (one[0] === key) found = one;
      return one[0] !== key;
    });
    if (!found) {
      found = [key, fetched(key)];
      found[1].catch(() => {
        kept = kept.filter((one) => one !== found);
      });
    }
    kept.push(found);
    if (kept.length > KEPT) kept.shift();
    return found[1];
  }

  function fetched(key) {
    return fetch(`${folder + key}.wav`, { credentials: "same-origin" })
      .then((answer) => {
        if (!answer.ok) throw new Error(`sound answered ${answer.status}`);
        return answer.arrayBuffer();
      })
      .then(
        (bytes) =>
          new Promise((done, failed) => {
            context.decodeAudioData(bytes, done, failed);
          }),
      )
      .then((buffer) => ({ key, seconds: buffer.duration, buffer }));
  }

  return { load };
}
