/* Settings keeps up: accounts as they change, and what is shown once can be copied. */
import { localise } from "./clock.js";
import { ask, morph, one, say, textOf } from "./dom.js";
import { WorkspaceSocket } from "./socket.js";
import { toast } from "./toast.js";

/** Show the accounts as they are now, unless somebody is filling in a form of theirs. */
async function refresh() {
  const shown = one("#accounts");
  if (!shown || shown.contains(document.activeElement?.closest("details") ?? null)) return;
  const response = await ask(location.pathname + location.search);
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of ["accounts", "came-back"]) {
    const [from, to] = [one(`#${id}`), fresh.getElementById(id)];
    if (from && to) morph(from, to);
  }
  localise();
}

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (!(button instanceof HTMLElement)) return;
  const field = /** @type {HTMLInputElement} */ (one(`#${button.dataset.copy}`));
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    toast("Copied");
  } catch {
    toast("Selected. Copy it with your keyboard."); // no clipboard without https
  }
});

one("#checked")?.addEventListener("htmx:afterSwap", (event) => {
  say(textOf(/** @type {HTMLElement} */ (event.target)));
  void refresh();
});

new WorkspaceSocket({
  onFrame: (frame) => {
    // the snapshot too: a change may have come between the page and the socket
    if (frame.type !== "account.updated" && frame.type !== "search_job.snapshot") return;
    const isSaid = one("#checked")?.textContent?.includes(frame.name); // in better words
    if (frame.name && !isSaid) say(`${frame.name}: ${frame.status}`);
    void refresh();
  },
  onPoll: () => void refresh(),
});
