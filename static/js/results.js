/* The people of a search as the server gives them: by filter, further down, newly found.
 * The address is the state. Rows that arrive never move what one looks at. */
import { all, ask, morph, one, saved, wordsOf } from "./dom.js";
import { localise } from "./clock.js";
import { toast } from "./toast.js";

/** What is left out of the address. @type {Record<string, string>} */
const USUAL = { decision: "pending", sort: "found", q: "", view: "people" };
const NEAR_END_PX = 600;
const BLOCK_ROWS = 20;
const MOST_ROUNDS = 3;
const UNREACHED = "The server could not be reached. Nothing was changed.";

export class Results {
  /**
   * @param {string} base the page's own path
   * @param {() => void} onChange rows came or went
   */
  constructor(base, onChange) {
    this.base = base;
    this.onChange = onChange;
    this.query = location.search.slice(1);
    this.asked = 0;
    /** Whether something changed since the list was asked for. */
    this.isOutdated = false;
    this.isLoading = false;
    this.isLoadingMore = false;
    /** @type {Promise<void> | null} */
    this.pulsing = null;
    this.isStale = false;
    this.count = 0;
    /** People a colleague put back into this list. @type {Set<string>} */
    this.returned = new Set();
    this.rows = /** @type {HTMLElement} */ (one("#rows"));
    this.take(all("tr", this.rows));
  }

  /** How many people were stored when the rows were asked for. */
  get seen() {
    return Number(this.rows.dataset.seen);
  }

  /** How far the log of decisions had come when the rows were asked for. */
  get log() {
    return this.rows.dataset.log ?? "0";
  }

  get next() {
    return this.rows.dataset.next ?? "";
  }

  /** How many people match, loaded or not. */
  get matching() {
    return Number(one("#facets")?.dataset.shown ?? 0);
  }

  get isNarrowed() {
    return !one("#shown")?.hidden;
  }

  get decision() {
    return new URLSearchParams(this.query).get("decision") || USUAL.decision;
  }

  /** The filter as the server reads it, with who was there to be seen. */
  get address() {
    const query = new URLSearchParams(this.query);
    query.set("up_to_position", String(this.seen));
    return query.toString();
  }

  get first() {
    return one("tr", this.rows);
  }

  /** @returns {HTMLElement[]} */
  list() {
    return all("tr[data-id]", this.rows);
  }

  /**
   * Take rows in behind the others, in blocks: the browser skips those far from the screen.
   * Numbers lead rows taken out back.
   * @param {HTMLElement[]} rows
   */
  take(rows) {
    for (const row of rows) row.dataset.n = String(this.count++);
    for (let start = 0; start < rows.length; start += BLOCK_ROWS)
      this.rows.append(blockOf(rows.slice(start, start + BLOCK_ROWS)));
    this.rows.parentElement?.classList.toggle("has-more", !!this.next);
  }

  /** The row below or above. @param {Element} row @param {1 | -1} step */
  beside(row, step) {
    const next = step > 0 ? "nextElementSibling" : "previousElementSibling";
    const edge = step > 0 ? "firstElementChild" : "lastElementChild";
    if (row[next]) return row[next];
    let block = row.parentElement?.[next];
    while (block && !block[edge]) block = block[next];
    return block?.[edge] ?? null;
  }

  /** Show the same anew; a load under way asks again instead. Whether this one came to be shown. */
  async refresh() {
    this.isOutdated = true;
    return !this.isLoading && (await this.load(this.query, "none"));
  }

  /**
   * Show what a filter matches, as it is once what was decided is saved.
   * @param {string} query @param {"push" | "replace" | "none"} [history_]
   * @returns {Promise<boolean>} whether it is shown: another load may have overtaken it
   */
  async load(query, history_ = "push") {
    const number = ++this.asked;
    this.isLoading = true;
    try {
      let text = "";
      for (let round = 0; !round || (this.isOutdated && round < MOST_ROUNDS); round++) {
        await saved();
        if (number !== this.asked) return false;
        this.isOutdated = false;
        const response = await ask(`${this.base}?${query}`);
        if (number !== this.asked) return false;
        if (!response.ok) return this.refuse(await wordsOf(response));
        text = await response.text();
        if (number !== this.asked) return false;
      }
      this.show(parse(text), query, history_);
      return true;
    } catch {
      if (number !== this.asked) return false;
      const isAgain = history_ === "none";
      return this.refuse(isAgain ? "The list could not be read again. Reload the page." : UNREACHED);
    } finally {
      if (number === this.asked) {
        this.isLoading = false;
        if (this.isOutdated) this.refresh(); // whoever goes on deciding has rows meanwhile
      }
    }
  }

