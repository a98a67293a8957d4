/* Tags and lists for the selected: a dialog asks which, the page says for whom. */
import { all, one } from "./dom.js";

/**
 * @typedef {object} Mark
 * @property {string} kind tag or list
 * @property {string} name
 * @property {boolean} isAdded
 */

/** Open the dialog of a kind. @param {string} kind @param {string} whom in words */
export function askMark(kind, whom) {
  const dialog = /** @type {HTMLDialogElement | null} */ (one(`#mark-${kind}`));
  const words = dialog && one("[data-whom]", dialog);
  if (words) words.textContent = whom;
  dialog?.showModal();
}

/** @param {(mark: Mark) => void} onMark what to do once it is said */
export function onMarks(onMark) {
  for (const form of all("form[data-kind]"))
    form.addEventListener("submit", (event) => {
      const { submitter } = /** @type {SubmitEvent} */ (event);
      const input = /** @type {HTMLInputElement | null} */ (one("[name=name]", form));
      onMark({
        kind: form.dataset.kind ?? "tag",
        name: input?.value ?? "",
        isAdded: submitter instanceof HTMLButtonElement ? submitter.value === "1" : true,
      });
      if (input) input.value = "";
    });
}

/** What was done, in words. @param {Mark} mark @param {string} whom */
export const wordsOfMark = ({ kind, name, isAdded }, whom) =>
  `${isAdded ? "Added" : "Removed"} ${whom} ${isAdded ? "to" : "from"} ${kind} “${name}”`;
