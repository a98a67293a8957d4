/* People or charts: the same filter, looked at in two ways. The address says which. */
import { one } from "./dom.js";

/** @param {string} query */
export const showsCharts = (query) => new URLSearchParams(query).get("view") === "charts";

/** The address of the other view. @param {string} query */
export function otherView(query) {
  const other = new URLSearchParams(query);
  if (showsCharts(query)) other.delete("view");
  else other.set("view", "charts");
  return other.toString();
}

/** Show what the address asks for; figures of before are dimmed until fresh ones come. @param {string} query */
export function paintView(query) {
  const isOn = showsCharts(query);
  const app = one("#app");
  if (isOn && !app?.classList.contains("is-charts")) one("#charts")?.setAttribute("aria-busy", "true");
  app?.classList.toggle("is-charts", isOn);
  const field = /** @type {HTMLInputElement} */ (one("#view-in"));
  field.value = isOn ? "charts" : "people";
}
