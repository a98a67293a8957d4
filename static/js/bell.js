/* A word on the desktop when the search ends. Asked for by a click, never by itself. */
import { one } from "./dom.js";

const bell = /** @type {HTMLButtonElement | null} */ (one("#bell"));
let isOn = false;

/** Offer it while something may end. @param {boolean} isRunning */
export function showBell(isRunning) {
  if (bell) bell.hidden = !isRunning || !("Notification" in window) || Notification.permission === "denied";
}

/** @param {string} name @param {string} text */
export function ring(name, text) {
  if (!isOn || Notification.permission !== "granted") return;
  const note = new Notification(name, { body: text, tag: location.pathname });
  note.addEventListener("click", () => {
    window.focus();
    note.close();
  });
}

bell?.addEventListener("click", async () => {
  isOn = !isOn && (await Notification.requestPermission()) === "granted";
  bell.setAttribute("aria-pressed", String(isOn));
  if (Notification.permission === "denied") bell.hidden = true;
});
