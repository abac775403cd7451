/* What a display has to tell the hub of its calls: drawn, and later what was heard. One word after the other, each again
   until the hub has it, also after a reload. What was heard says that the call is drawn as well: where both are known at
   the same moment, as on a silent display, one word says both. Pure: the world is handed in. Chrome 68. */

export const MOST = 120; /* two for each call that can wait */

/* world: memory {read(), write(words)}; send(word) -> Promise of whether the hub needs to hear no more of it; soon(what):
   does it some frames later */
export function create(world) {
  const kept = world.memory.read();
  let words = Array.isArray(kept) ? kept.slice(-MOST) : [];
  let telling = null;

  /* word: {seq, shown: true}, or {seq, sound} */
  function say(word) {
    if (word.sound !== undefined) words = words.filter((one) => one.seq !== word.seq || one === telling);
    words.push(word);
    if (words.length > MOST) words.shift();
    world.memory.write(words);
    if (word.sound === undefined) world.soon(tell);
    else tell();
  }

  /* What the hub does not take now is told again with the next call of this. */
  function tell() {
    if (telling || words.length === 0) return;
    const word = words[0];
    telling = word;
    world.send(word).then(
      (taken) => {
        telling = null;
        if (!taken) return;
        words = words.filter((one) => one !== word);
        world.memory.write(words);
        tell();
      },
      () => {
        telling = null;
      },
    );
  }

  return { say, tell };
}
