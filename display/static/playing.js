/* Sounds that never hold the calls up: what does not load in time is left out, what does not end is cut off. Pure: the world
   is handed in, as voice.js says. Chrome 68. */

const LOAD_MOST = 4000;
const PLAY_GRACE = 1500; /* beyond a sound's own length */

export function create(world) {
  /* A sound that can't be had in time is left out; null says so. */
  function load(key) {
    return limited(world.load(key), LOAD_MOST, null);
  }

  /* Whether it was heard to its end. One that never ends is cut off, so that the next does not sound into it. */
  function play(sound, volume) {
    return limited(
      world.play(sound, volume).then(() => true),
      sound.seconds * 1000 + PLAY_GRACE,
      false,
    ).then((ended) => {
      if (!ended) world.stop();
      return ended;
    });
  }

  /* The chime with this key, or a bell made on the spot; whether it was heard. */
  function chime(key, volume) {
    return (key ? load(key) : Promise.resolve(null)).then((sound) =>
      sound ? play(sound, volume) : limited(ring(volume), LOAD_MOST, false),
    );
  }

  function ring(volume) {
    return world.bell(volume).then(() => true);
  }

  function limited(promise, most, otherwise) {
    return new Promise((done) => {
      world.after(most, () => {
        done(otherwise);
      });
      promise.then(done, () => {
        done(otherwise);
      });
    });
  }

  function pause(ms) {
    return new Promise((done) => {
      world.after(ms, done);
    });
  }

  return { load, play, chime, pause };
}
