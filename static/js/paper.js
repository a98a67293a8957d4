/* On paper: everybody who matches, not only those scrolled to; else how many are missing. */
import { showsCharts } from "./charts.js";
import { grouped, one } from "./dom.js";
import { toast } from "./toast.js";

/** @param {import("./results.js").Results} results */
export function printEverybody(results) {
  addEventListener("beforeprint", () => {
    const [there, matching] = [results.list().length, results.matching];
    const paper = /** @type {HTMLElement} */ (one("#paper"));
    paper.textContent = there < matching ? `The first ${grouped(there)} of ${grouped(matching)} prospects.` : "";
  });
  document.addEventListener("keydown", async (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key !== "p") return;
    if (!results.next || showsCharts(results.query)) return;
    event.preventDefault();
    toast(`Reading all ${grouped(results.matching)} prospects for the printer`);
    await results.rest(); // where it stopped, the paper says so
    print();
  });
}
