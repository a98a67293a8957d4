/* Deciding: at once on the page, then on the server, one after the other; what is refused
 * is put back with words. Every action can be undone, also after a reload. */
import { since, timeOf } from "./clock.js";
import { ask, changes, grouped, wordsOf } from "./dom.js";
import { nameOf, showDecision } from "./grid.js";
import { wordsOfMark } from "./marking.js";
import { toast } from "./toast.js";

const SLOW_MS = 3000;
const VERBS = { approved: "Approved", rejected: "Rejected", pending: "Back to pending:" };
/** @typedef {keyof typeof VERBS} Decision */

/** What was done to somebody, within a sentence. @type {Record<Decision, (whom: string) => string>} */
const DID = {
  approved: (whom) => `approved ${whom}`,
  rejected: (whom) => `rejected ${whom}`,
  pending: (whom) => `put ${whom} back to pending`,
};

/**
 * What was decided or marked, and what it changed on this page.
 * @typedef {object} Action
 * @property {string | null} undoId
 * @property {Decision} [to] the decision, where it was one
 * @property {string} what to whom; of a mark, all that was done
 * @property {string} at when
 * @property {HTMLElement | null} list the rows it was made among, while they were these
 * @property {boolean} isAll
 * @property {string | null} [person] who alone it was done to, before this page was loaded
 * @property {HTMLElement[]} left rows that left the tab
 * @property {[HTMLElement, string][]} changed rows that stayed, each with its old decision
 */

export class Decisions {
  /**
   * @param {import("./results.js").Results} results
   * @param {import("./grid.js").Grid} grid
   * @param {{undoId: string, to: Decision, at: string, person: string | null, what: string}[]} undoable from before this page was loaded, the newest first
   * @param {() => void} onDone
   */
  constructor(results, grid, undoable, onDone) {
    this.results = results;
    this.grid = grid;
    this.onDone = onDone;
    /** What can be undone, the latest last. @type {Action[]} */
    this.done = undoable.map((one) => ({ ...ELSEWHERE, ...one })).reverse();
    this.line = Promise.resolve();
    /** Actions of this page, which it need not be told. @type {Set<string>} */
    this.own = new Set();
    /** Actions told but not read yet; "" stands for any. @type {string[]} */
    this.unread = [];
  }

  /** Decide on the selected, else on the row looked at. @param {Decision} to */
  act(to) {
    if (this.grid.isAll) return this.decideAll(to);
    const rows = this.grid.selected ? this.grid.selectedRows() : this.grid.row ? [this.grid.row] : [];
    this.decide(rows, to);
  }

  /** @param {HTMLElement[]} rows @param {Decision} to */
  decide(rows, to) {
    if (!rows.length) return;
    const body = new URLSearchParams({ decision: to, ids: rows.map((row) => row.dataset.id).join(",") });
    const what = rows.length === 1 ? nameOf(rows[0]) : `${grouped(rows.length)} prospects`;
    const action = this.show(rows, to, what);
    this.inTurn(() => this.send(action, to, body));
  }

  /** Everybody the filter matched at the click, but those left out. @param {Decision} to */
  decideAll(to) {
    const body = new URLSearchParams({ decision: to, all: "1", except: [...this.grid.picked].join(",") });
    const what = `${grouped(this.grid.selected)} prospects`;
    const address = this.results.address;
    const action = { ...this.show(this.grid.selectedRows(), to, what), isAll: true };
    this.inTurn(async () => {
      await this.send(action, to, body, address);
      this.reload();
    });
  }

  /** Reject whoever is pending, of those that were there to be seen. */
  async rejectRest() {
    const query = new URLSearchParams({ decision: "pending", up_to_position: String(this.results.seen) });
    const body = new URLSearchParams({ decision: "rejected", all: "1" });
    const words = (/** @type {Record<string, any>} */ answer) => `Rejected ${peopleOf(answer.decided)}`;
    const isDone = await this.whole(`decide?${query}`, body, words, "rejected");
    if (isDone) await this.results.refresh();
    return isDone;
  }

  /** Who is selected, in words. */
  whom() {
    const [row] = this.grid.selected === 1 && !this.grid.isAll ? this.grid.selectedRows() : [];
    return row ? nameOf(row) : peopleOf(this.grid.selected);
  }

  /** Tag the selected, or put them in a list; they stay selected, unless they may leave. @param {import("./marking.js").Mark} mark */
  async mark(mark) {
    const { isAll, picked } = this.grid;
    const body = new URLSearchParams({ kind: mark.kind, name: mark.name, is_added: mark.isAdded ? "1" : "0" });
    if (isAll) body.set("all", "1");
    body.set(isAll ? "except" : "ids", [...picked].join(","));
    const words = (/** @type {Record<string, any>} */ answer) => wordsOfMark(mark, peopleOf(answer.changed));
    const query = new URLSearchParams(this.results.query);
    const mayLeave = query.has("tag") || query.has("list");
    if (mayLeave) this.grid.clear();
    const isDone = await this.whole(`mark?${this.results.address}`, body, words);
    if (isDone) await (mayLeave ? this.results.refresh() : this.results.learnMarks());
    return isDone;
  }

