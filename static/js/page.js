/* What every page does: theme, menus, dialogs, keys that lead elsewhere, refusals. */
import { all, areKeysOff, changes, fateOfChange, isDialogOpen, isTyping, keep, noteRefusal, one, saved, turnKeysOff, wordsOf } from "./dom.js";
import { countDown, goOn, localise } from "./clock.js";
import { toast } from "./toast.js";

const THEMES = ["system", "light", "dark"];
const GO_WITHIN_MS = 900;
const PLACES = { s: "/searches", p: "/prospects", t: "/settings" };
const root = document.documentElement;

function paintTheme() {
  const theme = root.dataset.theme ?? "system";
  for (const label of all("[data-theme-label]")) label.textContent = `Theme: ${theme}`;
  for (const button of all("[data-theme-toggle]"))
    for (const name of ["aria-label", "title"]) button.setAttribute(name, `Theme: ${theme}. Switch theme`);
}

function switchTheme() {
  const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? "system") + 1) % THEMES.length];
  if (next === "system") delete root.dataset.theme;
  else root.dataset.theme = next;
  keep("theme", next);
  paintTheme();
}

/** The button pressed last that opens a menu: one menu may serve many. @type {Element | null} */
let opener = null;

/** Put an opened menu beside its button. @param {HTMLElement} menu @param {boolean} isOpen */
function placeMenu(menu, isOpen) {
  const button = opener?.getAttribute("popovertarget") === menu.id ? opener : one(`[popovertarget="${menu.id}"]`);
  if (!button) return;
  button.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) return;
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = at.left + width > innerWidth - 8 ? at.right - width : at.left;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  const above = Math.max(8, at.top - height - 6);
  menu.style.top = `${at.bottom + height + 8 > innerHeight ? above : at.bottom + 6}px`;
}

/** @param {string} id */
function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** Ask once, and say what is kept and what is lost. @param {HTMLElement} button */
function askFirst(button) {
  one(":popover-open")?.hidePopover();
  const { ask = "", action = "", name = "", found = "" } = button.dataset;
  const form = one(`#${ask} form`);
  if (!form) return;
  form.setAttribute("action", action);
  for (const place of all("[data-name]", form)) place.textContent = name;
  for (const place of all("[data-found]", form)) place.textContent = found;
  for (const field of all("[data-value]", form)) /** @type {HTMLInputElement} */ (field).value = name;
  openDialog(ask);
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  opener = target.closest("[popovertarget]") ?? opener;
  const opens = target.closest("[data-open]");
  if (opens instanceof HTMLElement) {
    one(":popover-open")?.hidePopover();
    openDialog(opens.dataset.open ?? "");
  }
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  if (target.closest("[data-theme-toggle]")) switchTheme();
  const asks = target.closest("[data-ask]");
  if (asks instanceof HTMLElement) askFirst(asks);
  if (target instanceof HTMLDialogElement) target.close();
});

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isElsewhere = link?.target || event.metaKey || event.ctrlKey || event.shiftKey;
  if (!link?.href || isElsewhere || event.defaultPrevented || !changes.unsaved) return;
  event.preventDefault(); // a note is sent as it is left, by this very click
  leaveFor(link.href);
});

/** Go elsewhere as soon as what was changed is saved. @param {string} address */
async function leaveFor(address) {
  await saved();
  location.assign(address);
}

for (const form of all("#cancel form, #delete form, #rename form"))
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.closest("dialog")?.close();
    await window.htmx.ajax("POST", form.getAttribute("action"), { source: form, swap: "none" });
  });

one("#m-export form")?.addEventListener("submit", (event) => {
  const { submitter } = /** @type {SubmitEvent} */ (event);
  one("#m-export")?.hidePopover();
  if (submitter instanceof HTMLButtonElement && submitter.formAction.endsWith(".xlsx"))
    toast("The download begins as soon as the workbook is written.");
});

let wentAt = -Infinity; // in the first second of a page nobody has pressed G either
document.addEventListener("keydown", (event) => {
  if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey || isDialogOpen()) return;
  if (areKeysOff()) return;
  const place = PLACES[/** @type {keyof typeof PLACES} */ (event.key)];
  if (place && performance.now() - wentAt < GO_WITHIN_MS) {
    event.stopImmediatePropagation();
    leaveFor(place);
    return;
  }
  if (event.key === "g") wentAt = performance.now();
  if (event.key === "?") openDialog("help");
  if (event.key === "n" && "mayChange" in document.body.dataset) leaveFor("/searches/new");
  if (event.key === "/") {
    const find = /** @type {HTMLInputElement | null} */ (one("[type=search]"));
    if (find) {
      event.preventDefault();
      find.focus();
      find.select();
    }
  }
});

document.addEventListener(
  "toggle",
  (event) => {
    const { target, newState } = /** @type {ToggleEvent} */ (event);
    if (target instanceof HTMLElement && target.popover) placeMenu(target, newState === "open");
  },
  true, // it does not bubble
);

document.addEventListener("htmx:afterSwap", () => {
  localise();
  countDown();
});
document.addEventListener("htmx:responseError", async (event) => {
  const { xhr } = /** @type {CustomEvent} */ (event).detail;
  toast(await wordsOf(new Response(xhr.responseText, { status: xhr.status })));
});
document.addEventListener("htmx:sendError", (event) => {
  const isUnsure = isChange(/** @type {CustomEvent} */ (event));
  toast(`The server could not be reached. ${isUnsure ? "Look whether it was saved." : "Nothing was changed."}`);
});
document.addEventListener("htmx:beforeSend", (event) => {
  const { xhr } = /** @type {CustomEvent} */ (event).detail;
  if (!isChange(/** @type {CustomEvent} */ (event))) return;
  changes.unsaved += 1;
  // before htmx reads the answer, which may end the page
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState !== XMLHttpRequest.DONE) return;
    changes.unsaved -= 1;
    if (xhr.status === 401) noteRefusal();
  });
});

/** Whether htmx sends a change, not a question. @param {CustomEvent} event */
function isChange({ detail: { elt, requestConfig } }) {
  return requestConfig.verb !== "get" && !elt.closest("[data-stores-nothing]");
}

const keys = /** @type {HTMLInputElement | null} */ (one("#single-keys"));
if (keys) {
  keys.checked = !areKeysOff();
  keys.addEventListener("change", () => turnKeysOff(!keys.checked));
}

const fate = fateOfChange();
if (fate) toast(fate);
paintTheme();
localise();
setInterval(() => {
  countDown();
  goOn();
}, 1000);
