/* One short message at a time, with at most one thing to do about it. */
import { one } from "./dom.js";

const SHOWN_MS = 4000;
const SHOWN_WITH_ACTION_MS = 7000;

/** @type {number | undefined} */
let timer;

/**
 * @param {string} text
 * @param {{label: string, key?: string, run: () => void}} [action]
 */
export function toast(text, action) {
  const box = one("#toasts");
  if (!box) return;
  clearTimeout(timer);
  const shown = document.createElement("div");
  shown.className = box.firstElementChild ? "toast" : "toast is-first";
  const words = document.createElement("span");
  words.textContent = text;
  shown.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    if (action.key) {
      const key = document.createElement("kbd");
      key.textContent = action.key;
      button.append(key);
    }
    button.addEventListener("click", () => {
      hide();
      action.run();
    });
    shown.append(button);
  }
  box.replaceChildren(shown);
  timer = setTimeout(hide, action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
}

function hide() {
  one("#toasts")?.replaceChildren();
}
