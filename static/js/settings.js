/* Settings keeps up: accounts as they change, and what is shown once can be copied. */
import { localise } from "./clock.js";
import { ask, morph, one, say } from "./dom.js";
import { toast } from "./toast.js";

const AGAIN_MS = 5_000;
const NOT_SIGNED_IN = 4401;
const NOT_FOUND = 4404;

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

/** Listen to the workspace; what was missed meanwhile is asked for. */
function listen() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const workspace = document.body.dataset.workspace;
  const socket = new WebSocket(`${scheme}://${location.host}/ws/workspaces/${workspace}/search-jobs`);
  // once more on opening: a change may have come between the page and the socket
  socket.addEventListener("open", () => void refresh());
  socket.addEventListener("message", (event) => {
    const frame = JSON.parse(event.data);
    if (frame.type !== "account.updated") return;
    say(`${frame.name}: ${frame.status}`);
    void refresh();
  });
  socket.addEventListener("close", (event) => {
    if (event.code !== NOT_SIGNED_IN && event.code !== NOT_FOUND) setTimeout(listen, AGAIN_MS);
  });
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

listen();
