/* The form of a new search: filters or an address, an estimate that keeps up, a preview. */
import { all, grouped, one, say, textOf } from "./dom.js";
import { Combo } from "./typeahead.js";

const form = /** @type {HTMLFormElement} */ (one("#new-form"));
const mode = /** @type {HTMLInputElement} */ (one("#mode"));
const target = /** @type {HTMLInputElement} */ (one("#target"));
const range = /** @type {HTMLInputElement} */ (one("#range"));

const estimate = () => form.dispatchEvent(new CustomEvent("estimate"));

/** The form is another than the one that was looked at, and than the one saved. */
function change() {
  one("#preview")?.classList.add("is-old");
  one("#preview [name=available]")?.remove();
  one("#saved-said p")?.remove();
  estimate();
}

for (const button of all("[data-mode-to]"))
  button.addEventListener("click", () => {
    mode.value = form.dataset.mode = button.dataset.modeTo ?? "filters";
    for (const each of all("[data-mode-to]")) each.setAttribute("aria-pressed", String(each === button));
    one(mode.value === "url" ? "#url" : "#f-title")?.focus();
    change();
  });

/** What is changed may be right by now: the server says so when it is sent. @param {Element} field */
function unmark(field) {
  const place = field.closest(".field");
  if (!place) return;
  for (const each of all("[aria-invalid]", place)) each.removeAttribute("aria-invalid");
  one("[id$=-wrong]", place)?.remove();
  if (!one("[aria-invalid], [id$=-wrong]", form)) one("#refused")?.remove();
}

/** The product whose ids are wanted: the one chosen, or the chosen account's best. */
function api() {
  const named = /** @type {HTMLSelectElement} */ (one("#api")).value;
  return named || (one("[name=account_id]:checked")?.dataset.api ?? "");
}
const combos = all(".combo").map(
  (box) =>
    new Combo(box, api, () => {
      unmark(box);
      change();
    }),
);

form.addEventListener("input", (event) => {
  if (!(event.target instanceof Element) || event.target.getAttribute("role") === "combobox") return;
  unmark(event.target);
  if (event.target.id === "f-name") return one("#saved-said p")?.remove();
  if (event.target === range) target.value = range.value;
  if (event.target === target) range.value = target.value;
  change();
});
form.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-target-to],[data-look-again]") : null;
  if (!(button instanceof HTMLElement)) return;
  if ("lookAgain" in button.dataset) return one("#look")?.click();
  range.value = target.value = button.dataset.targetTo ?? target.value;
  target.focus();
  unmark(target);
  change();
});

document.addEventListener("htmx:afterSwap", () => {
  const { ceiling } = one("#estimate")?.dataset ?? {};
  const most = one("#most");
  if (ceiling && most) {
    range.max = ceiling;
    most.textContent = grouped(Number(ceiling));
  }
  range.value = target.value;
});
document.addEventListener("htmx:afterSettle", (event) => {
  const { target: swapped } = /** @type {CustomEvent} */ (event).detail;
  if (swapped?.id !== "preview") return;
  say(textOf(one("#preview [data-say]")));
  estimate(); // the look took some of the quota
});

/** Whether something is typed that is not chosen; then it is asked for. */
function isUnchosen() {
  const unchosen = mode.value === "filters" && combos.find((combo) => combo.isUnchosen());
  if (unchosen) unchosen.insist();
  return Boolean(unchosen);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = /** @type {CustomEvent} */ (event).detail;
  if (/^(look|save)$/.test(elt.id) && isUnchosen()) event.preventDefault();
});

let isSent = false;
form.addEventListener("submit", (event) => {
  if (isUnchosen()) return event.preventDefault();
  if (isSent) event.preventDefault(); // a double click asks once
  isSent = event.submitter?.id !== "save";
});
addEventListener("pageshow", () => {
  isSent = false;
});

all("[aria-invalid]", form)[0]?.focus();
