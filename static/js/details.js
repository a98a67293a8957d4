/* The details beside the rows: all that is known of the person looked at. */
import { ask, isTyping, morph, one, wordsOf } from "./dom.js";
import { localise } from "./clock.js";
import { toast } from "./toast.js";

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
  }

  get id() {
    return this.drawer.dataset.id;
  }

  /** @param {string} id */
  async open(id) {
    this.drawer.dataset.id = id;
    let response;
    try {
      response = await this.ask(id);
    } catch {
      if (this.drawer.hidden) delete this.drawer.dataset.id;
      return toast("The server could not be reached. The details are not shown.");
    }
    if (!response) return;
    if (!response.ok) return toast(await wordsOf(response));
    this.drawer.innerHTML = await response.text();
    window.htmx.process(this.drawer);
    localise(this.drawer);
    this.drawer.hidden = false;
    one("#app")?.classList.add("has-drawer");
  }

  /** Show what colleagues wrote meanwhile, but not over what the viewer writes. */
  async refresh() {
    const id = this.id;
    const response = id && (await this.ask(id).catch(() => null));
    if (!response || !response.ok || this.isWriting) return;
    const fresh = document.createElement("aside");
    fresh.innerHTML = await response.text();
    localise(fresh);
    [...this.drawer.children].forEach((part, index) => morph(part, fresh.children[index]));
  }

  get isWriting() {
    return isTyping(document.activeElement) && this.drawer.contains(document.activeElement);
  }

  /** Ask for somebody; null when somebody else was opened meanwhile. @param {string} id */
  async ask(id) {
    const response = await ask(`${this.results.base}/people/${id}`);
    return this.id === id ? response : null;
  }

  close() {
    this.drawer.hidden = true;
    delete this.drawer.dataset.id;
    one("#app")?.classList.remove("has-drawer");
    this.grid.focus();
  }

  /** @param {string} id */
  toggle(id) {
    if (this.id === id) this.close();
    else this.open(id);
  }

  /** The details follow the row looked at. */
  follow() {
    if (this.drawer.hidden) return;
    if (this.grid.current) this.open(this.grid.current);
    else this.close();
  }
}