  /** @param {DocumentFragment} parts @param {string} query @param {"push" | "replace" | "none"} history_ */
  show(parts, query, history_) {
    this.query = query;
    const address = query ? `?${query}` : location.pathname;
    if (history_ === "push") history.pushState(null, "", address);
    if (history_ === "replace") history.replaceState(null, "", address);
    const fresh = /** @type {HTMLElement} */ (parts.querySelector("#rows"));
    this.rows.replaceWith(fresh);
    this.rows = fresh;
    this.count = 0;
    this.returned.clear();
    this.take(all("tr", fresh));
    this.surround(parts);
    this.onChange();
  }

  /** Say why nothing was loaded; what is ticked is again what is shown. @param {string} words */
  refuse(words) {
    toast(words);
    for (const box of all("#facets input")) {
      const input = /** @type {HTMLInputElement} */ (box);
      input.checked = input.defaultChecked;
    }
    return false;
  }

  /** Load everybody else who matches; whether that went well. */
  async rest() {
    while (this.next) if (!(await this.append(`after=${encodeURIComponent(this.next)}`))) return false;
    return true;
  }

  /** Look at the same people otherwise: the rows stay, details do not. @param {string} query */
  async look(query) {
    this.query = query;
    const step = history.state?.details ? "replace" : "push";
    if (this.isLoading) return void (await this.load(query, step)); // which would end at the other view
    history[`${step}State`](null, "", query ? `?${query}` : location.pathname);
    await this.pulse();
  }

  /** Load further rows when the end comes near. */
  async more() {
    if (!this.next || this.isLoadingMore || !isNearEnd()) return;
    this.isLoadingMore = true;
    try {
      const added = await this.append(`after=${encodeURIComponent(this.next)}`);
      this.isLoadingMore = false;
      if (added) await this.more();
    } finally {
      this.isLoadingMore = false;
    }
  }

  /** Let those who arrived since in: at the end, where nothing moves. @param {number} stored */
  async showNew(stored) {
    const sort = new URLSearchParams(this.query).get("sort") || USUAL.sort;
    if (!this.first || sort !== USUAL.sort || this.returned.size) return this.refresh();
    const before = this.seen;
    this.rows.dataset.seen = String(stored);
    if (!this.next) await this.append(`behind=${before}`, "is-new");
    await this.pulse();
    this.onChange();
  }

  /** @param {string} from @param {string} [mark] @returns {Promise<boolean>} */
  async append(from, mark) {
    const [address, list] = [this.address, this.rows];
    const response = await ask(`${this.base}/rows?${address}&${from}`).catch(() => null); // scrolling asks again
    if (!response?.ok) return false;
    const fresh = parse(await response.text()).querySelector("#rows");
    if (!(fresh instanceof HTMLElement) || address !== this.address || list !== this.rows) return false;
    list.dataset.next = fresh.dataset.next ?? "";
    const rows = all("tr", fresh).filter((row) => !document.getElementById(row.id)); // decided and undone meanwhile
    if (mark) for (const row of rows) row.classList.add(mark);
    this.take(rows);
    this.onChange();
    return true;
  }

  /** Ask for everything around the rows; one question at a time, none of them lost. */
  pulse() {
    this.isStale = true;
    this.pulsing ??= this.pulseWhileStale();
    return this.pulsing;
  }

  async pulseWhileStale() {
    while (this.isStale) {
      this.isStale = false;
      await this.pulseOnce();
    }
    this.pulsing = null;
  }

