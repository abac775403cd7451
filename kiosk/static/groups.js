/* Groups of services: which one the visitor has opened, "" while the first tiles are shown, and which tiles stand in it. */
import { all } from "../../antrean/web/static/dom.js";

let opened = "";

export function current() {
  return opened;
}

export function enter(code) {
  opened = code;
}

/* Back to the first tiles. */
export function leave() {
  opened = "";
}

/* Whether a service stands where the visitor is now. */
export function shows(tile) {
  return (tile.dataset.group || "") === opened;
}

/* The services behind the tile of a group. */
export function behind(tile) {
  return all(`.tile[data-group="${tile.dataset.openGroup}"]`, tile.parentElement);
}

/* The newest view may have no such group any more, or no tiles at all. */
export function follow() {
  if (opened && !document.querySelector(`[data-open-group="${opened}"]`)) leave();
}

/* The question is the name of the group. */
export function arrange() {
  if (opened) document.body.dataset.inGroup = opened;
  else delete document.body.dataset.inGroup;
  for (const name of all("[data-group-name]")) name.hidden = name.dataset.groupName !== opened;
}
