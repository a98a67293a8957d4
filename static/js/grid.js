/* Which row is looked at, and which are selected: some by id, or all that match but some. */
import { all, grouped, isTyping, one, say, textOf } from "./dom.js";
import { timeOf } from "./clock.js";

export class Grid {
  /**
   * @param {import("./results.js").Results} results
   * @param {() => void} onCurrent the row looked at was marked, often the same again
   */
  constructor(results, onCurrent) {
    this.results = results;
    this.onCurrent = onCurrent;
    /** @type {string | null} */
    this.current = null;
    /** @type {string | null} */
    this.anchor = null;
    /** The row marked as looked at. @type {HTMLElement | null} */
    this.marked = null;
    this.isAll = false;
    /** Selected ids; with isAll, those left out. @type {Set<string>} */
    this.picked = new Set();
    /** Rows that look selected; a reload may bring checks back. @type {Set<HTMLElement>} */
    this.painted = new Set(all("#rows tr:has(:checked)"));
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

  /** After rows came or went: somebody is always looked at, and who is selected is there to be seen. */
  settle() {
    if (!this.isAll) for (const id of this.picked) if (!document.getElementById(`p-${id}`)) this.picked.delete(id);
    if (!this.row) this.current = this.results.first?.dataset.id ?? null;
    one("#grid")?.setAttribute("aria-rowcount", String(this.results.matching));
    this.paint();
  }

  /** Mark what is selected: only rows that change are touched, however many there are. */
  paint() {
    const selected = new Set(this.selectedRows());
    for (const row of this.painted) if (!selected.has(row)) paintRow(row, false);
    for (const row of selected) if (!this.painted.has(row)) paintRow(row, true);
    this.painted = selected;
    this.paintCurrent();
    this.paintBulk();
  }

  /** Mark the row looked at: two rows change, however many there are. */
  paintCurrent() {
    const row = this.row;
    if (this.marked && this.marked !== row) {
      this.marked.classList.remove("is-cur");
      this.marked.tabIndex = -1;
    }
    if (row) {
      row.classList.add("is-cur");
      row.tabIndex = 0;
    }
    this.marked = row;
    this.onCurrent();
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
    const wasSelected = this.selected > 0;
    this.isAll = false;
    this.picked.clear();
    if (wasSelected) this.paint();
    else this.paintCurrent();
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
    this.paintCurrent();
  }

  /** Put the focus on the row looked at, or on the tab when none is left. @param {boolean} [scrolls] */
  focus(scrolls = true) {
    const row = this.row;
    if (!row) return one("#tabs [aria-current]")?.focus();
    row.focus({ preventScroll: true });
    if (scrolls) row.scrollIntoView({ block: "nearest" });
  }

  /** Whether an answer may move the focus: of who types or chooses elsewhere, each letter would decide. */
  get isFree() {
    const place = document.activeElement;
    return !isTyping(place) && !place?.closest("dialog, [popover]");
  }

  /** @param {1 | -1} step @param {boolean} [extends_] select on the way */
  move(step, extends_ = false) {
    const from = this.row;
    const next = from && this.results.beside(from, step);
    const to = next instanceof HTMLElement ? next : from;
    if (!from || !to) return;
    if (extends_) {
      for (const row of [from, to]) this.pick(row.dataset.id ?? "", true);
      this.anchor ??= from.dataset.id ?? null;
      this.paint();
    }
    this.lookAt(to.dataset.id ?? "");
    this.focus();
  }

  /** @param {string} id @param {boolean} isOn */
  pick(id, isOn) {
    if (isOn === this.isAll) this.picked.delete(id);
    else this.picked.add(id);
  }

  /** Select or leave out a row; with a range, all from the last one clicked. @param {string} id @param {boolean} [isRange] */
  toggle(id, isRange = false) {
    const range = isRange ? this.range(id) : [];
    for (const each of range) this.pick(each, true);
    if (!range.length) this.pick(id, !this.isSelected(id));
    this.anchor = id;
    this.paint();
    const row = document.getElementById(`p-${id}`); // the click itself may have unchecked it
    if (row) paintRow(row, this.isSelected(id));
  }

  /** The ids from the last one clicked to this one. @param {string} id */
  range(id) {
    const ids = this.results.list().map((row) => row.dataset.id ?? "");
    const [from, to] = [ids.indexOf(this.anchor ?? ""), ids.indexOf(id)].sort((a, b) => a - b);
    return from < 0 ? [] : ids.slice(from, to + 1);
  }

  /** Who comes next when these rows leave: below, else above. @param {HTMLElement[]} leaving */
  after(leaving) {
    const gone = new Set(leaving);
    for (const step of /** @type {const} */ ([1, -1]))
      for (let row = /** @type {Element | null} */ (this.row); row instanceof HTMLElement; row = this.results.beside(row, step))
        if (!gone.has(row)) return row.dataset.id ?? null;
    return null;
  }

  /** Those on the page, in their order. @returns {HTMLElement[]} */
  selectedRows() {
    if (this.isAll) return this.results.list().filter((row) => this.isSelected(row.dataset.id ?? ""));
    const rows = [...this.picked].map((id) => document.getElementById(`p-${id}`)).filter((row) => row !== null);
    return rows.sort((a, b) => Number(a.dataset.n) - Number(b.dataset.n));
  }
}

/** @param {HTMLElement} row @param {boolean} isOn */
function paintRow(row, isOn) {
  row.ariaSelected = String(isOn);
  const box = /** @type {HTMLInputElement | null} */ (one("input", row));
  if (box) box.checked = isOn;
}

/** @param {HTMLElement} row */
export const nameOf = (row) => textOf(one("[data-detail]", row)) || "LinkedIn member";

/** @typedef {{by: string, at: string | null}} Who a colleague, and when */

/** @param {HTMLElement} row @param {string} decision @param {Who} [who] */
export function showDecision(row, decision, who) {
  const cell = one(".c-dec", row);
  const template = /** @type {HTMLTemplateElement | null} */ (one(`#dec-${decision}`));
  if (!cell || !template) return;
  const fresh = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  for (const button of all("[aria-label]", fresh))
    button.setAttribute("aria-label", (button.getAttribute("aria-label") ?? "").replace("…", nameOf(row)));
  const badge = one(".badge", fresh);
  if (badge && who?.by) {
    badge.append(` · ${who.by.split(" ", 1)[0]}`);
    const by = ` by ${who.by}${who.at ? ` at ${timeOf(who.at)}` : ""}`;
    for (const name of ["title", "aria-label"])
      badge.setAttribute(name, (badge.getAttribute(name) ?? "").replace(/^\w+/, (decided) => decided + by));
  }
  cell.replaceChildren(fresh);
  row.dataset.decision = decision;
}