  /**
   * Change more than the rows on the page.
   * @param {string} path @param {URLSearchParams} body @param {(answer: Record<string, any>) => string} words
   * @param {Decision} [to]
   * @returns {Promise<boolean>} whether the server did it
   */
  async whole(path, body, words, to) {
    let isDone = false;
    this.inTurn(async () => {
      const answer = await this.post(path, body);
      if (typeof answer === "string") return toast(answer);
      isDone = true;
      const what = words(answer);
      if (answer.undo_id)
        this.done.push({ ...ELSEWHERE, undoId: answer.undo_id, to, what, at: new Date().toISOString() });
      toast(what, answer.undo_id ? this.undoing : undefined);
    });
    await this.line;
    if (isDone) this.onDone();
    return isDone;
  }

  /**
   * Change the page as if all were well already.
   * @param {HTMLElement[]} rows @param {Decision} to @param {string} what
   * @returns {Action}
   */
  show(rows, to, what) {
    const leaves = this.results.decision !== "all" && to !== this.results.decision;
    /** @type {[HTMLElement, string][]} */
    const changed = rows.map((row) => [row, row.dataset.decision ?? "pending"]);
    const next = leaves ? this.grid.after(rows) : null;
    for (const row of rows) showDecision(row, to);
    if (leaves) {
      this.results.drop(rows);
      this.grid.current = next;
    }
    this.grid.clear();
    if (!leaves && rows.length === 1 && rows[0].dataset.id === this.grid.current) this.grid.move(1);
    this.results.onChange();
    this.grid.focus();
    const at = new Date().toISOString();
    const left = leaves ? rows : [];
    return { undoId: null, to, what, at, list: this.results.rows, isAll: false, left, changed };
  }

  /** @param {Action} action @param {Decision} to @param {URLSearchParams} body @param {string} [address] */
  async send(action, to, body, address = this.results.address) {
    const answer = await this.post(`decide?${address}`, body);
    if (typeof answer === "string") {
      this.putBack(action);
      return toast(`${action.what}: not ${VERBS[to].toLowerCase()}. ${answer}`);
    }
    action.undoId = answer.undo_id;
    if (action.isAll) action.what = peopleOf(answer.decided);
    else if (action.list !== this.results.rows) this.reload(); // a list that did not wait for this one
    if (answer.undo_id) {
      this.done.push(action);
      this.own.add(answer.undo_id);
    }
    toast(`${VERBS[to]} ${action.what}${conflictIn(answer)}`, answer.undo_id ? this.undoing : undefined);
    this.onDone();
  }

  get undoing() {
    return { label: "Undo", key: "U", run: () => this.undo() };
  }

  /** Take back the last action that is known and still stands. */
  undo() {
    this.inTurn(async () => {
      const action = this.done.pop();
      if (!action) return toast("Nothing to undo");
      const answer = await this.post("undo", new URLSearchParams({ undo_id: action.undoId ?? "" }));
      if (typeof answer === "string") {
        this.done.push(action);
        return toast(answer);
      }
      if (answer.undo_id) this.own.add(answer.undo_id);
      if (!action.isAll && action.list === this.results.rows && !answer.kept.length) this.putBack(action);
      else this.reload(aloneIn(action));
      const redo = { label: "Redo", run: () => this.redo(action, answer.undo_id) };
      toast(wordsOfUndo(action, answer), answer.undo_id ? redo : undefined);
      this.onDone();
    });
  }

  /** Undo an undo: that is an action too. @param {Action} action what was undone @param {string} undoId by which */
  redo(action, undoId) {
    this.inTurn(async () => {
      const answer = await this.post("undo", new URLSearchParams({ undo_id: undoId }));
      if (typeof answer === "string") return toast(answer);
      if (answer.undo_id) this.own.add(answer.undo_id);
      const rows = action.changed.flatMap(([row]) => document.getElementById(row.id) ?? []);
      const isHere = !action.isAll && action.list === this.results.rows && rows.length === action.changed.length;
      const again = { ...action, undoId: answer.undo_id, at: new Date().toISOString() };
      if (isHere && action.to) Object.assign(again, this.show(rows, action.to, action.what), { undoId: again.undoId });
      else this.reload();
      if (answer.undo_id) this.done.push(again);
      toast(`Done again: ${wordsOfAction(action, answer.restored)}`, answer.undo_id ? this.undoing : undefined);
      this.onDone();
    });
  }