  async pulseOnce() {
    const address = this.address;
    try {
      const response = await ask(`${this.base}/pulse?${address}`);
      if (!response.ok) return;
      const parts = parse(await response.text());
      this.strip(parts);
      // what another filter shows by now brought its own surroundings
      if (address === this.address && !this.isLoading) this.surround(parts);
    } catch {
      /* the next one comes */
    }
  }

  /**
   * What anybody decided on these people since the page last asked.
   * @returns {Promise<{decision: string, by: string, is_own: boolean, at: string | null, ids: string[]}[]>}
   */
  async news() {
    const rows = this.rows;
    const response = await ask(`${this.base}/decided?since=${this.log}`);
    if (!response.ok || rows !== this.rows) return [];
    const { log, changes } = await response.json();
    if (rows !== this.rows) return [];
    rows.dataset.log = String(log);
    return changes;
  }

  /** Show the tags, lists and notes that anybody changed since the page last asked. */
  async learnMarks() {
    const rows = this.rows;
    const asked = ask(`${this.base}/marks?since=${rows.dataset.marks}`);
    const response = await asked.catch(() => null); // the next one brings it
    const told = response?.ok && one("#told", parse(await response.text()));
    if (!told || rows !== this.rows) return;
    rows.dataset.marks = told.dataset.marks;
    for (const marks of [...told.children]) document.getElementById(marks.id)?.replaceWith(marks);
  }

  /** @param {ParentNode} parts */
  strip(parts) {
    const run = one("#run");
    const fresh = one("#run", parts);
    if (!run || !fresh || Number(fresh.dataset.revision) < Number(run.dataset.revision)) return;
    localise(parts);
    for (const id of ["run", "ledger"]) replace(id, parts);
    run.dispatchEvent(new CustomEvent("strip", { bubbles: true }));
  }

  /** @param {ParentNode} parts */
  surround(parts) {
    localise(parts);
    const focused = document.activeElement instanceof HTMLInputElement ? document.activeElement : null;
    for (const id of ["tabs", "shown", "view", "facets", "foot", "charts"]) replace(id, parts);
    for (const box of all("#facets input")) {
      const input = /** @type {HTMLInputElement} */ (box);
      input.checked = input.defaultChecked;
      if (focused && !focused.isConnected && input.name === focused.name && input.value === focused.value)
        input.focus();
    }
    one("#facets")?.dispatchEvent(new CustomEvent("surround", { bubbles: true }));
  }

  /**
   * Take rows out. One leaves in sight, where a block without rows has no height: to take that out as well
   * costs a key 40 ms. What many leave is out of sight too, where a block would keep its height.
   * @param {HTMLElement[]} rows
   */
  drop(rows) {
    for (const row of rows) row.remove();
    if (rows.length === 1) return;
    for (const block of [...this.rows.children]) if (!block.firstElementChild) block.remove();
  }

  /** Put a row back where it was. @param {HTMLElement} row */
  restore(row) {
    const n = Number(row.dataset.n);
    const behind = this.list().find((other) => Number(other.dataset.n) > n);
    if (behind) behind.before(row);
    else if (this.rows.lastElementChild) this.rows.lastElementChild.append(row);
    else this.rows.append(blockOf([row]));
  }
}

/** @param {HTMLElement[]} rows */
function blockOf(rows) {
  const block = document.createElement("div");
  block.className = "block";
  block.setAttribute("role", "presentation");
  block.append(...rows);
  block.style.setProperty("--rows", String(rows.length));
  return block;
}

/** The query that a form stands for, without what is usual. @param {HTMLFormElement} form */
export function queryOf(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form))
    if (typeof value === "string" && value.trim() !== USUAL[name]) query.append(name, value);
  return query.toString();
}

/** @param {string} html */
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** @param {string} id @param {ParentNode} parts */
function replace(id, parts) {
  const current = document.getElementById(id);
  const fresh = parts.querySelector(`#${id}`);
  if (current && fresh) morph(current, fresh);
}

function isNearEnd() {
  const foot = one("#foot");
  const frame = one("#scroll");
  if (!foot || !frame) return false;
  const bottom = Math.min(innerHeight, frame.getBoundingClientRect().bottom);
  return foot.getBoundingClientRect().top < bottom + NEAR_END_PX;
}
