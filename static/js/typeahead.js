/* A field that finds LinkedIn's ids by name: places, industries, companies, schools.
 * Chosen ones become chips with hidden fields. WAI-ARIA combobox with a listbox. */
import { saidHere } from "./clock.js";
import { all, ask, one, say, textOf, wordsOf } from "./dom.js";

const ASK_AFTER_MS = 250;
const LEAST_LETTERS = 2;
const LONGEST_WAIT_S = 10;
const CLICK_MS = 250;
const CHOSEN = "It is chosen already.";
const UNKNOWN = {
  LOCATION: "LinkedIn knows no place of this name. Try a country, region or city.",
  INDUSTRY: "LinkedIn knows no industry of this name. Try a broader one.",
  COMPANY: CHOSEN,
  SCHOOL: "LinkedIn knows no school of this name. Try its full name.",
};
const ICONS = { LOCATION: "pin", INDUSTRY: "building", COMPANY: "building", SCHOOL: "layers" };

/** @typedef {{id: string, title: string}} Option */

export class Combo {
  /**
   * @param {HTMLElement} box
   * @param {() => string} api the product that will be searched, "" for the strongest
   * @param {() => void} onChange
   */
  constructor(box, api, onChange) {
    this.box = box;
    this.api = api;
    this.onChange = onChange;
    this.name = box.dataset.name ?? "";
    this.type = /** @type {keyof typeof ICONS} */ (box.dataset.type);
    this.input = /** @type {HTMLInputElement} */ (one("[role=combobox]", box));
    this.list = /** @type {HTMLElement} */ (one("[role=listbox]", box));
    /** @type {Option[]} */
    this.options = [];
    this.unchosen = /** @type {HTMLElement} */ (one(`#u-${this.name}`));
    this.typed = this.input.value; // as the estimate beside the form knows it
    this.at = 0;
    this.asked = 0;
    this.isEager = false; // Enter came before the answer
    this.input.addEventListener("input", () => this.askSoon());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => {
      if (this.isEager) this.hide();
      else this.close();
      // a new line at once would move what is being clicked from under the pointer
      setTimeout(() => this.leave(), CLICK_MS);
    });
    this.list.addEventListener("mousedown", (event) => this.onPick(event));
    box.addEventListener("click", (event) => this.onClick(event));
  }

  /** Something was typed that no chip stands for: it would not be searched for. */
  isUnchosen() {
    return this.input.value.trim() !== "";
  }

  leave() {
    if (document.activeElement === this.input) return;
    this.unchosen.hidden = !this.isUnchosen();
    this.note();
  }

  /** Let the estimate know what is typed. */
  note() {
    if (this.input.value === this.typed) return;
    this.typed = this.input.value;
    this.onChange();
  }

  /** Ask for a choice, or none. */
  insist() {
    const more = this.box.closest("details");
    if (more) more.open = true;
    this.input.focus();
    this.unchosen.hidden = false;
    say(textOf(this.unchosen));
    this.note();
  }

  askSoon() {
    clearTimeout(this.timer);
    this.isEager = false;
    this.unchosen.hidden = true;
    const text = this.input.value.trim();
    if (text.length < LEAST_LETTERS) return this.close();
    this.timer = setTimeout(() => this.find(text), ASK_AFTER_MS);
  }

  /** @param {string} text */
  async find(text) {
    const number = ++this.asked;
    const query = new URLSearchParams({ type: this.type, keywords: text });
    if (this.api()) query.set("api", this.api());
    this.tell("Looking …");
    try {
      const response = await ask(`/api/linkedin/search/parameters?${query}`);
      if (number !== this.asked) return; // overtaken by a later question
      if (!response.ok) return this.refused(text, response);
      this.show((await response.json()).items, text);
    } catch {
      if (number === this.asked) this.tell("The server could not be reached.");
    }
  }

  /** Say why not now; where that is soon over, ask again. @param {string} text @param {Response} response */
  async refused(text, response) {
    const { retry_after: wait_s, until } = await response.clone().json().catch(() => ({}));
    if (response.status !== 429 || !wait_s || wait_s > LONGEST_WAIT_S)
      return this.tell(saidHere(await wordsOf(response), until));
    this.tell("Waiting for your LinkedIn account’s next turn …");
    this.timer = setTimeout(() => this.find(text), wait_s * 1000);
  }

  /** @param {Option[]} found @param {string} text what was typed */
  show(found, text) {
    const chosen = new Set(all(".chip", this.box).map((chip) => chip.dataset.id));
    this.options = found.filter((option) => !chosen.has(option.id));
    // LinkedIn also takes a company's name as it is
    if (this.name === "company" && !chosen.has(text)) this.options.push({ id: text, title: text });
    this.at = 0;
    if (!this.options.length) return this.tell(found.length ? CHOSEN : UNKNOWN[this.type]);
    if (this.isEager) return this.add(this.options[0]);
    this.list.replaceChildren(...this.options.map((option, index) => this.row(option, index)));
    this.open();
    say(`${this.options.length} found`);
    this.paint();
  }

  /** @param {Option} option @param {number} index */
  row(option, index) {
    const row = document.createElement("li");
    row.className = "opt";
    row.id = `${this.list.id}-${index}`;
    row.setAttribute("role", "option");
    row.dataset.index = String(index);
    const name = document.createElement("span");
    name.textContent = option.title;
    row.append(icon(ICONS[this.type]), name);
    const apart = this.apart(option);
    if (apart) {
      const said = document.createElement("span");
      said.className = "mono small";
      said.textContent = apart;
      row.append(said);
    }
    return row;
  }

  /** What tells an option from others of its name: the id that it has. @param {Option} option */
  apart(option) {
    if (option.id === option.title) return "by name";
    const isTwin = this.options.some((other) => other !== option && other.title === option.title);
    return isTwin ? option.id : "";
  }

  /** Say something in the list's place. @param {string} words */
  tell(words) {
    this.options = [];
    const row = document.createElement("li");
    row.className = "opt muted";
    row.setAttribute("role", "option");
    row.setAttribute("aria-disabled", "true");
    row.textContent = words;
    this.list.replaceChildren(row);
    this.open();
  }

  open() {
    if (document.activeElement !== this.input) return;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    clearTimeout(this.timer);
    this.asked++;
    this.isEager = false;
    this.options = [];
    this.hide();
  }

  hide() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  paint() {
    all("[data-index]", this.list).forEach((row, index) => {
      row.setAttribute("aria-selected", String(index === this.at));
      if (index === this.at) row.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const count = this.options.length;
    if (count && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.at = (this.at + (event.key === "ArrowDown" ? 1 : -1) + count) % count;
      this.paint();
    } else if (event.key === "Enter") {
      event.preventDefault(); // never the form: a name is being chosen
      if (count) this.add(this.options[this.at]);
      else this.isEager = true;
    } else if (event.key === "Escape") {
      this.close();
    } else if (event.key === "Backspace" && !this.input.value) {
      this.remove(all(".chip", this.box).at(-1));
    }
  }

  /** @param {MouseEvent} event */
  onPick(event) {
    event.preventDefault(); // keeps the focus in the field
    const row = event.target instanceof Element ? event.target.closest("[data-index]") : null;
    if (row instanceof HTMLElement) this.add(this.options[Number(row.dataset.index)]);
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const button = event.target instanceof Element ? event.target.closest(".chip button") : null;
    if (!button) return;
    this.remove(/** @type {HTMLElement} */ (button.closest(".chip")));
    this.input.focus();
  }

  /** @param {Option} option */
  add(option) {
    const chip = document.createElement("span");
    chip.className = "chip";
    chip.dataset.id = option.id;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `Remove ${option.title}`);
    button.append(icon("x"));
    chip.append(
      option.title,
      hidden(this.name, option.id),
      hidden("label", `${this.type}:${option.id}:${option.title}`),
      button,
    );
    this.input.before(chip);
    this.input.value = this.typed = "";
    this.unchosen.hidden = true;
    this.close();
    say(`${option.title} added`);
    this.onChange();
  }

  /** @param {HTMLElement | undefined} chip */
  remove(chip) {
    if (!chip) return;
    chip.remove();
    this.onChange();
  }
}

/** @param {string} name @param {string} value */
function hidden(name, value) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  return field;
}

/** @param {string} name */
function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("class", "i");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${document.body.dataset.icons}#i-${name}`);
  drawing.append(use);
  return drawing;
}
