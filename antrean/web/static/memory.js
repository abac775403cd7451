/* What a page keeps on its device. */

/* A memory in `storage` ("localStorage" outlives a restart of the device, "sessionStorage" the page alone). Where the
   browser allows no storage, nothing is kept and a reload forgets it. */
export function memoryIn(storage, key) {
  function tried(what) {
    try {
      return what(window[storage]);
    } catch (_error) {
      return null;
    }
  }
  return {
    read: () => tried((kept) => JSON.parse(kept.getItem(key))),
    write: (value) => tried((kept) => kept.setItem(key, JSON.stringify(value))),
    clear: () => tried((kept) => kept.removeItem(key)),
  };
}
