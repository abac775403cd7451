/* How codes are laid out: in the largest letters in which all of them stand on one page, or else in the smallest that the farthest
   seat can read, page after page. Pure; lengths in pixels. Chrome 68. */

const STEP = 4;
const NARROWEST = 0.75; /* of its size: so much smaller a code may be that has more behind its letters than others */
const MANY_PAGES = 8;
const BETWEEN = 5; /* pages of older codes, until the newest ones are shown again */
const LEAST_SECONDS = 8;
const SECONDS_A_CODE = 0.8;

/* counts: how many codes each group has. room: {width, height}; head: the height of a group's head; tile(size) -> {width, height}
   of one code with what lies between it and the next; least, most: font sizes.
   Returns {size, columns, pages: [[{group, from, until}, ...], ...]}. */
export function layout({ counts, room, head, tile, least, most }) {
  for (let size = Math.max(least, most); size > least; size -= STEP) {
    const tried = cut(counts, room, head, tile(size));
    if (tried.pages.length <= 1) return { size, ...tried };
  }
  return { size: least, ...cut(counts, room, head, tile(least)) };
}

/* How wide the column of codes with these widths is: half of them have room in it as they are, the wider ones smaller. */
export function column(widths) {
  const sorted = widths.slice().sort((one, other) => one - other);
  const usual = sorted[Math.floor((sorted.length - 1) / 2)];
  return Math.ceil(Math.max(usual, sorted[sorted.length - 1] * NARROWEST));
}

/* A group that goes over several pages is shared among them: none holds just one code. A page has one code at least. */
function cut(counts, room, head, tile) {
  const columns = Math.max(1, Math.floor(room.width / tile.width));
  const pages = [];
  let page = [];
  let left = room.height;
  const turn = () => {
    pages.push(page);
    page = [];
    left = room.height;
  };
  counts.forEach((count, group) => {
    let from = 0;
    while (from < count) {
      const rows = Math.floor((left - head) / tile.height);
      if (rows < 1 && page.length) {
        turn();
        continue;
      }
      const most = Math.max(1, rows) * columns;
      const rest = count - from;
      const take = page.length ? Math.min(rest, most) : Math.ceil(rest / Math.ceil(rest / most));
      page.push({ group, from, until: from + take });
      left -= head + Math.ceil(take / columns) * tile.height;
      from += take;
      if (from < count) turn();
    }
  });
  if (page.length) pages.push(page);
  return { columns, pages };
}

/* How long a page stays: long enough for each code to be read. */
export function seconds(page) {
  const codes = page.reduce((sum, part) => sum + part.until - part.from, 0);
  return Math.max(LEAST_SECONDS, Math.ceil(codes * SECONDS_A_CODE));
}

/* Which page follows which in one round: each once; where they are many, the newest codes (group 0, if there are others) come
   again and again, since most who wait before the board wait for those. */
export function round(pages) {
  const newest = pages.length && pages[pages.length - 1].some((part) => part.group > 0) ? holding(pages, 0) : [];
  const older = pages.map((_page, index) => index).filter((index) => !newest.includes(index));
  if (pages.length <= MANY_PAGES || newest.length > 2) return newest.concat(older);
  const found = [];
  for (let from = 0; from < older.length; from += BETWEEN) found.push(...newest, ...older.slice(from, from + BETWEEN));
  return found;
}

function holding(pages, group) {
  return pages.map((_page, index) => index).filter((index) => pages[index].some((part) => part.group === group));
}
