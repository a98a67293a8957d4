/* How the rows look: close together or roomy; filters and order as a sheet on a phone. */
import { all, keep, one } from "./dom.js";

export const PHONE_PX = 760;

const looks = document.documentElement.dataset;

function sayDensity() {
  const does = looks.density ? "Show more people at once" : "Show more of each person";
  one("#density")?.setAttribute("aria-label", does);
  one("#density")?.setAttribute("title", `${does} (D)`);
}

export function switchDensity() {
  if (looks.density) delete looks.density;
  else looks.density = "roomy";
  keep("density", looks.density ?? "close");
  sayDensity();
}
sayDensity();
one("#density")?.addEventListener("click", switchDensity);

/** @param {boolean} isOpen */
export function showFacets(isOpen) {
  document.body.classList.toggle("has-facets", isOpen);
  one(isOpen ? "#hide-facets" : "#show-facets")?.focus();
}
if (innerWidth <= PHONE_PX) // there is no room for it beside the search field
  for (const part of all("#sort, [for=sort]")) {
    part.classList.remove("sr", "hide-sm");
    one("#sheet-sort")?.append(part);
  }
one("#show-facets")?.addEventListener("click", () => showFacets(true));
one("#hide-facets")?.addEventListener("click", () => showFacets(false));
