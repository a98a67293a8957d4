/* Small things every module needs. */

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {T | null}
 */
export const one = (selector, within = document) => within.querySelector(selector);

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {T[]}
 */
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Asked for each key: to look for one among 2,500 rows takes milliseconds. */
export const isDialogOpen = () => !!one("#dialogs dialog[open]");

/** @param {number} number */
export const grouped = (number) => number.toLocaleString("en-US");

/** What an element says, as it is shown. @param {Element | null | undefined} element */
export const textOf = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim();

/** Say something to a screen reader. @param {string} text */
export function say(text) {
  const live = one("#live");
  if (live) live.textContent = text;
}

/** Whether a key typed here is text. @param {EventTarget | null} target */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !/^(checkbox|radio)$/.test(target.type);
  return /^(TEXTAREA|SELECT)$/.test(target.nodeName);
}

const KEYS_OFF = "single-keys-off";
const LONGEST_WAIT_MS = 3000;
const UNSAVED = "unsaved";
const REFUSED = "You had been signed out: your last change was not saved. Make it again.";
const UNANSWERED = "The page was left before your last change was answered. Look whether it was saved.";

/** Changes made on this page that the server has not answered yet. */
export const changes = { unsaved: 0 };

/** When every change is answered, or one of them takes too long to wait for. */
export async function saved() {
  const until = Date.now() + LONGEST_WAIT_MS;
  while (changes.unsaved && Date.now() < until) await new Promise((done) => setTimeout(done, 20));
}

addEventListener("pagehide", () => {
  if (changes.unsaved) sessionStorage.setItem(UNSAVED, sessionStorage.getItem(UNSAVED) ?? UNANSWERED);
});

/** The server refused a change, and the page goes: the next one says so. */
export function noteRefusal() {
  sessionStorage.setItem(UNSAVED, REFUSED);
}

/** Whether this viewer turned keys without a modifier off (WCAG 2.1.4). */
export function areKeysOff() {
  try {
    return localStorage.getItem(KEYS_OFF) === "1";
  } catch {
    return false; // private mode
  }
}

/** @param {boolean} isOff */
export function turnKeysOff(isOff) {
  keep(KEYS_OFF, isOff ? "1" : "0");
}

/** Remember in this browser, where it lets us. @param {string} name @param {string} value */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    /* private mode */
  }
}

/**
 * Ask our server; a script says so, and is then refused in JSON instead of in a page.
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function ask(url, options = {}) {
  const isChange = options.method === "POST" ? 1 : 0;
  changes.unsaved += isChange;
  const response = await fetch(url, {
    ...options,
    headers: {
      "HX-Request": "true",
      "HX-Current-URL": location.href,
      "X-CSRFToken": document.body.dataset.csrf ?? "",
      "X-Workspace-Id": document.body.dataset.workspace ?? "",
      ...options.headers,
    },
  }).finally(() => (changes.unsaved -= isChange));
  if (response.status === 401) {
    window.onbeforeunload = null; // there is nothing to wait for
    if (isChange || changes.unsaved) noteRefusal(); // its own answer may come too late
    location.assign(response.headers.get("HX-Redirect") ?? "/login");
  }
  return response;
}

/** What became of a change when this tab's last page ended; told once. */
export function fateOfChange() {
  const words = sessionStorage.getItem(UNSAVED);
  sessionStorage.removeItem(UNSAVED);
  return words;
}

/** The words of a refusal. @param {Response} response */
export async function wordsOf(response) {
  try {
    return /** @type {{error: string}} */ (await response.json()).error;
  } catch {
    return `The server answered ${response.status}. Try again in a moment.`;
  }
}

/**
 * Make one element like another, keeping what did not change: focus stays, bars glide, and
 * a button stays the one that is being pressed.
 * @param {Element} from
 * @param {Element} to
 */
export function morph(from, to) {
  if (from.isEqualNode(to)) return;
  const isSaid = ownText(from) || ownText(to);
  const isOther =
    from.tagName !== to.tagName ||
    from.children.length !== to.children.length ||
    (isSaid && (from.tagName !== "BUTTON" || ownText(from) !== ownText(to))) ||
    // htmx reads where to send a form once, when it first sees it
    from.getAttribute("hx-post") !== to.getAttribute("hx-post");
  if (isOther) {
    const fresh = /** @type {Element} */ (to.cloneNode(true));
    from.replaceWith(fresh);
    window.htmx.process(fresh);
    return;
  }
  const isOpened = from.nodeName === "DETAILS"; // by the viewer: it stays so
  for (const { name } of [...from.attributes])
    if (!to.hasAttribute(name) && !(isOpened && name === "open")) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  const fresh = [...to.children];
  [...from.children].forEach((child, index) => morph(child, fresh[index]));
}

/** The text of an element that is in none of its children. @param {Element} element */
export const ownText = (element) =>
  [...element.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? node.nodeValue?.trim() : "")).join(" ").trim();
