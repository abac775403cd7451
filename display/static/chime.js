/* Two soft bell notes made on the spot, for when the hub's chime can't be loaded: nothing to go missing. Chrome 68. */

const NOTES = [659.26, 523.25]; /* E5, C5, as the hub's */
const NOTE_SECONDS = 0.5;
const RING_SECONDS = 1.1;
const LOUDNESS = 0.3;

/* Ring in this audio context; the promise ends with the last note. */
export function ring(context, volume) {
  const start = context.currentTime + 0.05;
  NOTES.forEach((frequency, index) => {
    note(context, frequency, volume, start + index * NOTE_SECONDS);
  });
  return new Promise((done) => {
    setTimeout(done, ((NOTES.length - 1) * NOTE_SECONDS + RING_SECONDS) * 1000);
  });
}

function note(context, frequency, volume, start) {
  [
    [1, LOUDNESS],
    [2, LOUDNESS * 0.3],
    [3.01, LOUDNESS * 0.12],
  ].forEach((partial) => {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = frequency * partial[0];
    gain.gain.setValueAtTime(0.0001, start);
    gain.gain.exponentialRampToValueAtTime(Math.max(partial[1] * volume, 0.0002), start + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + RING_SECONDS);
    tone.connect(gain);
    gain.connect(context.destination);
    tone.start(start);
    tone.stop(start + RING_SECONDS);
  });
}
