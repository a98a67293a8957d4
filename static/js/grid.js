/* Which row is looked at, and which are selected: some by id, or all that match but some. */
import { all, grouped, one, say } from "./dom.js";

export class Grid {
  /** @param {import("./results.js").Results} results */
  constructor(results) {
    this.results = results;
    /** @type {string | null} */
    this.current = null;
    /** @type {string | null} */
    this.anchor = null;
    this.isAll = false;
    /** Selected ids; with isAll, those left out. @type {Set<string>} */
    this.picked = new Set();
  }

  /** @returns {HTMLElement | null} */
  get row() {
    return this.current ? document.getElementById(`p-${this.current}`) : null;
  }

  get selected() {
    return this.isAll ? Math.max(0, this.results.matching - this.picked.size) : this.picked.size;
  }

  /** @param {string} id */
  isSelected(id) {
    return this.isAll !== this.picked.has(id);
  }

  /** After rows came or went: somebody is always looked at, and marks are true. */
  settle() {
    const rows = this.results.list();
    if (!this.row) this.current = rows[0]?.dataset.id ?? null;
    one("#grid")?.setAttribute("aria-rowcount", String(this.results.matching));
    this.paint();
  }

  paint() {
    for (const row of this.results.list()) {
      const isCurrent = row.dataset.id === this.current;
      const isOn = this.isSelected(row.dataset.id ?? "");
      row.classList.toggle("is-cur", isCurrent);
      row.tabIndex = isCurrent ? 0 : -1;
      row.setAttribute("aria-selected", String(isOn));
      const box = /** @type {HTMLInputElement | null} */ (one("input", row));
      if (box) box.checked = isOn;
    }
    this.paintBulk();
  }

  paintBulk() {
    const bulk = one("#bulk");
    const count = this.selected;
    const matching = this.results.matching;
    const every = /** @type {HTMLInputElement | null} */ (one("#check-all"));
    if (every) {
      every.checked = count > 0 && count === matching;
      every.indeterminate = count > 0 && count < matching;
    }
    if (!bulk) return;
    bulk.hidden = !count;
    document.body.classList.toggle("has-bulk", count > 0);
    const number = one("#bulk-count");
    if (number) number.textContent = `${grouped(count)} selected`;
    const whole = one("#bulk-all");
    if (whole) {
      whole.hidden = this.isAll || count >= matching;
      whole.textContent = `Select all ${grouped(matching)} matching`;
    }
  }

  clear() {
    this.isAll = false;
    this.picked.clear();
    this.paint();
  }

  selectAll() {
    this.isAll = true;
    this.picked.clear();
    this.paint();
    say(`All ${grouped(this.results.matching)} matching prospects selected`);
  }

  /** @param {string} id */
  lookAt(id) {
    this.current = id;
    this.paint();
  }

  /** Put the focus on the row looked at, or on the tab when none is left. @param {boolean} [scrolls] */
  focus(scrolls = true) {
    const row = this.row;
    if (!row) return one("#tabs [aria-current]")?.focus();
    row.focus({ preventScroll: true });
    if (scrolls) row.scrollIntoView({ block: "nearest" });
  }

  /** @param {1 | -1} step @param {boolean} [extends_] select on the way */
  move(step, extends_ = false) {
    const rows = this.results.list();
    const at = rows.findIndex((row) => row.dataset.id === this.current);
    if (at < 0) return;
    const to = Math.max(0, Math.min(rows.length - 1, at + step));
    if (extends_) for (const row of [rows[at], rows[to]]) this.pick(row.dataset.id ?? "", true);
    this.current = rows[to].dataset.id ?? null;
    this.paint();
    this.focus();
  }

  /** @param {string} id @param {boolean} isOn */
  pick(id, isOn) {
    if (isOn === this.isAll) this.picked.delete(id);
    else this.picked.add(id);
  }

  /** Select or leave out a row; with a range, all from the last one clicked. @param {string} id @param {boolean} [isRange] */
  toggle(id, isRange = false) {
    const ids = this.results.list().map((row) => row.dataset.id ?? "");
    const from = this.anchor ? ids.indexOf(this.anchor) : -1;
    const to = ids.indexOf(id);
    if (isRange && from >= 0)
      for (const each of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) this.pick(each, true);
    else this.pick(id, !this.isSelected(id));
    this.anchor = id;
    this.paint();
  }

  /** Who comes next when these rows leave: below, else above. @param {HTMLElement[]} leaving */
  after(leaving) {
    const rows = this.results.list();
    const gone = new Set(leaving);
    const at = Math.max(0, rows.findIndex((row) => row.dataset.id === this.current));
    const below = rows.slice(at).find((row) => !gone.has(row));
    const above = rows.slice(0, at).reverse().find((row) => !gone.has(row));
    return (below ?? above)?.dataset.id ?? null;
  }

  /** @returns {HTMLElement[]} */
  selectedRows() {
    return this.results.list().filter((row) => this.isSelected(row.dataset.id ?? ""));
  }
}

/** @param {HTMLElement} row */
export const nameOf = (row) => one("[data-detail]", row)?.textContent ?? "LinkedIn member";

/** @param {HTMLElement} row @param {string} decision */
export function showDecision(row, decision) {
  const cell = one(".c-dec", row);
  const template = /** @type {HTMLTemplateElement | null} */ (one(`#dec-${decision}`));
  if (!cell || !template) return;
  const fresh = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  for (const button of all("[aria-label]", fresh))
    button.setAttribute("aria-label", (button.getAttribute("aria-label") ?? "").replace("…", nameOf(row)));
  cell.replaceChildren(fresh);
  row.dataset.decision = decision;
}
