/* The form of a new search: filters or an address, and an estimate that keeps up. */
import { all, one } from "./dom.js";
import { Combo } from "./typeahead.js";

const form = /** @type {HTMLFormElement} */ (one("#new-form"));
const mode = /** @type {HTMLInputElement} */ (one("#mode"));

const estimate = () => form.dispatchEvent(new CustomEvent("estimate"));

for (const button of all("[data-mode-to]"))
  button.addEventListener("click", () => {
    mode.value = form.dataset.mode = button.dataset.modeTo ?? "filters";
    for (const each of all("[data-mode-to]")) each.setAttribute("aria-pressed", String(each === button));
    one(mode.value === "url" ? "#url" : "#f-title")?.focus();
    estimate();
  });

const api = () => /** @type {HTMLSelectElement} */ (one("#api")).value;
for (const box of all(".combo")) new Combo(box, api, estimate);

form.addEventListener("input", (event) => {
  const isName = event.target instanceof Element && event.target.getAttribute("role") === "combobox";
  if (!isName) estimate();
});

let isSent = false;
form.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault(); // a double click asks once
  isSent = true;
});
addEventListener("pageshow", () => {
  isSent = false;
});
