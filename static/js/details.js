/* The details beside the rows: all that is known of the person looked at. Whose they are
 * changes with the row, at once: no key decides on anybody else than the panel names.
 * To open them is a step in the browser's history: Back closes them, as on any phone. */
import { ask, isTyping, morph, one, ownText, wordsOf } from "./dom.js";
import { localise } from "./clock.js";
import { nameOf } from "./grid.js";

/** What the buttons do, and what they say of somebody who is that already. */
const BUTTONS = { approved: ["Approve", "Approved"], rejected: ["Reject", "Rejected"], pending: ["Back to pending", "Pending"] };

export class Details {
  /**
   * @param {HTMLElement} drawer
   * @param {import("./results.js").Results} results
   * @param {import("./grid.js").Grid} grid
   */
  constructor(drawer, results, grid) {
    this.drawer = drawer;
    this.results = results;
    this.grid = grid;
    /** Whose details are here or on their way. @type {string | undefined} */
    this.asked = undefined;
  }

  /** Whom the panel names; nobody while it is closed. */
  get id() {
    return this.drawer.dataset.id;
  }

  /**
   * Name the person looked at, then tell all that the server knows of them.
   * @param {boolean} [isStep] whether Back closes them
   */
  async open(isStep = true) {
    const { row } = this.grid;
    const id = row?.dataset.id;
    if (!row || !id || this.asked === id) return;
    if (isStep && !this.id) history.pushState({ details: true }, "");
    this.asked = id;
    this.sketch(row);
    await null; // a decision goes on to the next row at once: only that one is asked for
    if (this.asked !== id) return;
    const response = await this.ask(id).catch(() => "The server could not be reached. The details are not shown.");
    if (!response) return;
    if (response instanceof Response && response.ok) return this.fill(await response.text(), id);
    this.asked = undefined; // a click asks again
    const words = one("[data-words]", this.drawer);
    if (words) words.textContent = response instanceof Response ? await wordsOf(response) : response;
  }

  /** Show what the row itself says. @param {HTMLElement} row */
  sketch(row) {
    this.leave();
    const template = /** @type {HTMLTemplateElement} */ (one("#sketch"));
    const fresh = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const face = /** @type {HTMLElement | undefined} */ (one(".avatar", row)?.cloneNode(true));
    face?.classList.add("lg");
    one(".who", fresh)?.prepend(face ?? "");
    /** @type {HTMLElement} */ (one("h2", fresh)).textContent = nameOf(row);
    const title = /** @type {HTMLElement} */ (one(".c-title", row));
    /** @type {HTMLElement} */ (one("p", fresh)).textContent = ownText(title);
    const link = /** @type {HTMLAnchorElement | null} */ (one(".drawer-f a", fresh));
    const to = /** @type {HTMLAnchorElement | null} */ (one(".in", row));
    if (to) link?.setAttribute("href", to.href);
    else link?.remove();
    this.showDecision(fresh);
    this.drawer.replaceChildren(fresh);
    this.drawer.dataset.id = row.dataset.id;
    this.drawer.hidden = false;
    one("#app")?.classList.add("has-drawer");
  }

  /** Let the buttons say what the row says. @param {ParentNode} [within] */
  showDecision(within = this.drawer) {
    const decision = this.grid.row?.dataset.decision;
    for (const [to, [does, is]] of Object.entries(BUTTONS)) {
      const button = /** @type {HTMLButtonElement | null} */ (one(`[data-drawer=${to}]`, within));
      if (!button) continue;
      button.disabled = decision === to;
      /** @type {HTMLElement} */ (one("span", button)).textContent = decision === to ? is : does;
    }
  }

  /** @param {string} html @param {string} id whose it is */
  fill(html, id) {
    if (this.id !== id) return;
    this.drawer.innerHTML = html;
    this.showDecision();
    window.htmx.process(this.drawer);
    localise(this.drawer);
    for (const part of this.drawer.children) part.addEventListener("htmx:responseError", tellOfGone);
  }

  /** Show what colleagues wrote meanwhile, but not over what the viewer writes. */
  async refresh() {
    const id = this.id;
    const response = id && (await this.ask(id).catch(() => null));
    if (!response || !response.ok || this.isWriting) return;
    const fresh = document.createElement("aside");
    fresh.innerHTML = await response.text();
    if (this.id !== id) return;
    localise(fresh);
    this.showDecision(fresh);
    [...this.drawer.children].forEach((part, index) => morph(part, fresh.children[index]));
  }

  /** Somebody was decided on: was it the one shown here, who is still looked at? */
  catchUp() {
    const told = one("[data-decision]", this.drawer)?.dataset.decision;
    if (told && told !== this.grid.row?.dataset.decision) this.refresh();
  }

  get isWriting() {
    return isTyping(document.activeElement) && this.drawer.contains(document.activeElement);
  }

  /** Whether something is written here that was not sent yet. */
  get isUnsaved() {
    const { activeElement: field } = document;
    return this.isWriting && field instanceof HTMLTextAreaElement && field.value !== field.defaultValue;
  }

  /** Ask for somebody; null when somebody else was opened meanwhile. @param {string} id */
  async ask(id) {
    const response = await ask(`${this.results.base}/people/${id}`);
    return this.id === id ? response : null;
  }

  close() {
    if (history.state?.details) history.back();
    this.hide();
    this.grid.focus();
  }

  /** Be open or closed, as this step of the history had it. */
  followHistory() {
    if (history.state?.details) this.open(false);
    else if (this.id) this.close();
  }

  hide() {
    this.leave();
    this.drawer.hidden = true;
    this.asked = undefined;
    delete this.drawer.dataset.id;
    one("#app")?.classList.remove("has-drawer");
  }

  /** What is being written here is saved, as of the one it is about. */
  leave() {
    const { activeElement } = document;
    if (this.isWriting && activeElement instanceof HTMLElement) activeElement.blur();
  }

  toggle() {
    if (this.id) this.close();
    else this.open();
  }

  /** Be about the row looked at, always. */
  follow() {
    if (!this.id) return;
    if (this.id === this.grid.row?.dataset.id) this.showDecision();
    else if (this.grid.row) this.open();
    else this.hide();
  }
}

/** A refusal of what was written of somebody who is not shown any more. @param {Event} event */
function tellOfGone(event) {
  const { type, target, detail } = /** @type {CustomEvent} */ (event);
  if (target instanceof Element && !target.isConnected) document.dispatchEvent(new CustomEvent(type, { detail }));
}
