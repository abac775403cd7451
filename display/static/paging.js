/* Which part of a long list is on. Pure. Chrome 68. */

/* Cut `count` things into pages of nearly the same size with at most `fit` on each: [[from, until], ...]. */
export function pages(count, fit) {
  const most = Math.max(1, fit);
  const many = Math.max(1, Math.ceil(count / most));
  const cut = [];
  for (let page = 0; page < many; page++) {
    cut.push([Math.round((page * count) / many), Math.round(((page + 1) * count) / many)]);
  }
  return cut;
}

/* Cut things of these heights into pages of the most that fit, each at least one line: [[from, until], ...]. A line of so many
   columns is as high as the highest in it. */
export function fill(heights, room, columns = 1) {
  const cut = [];
  let from = 0;
  let used = 0;
  let line = 0;
  heights.forEach((height, index) => {
    if ((index - from) % columns === 0) {
      used += line;
      line = 0;
    }
    if (used + Math.max(line, height) > room && index - from >= columns) {
      cut.push([from, index]);
      from = index;
      used = 0;
      line = 0;
    }
    line = Math.max(line, height);
  });
  cut.push([from, heights.length]);
  return cut;
}
