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

/* Cut things of these heights into pages of the most that fit, each at least one: [[from, until], ...]. */
export function fill(heights, room) {
  const cut = [];
  let from = 0;
  let used = 0;
  heights.forEach((height, index) => {
    if (index > from && used + height > room) {
      cut.push([from, index]);
      from = index;
      used = 0;
    }
    used += height;
  });
  cut.push([from, heights.length]);
  return cut;
}
