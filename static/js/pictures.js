/* People or pictures: the same filter, looked at in two ways. The address says which. */
import { one } from "./dom.js";

/** @param {string} query */
export const isPictured = (query) => new URLSearchParams(query).get("view") === "pictures";

/** The address of the other view. @param {string} query */
export function otherView(query) {
  const other = new URLSearchParams(query);
  if (isPictured(query)) other.delete("view");
  else other.set("view", "pictures");
  return other.toString();
}

/** Show what the address asks for; figures of before are dimmed until fresh ones come. @param {string} query */
export function paintView(query) {
  const isOn = isPictured(query);
  const app = one("#app");
  if (isOn && !app?.classList.contains("is-pictures")) one("#pictures")?.setAttribute("aria-busy", "true");
  app?.classList.toggle("is-pictures", isOn);
  const field = /** @type {HTMLInputElement} */ (one("#view-in"));
  field.value = isOn ? "pictures" : "people";
}