  /**
   * Learn what others decided, behind what waits to be sent: the log has all in order.
   * @param {string} [undoId] the action told of; without one, any that was missed
   */
  learn(undoId = "") {
    this.unread.push(undoId);
    if (this.unread.length > 1) return;
    this.inTurn(async () => {
      const unread = this.unread;
      this.unread = [];
      if (unread.every((id) => this.own.has(id))) return;
      const news = await this.results.news().catch(() => []); // the next one brings it
      for (const change of news) this.apply(change);
      if (news.length) this.onDone();
    }, 0);
  }

  /**
   * Mark the rows where they are: what a colleague does moves nothing.
   * @param {{decision: string, by: string, is_own: boolean, at: string | null, ids: string[]}} change
   */
  apply({ decision, by, is_own, at, ids }) {
    for (const id of ids) {
      const row = document.getElementById(`p-${id}`);
      if (row && row.dataset.decision !== decision) {
        showDecision(row, decision, is_own ? undefined : { by, at });
        row.classList.add("is-new");
      } else if (!row && !this.results.isNarrowed && decision === this.results.decision) this.results.returned.add(id);
    }
  }

  /** @param {Action} action */
  putBack(action) {
    if (action.list !== this.results.rows) return;
    for (const [row, decision] of action.changed) showDecision(row, decision);
    for (const row of action.left) if (!document.getElementById(row.id)) this.results.restore(row);
    const { isFree } = this.grid;
    if (isFree) this.grid.current = action.changed[0]?.[0].dataset.id ?? this.grid.current;
    this.results.onChange();
    if (isFree) this.grid.focus();
  }

  /** Read the list anew, once all is saved: no turn waits for it. @param {string | null} [person] to look at then */
  async reload(person) {
    if (!(await this.results.refresh()) || !this.grid.isFree) return;
    if (person && document.getElementById(`p-${person}`)) this.grid.lookAt(person);
    this.grid.focus();
  }

  /**
   * @param {string} path @param {URLSearchParams} body
   * @returns {Promise<Record<string, any> | string>} the answer, or why there is none
   */
  async post(path, body) {
    try {
      const response = await ask(`${this.results.base}/${path}`, { method: "POST", body });
      return response.ok ? await response.json() : await wordsOf(response);
    } catch {
      return "The server could not be reached.";
    }
  }

  /** Requests go in the order of the clicks. @param {() => Promise<unknown>} step @param {number} [saves] */
  inTurn(step, saves = 1) {
    changes.unsaved += saves;
    this.results.isOutdated ||= saves > 0;
    this.line = this.line.then(async () => {
      const slow = saves && setTimeout(() => toast("Still saving. Keep this page open."), SLOW_MS);
      try {
        await step();
      } catch (failure) {
        console.error(failure);
        toast("Something broke. Reload the page: the server knows what was decided.");
      } finally {
        clearTimeout(slow);
        changes.unsaved -= saves;
        this.results.isOutdated ||= saves > 0;
      }
    });
  }
}

/**
 * What a decision overrode: whose, and when. An undo gives it back.
 * @param {Record<string, any>} answer
 */
function conflictIn({ overridden, overrode, decided }) {
  const before = overridden[0];
  if (!before) return "";
  const whom = decided === 1 ? "them" : `${grouped(overrode)} of them`;
  return `. ${before.by} had ${before.decision} ${whom} at ${timeOf(before.at)}`;
}

/** An action of whose rows the page keeps nothing. @type {Action} */
const ELSEWHERE = { undoId: null, what: "", at: "", list: null, isAll: true, left: [], changed: [] };

/** What an action did, within a sentence. @param {Action} action @param {number} restored to how many */
function wordsOfAction(action, restored) {
  const { to, what } = action;
  if (!to) return what.charAt(0).toLowerCase() + what.slice(1);
  return DID[to](restored === 1 && aloneIn(action) ? what : peopleOf(restored));
}

/** Whom alone an action was done to, by id. @param {Action} action */
const aloneIn = ({ changed, person }) => (changed.length === 1 ? changed[0][0].dataset.id : person) ?? null;

/** @param {Action} action @param {Record<string, any>} answer */
function wordsOfUndo(action, { restored, kept }) {
  const later = kept[0]?.by;
  if (!restored) return later ? `Nothing undone: ${later} has decided since` : "Nothing to undo any more";
  const others = later ? `; ${later} has decided on others since` : "";
  return `Undone: ${wordsOfAction(action, restored)}, ${since(new Date(action.at))}${others}`;
}

/** @param {number} count */
const peopleOf = (count) => `${grouped(count)} ${count === 1 ? "prospect" : "prospects"}`;
