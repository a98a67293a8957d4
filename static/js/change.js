/* The menu at the badge of somebody decided on: nothing is changed before a choice. */
import { all, one } from "./dom.js";
import { nameOf } from "./grid.js";

const menu = one("#m-decision");

/** Say whom it is about, and leave out what they are already. @param {HTMLElement} row */
export function aimChange(row) {
  if (!menu) return;
  menu.dataset.id = row.dataset.id;
  for (const item of all("[data-do]", menu)) item.hidden = item.dataset.do === row.dataset.decision;
  /** @type {HTMLElement} */ (one("#m-decision-t")).textContent = nameOf(row);
}

/** @param {(row: HTMLElement, to: import("./decisions.js").Decision) => void} onChoice */
export function onChange(onChoice) {
  menu?.addEventListener("click", (event) => {
    const item = event.target instanceof Element ? event.target.closest("[data-do]") : null;
    if (!(item instanceof HTMLElement)) return;
    closeChange();
    const row = document.getElementById(`p-${menu.dataset.id}`);
    if (row) onChoice(row, /** @type {import("./decisions.js").Decision} */ (item.dataset.do));
  });
}

export const closeChange = () => menu?.hidePopover();
