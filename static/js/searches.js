/* The list of searches, live: bars move by the socket's frames, rows keep their place. */
import { all, areKeysOff, ask, grouped, isDialogOpen, isTyping, morph, one, say, textOf, wordsOf } from "./dom.js";
import { countDown, localise } from "./clock.js";
import { WorkspaceSocket } from "./socket.js";
import { toast } from "./toast.js";

const SOON_MS = 300;
const COUNTS_AFTER_MS = 5_000; // what a frame does not say: time left, how many to review
const LOOK_AGAIN_MS = 15_000; // forecasts move without anybody's doing
const SEARCH_AFTER_MS = 250;
const MOVING = ["queued", "fetching", "waiting", "lost"];

const filters = /** @type {HTMLFormElement | null} */ (one("#job-filters"));
const rows = () => all("#jobs tr");

/* --- what the server says --- */

/** @type {{timer: number, at: number} | undefined} */
let planned;
let isAsking = false;
let showsNew = false;

/** Ask for the rows in a while; the sooner of two plans holds. @param {number} [delay] */
function refreshSoon(delay = SOON_MS) {
  const at = performance.now() + delay;
  if (planned && planned.at <= at) return;
  clearTimeout(planned?.timer);
  planned = { at, timer: setTimeout(refresh, delay) };
}

document.addEventListener(
  "toggle",
  (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "closed") refreshSoon(); // it may be behind
  },
  true,
);

let isLeaving = false;
addEventListener("beforeunload", () => {
  isLeaving = true;
});
addEventListener("pageshow", () => {
  isLeaving = false;
});

async function refresh() {
  planned = undefined;
  if (isAsking) return refreshSoon();
  isAsking = true;
  try {
    await load();
  } finally {
    isAsking = false;
  }
}

/** Show the list of the present address; `isOther` than that which is shown. */
async function load(isOther = false) {
  const address = location.search;
  let response;
  try {
    response = await ask(location.pathname + address);
  } catch {
    return; // the server is away: the socket says so, and asks again
  }
  if (address !== location.search) return; // the viewer went on
  if (!response.ok) return toast(await wordsOf(response));
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const [from, to] = [one("#jobs"), fresh.getElementById("jobs")];
  if (!from && !to) return; // still none
  // the first search, or none any more; not over the way to the search just made
  if (!from || !to) return isLeaving ? undefined : location.reload();
  merge(from, to, isOther || showsNew || !from.rows.length);
  showsNew = false;
  for (const id of ["job-tabs", "job-foot"]) {
    const [old, young] = [one(`#${id}`), fresh.getElementById(id)];
    if (old && young) morph(old, young);
  }
  window.htmx.process(from);
  localise();
  countDown();
  paintTitle();
}

/**
 * Make the rows like fresh ones, by id: the focus stays. New ones above the others would
 * move them, and wait to be asked for.
 * @param {HTMLTableSectionElement} from @param {HTMLTableSectionElement} to
 * @param {boolean} mayMove
 */
function merge(from, to, mayMove) {
  const focused = document.activeElement?.closest("#jobs tr")?.id;
  const known = new Map(rows().map((row) => [row.id, row]));
  let held = 0;
  /** @type {Element | null} */
  let place = from.firstElementChild;
  let isAbove = !mayMove;
  for (const row of [...to.children]) {
    const mine = known.get(row.id);
    if (mine) {
      isAbove = false;
      known.delete(row.id);
      sayChange(mine, row);
      if (mine !== place) from.insertBefore(mine, place);
      place = mine.nextElementSibling;
      // the answer of a form that is replaced under way would be lost, and an open menu
      if (!one(".htmx-request, :popover-open", mine) && !isOlder(row, mine)) morph(mine, row);
    } else if (isAbove) held += 1;
    else from.insertBefore(row, place);
  }
  for (const gone of known.values()) gone.remove();
  paintFresh(held);
  if (focused && !from.contains(document.activeElement)) one(`#${focused} .job-t`)?.focus();
}

/** Whether an answer was overtaken by the socket. @param {Element} row @param {HTMLElement} mine */
const isOlder = (row, mine) => Number(row.getAttribute("data-revision")) < Number(mine.dataset.revision);

/** @param {HTMLElement} before @param {Element} after */
function sayChange(before, after) {
  if (before.dataset.look !== /** @type {HTMLElement} */ (after).dataset.look)
    say(`${textOf(one(".job-t", before))}: ${textOf(one(".state", after))}`);
}

/** @param {number} count */
function paintFresh(count) {
  const fresh = /** @type {HTMLButtonElement} */ (one("#fresh"));
  fresh.hidden = !count;
  fresh.textContent = `Show ${grouped(count)} new`;
}

function showNew() {
  if (one("#fresh")?.hidden) return;
  showsNew = true;
  paintFresh(0);
  refresh();
}

function paintTitle() {
  const running = Number(one("#job-tabs")?.dataset.running ?? 0);
  const bars = all('#jobs tr[data-status="processing"] [role=progressbar]');
  const percent = running === 1 && bars.length === 1 ? `${bars[0].getAttribute("aria-valuenow")}%` : `${running} running`;
  document.title = `${running ? `(${percent}) ` : ""}Searches · Shortlist`;
}

/* --- what the socket says --- */

/** Move a bar at once. @param {{new: Record<string, any>, revision: number, text: string, kind?: string}} state */
function onState({ new: job, revision, text, kind }) {
  const row = one(`#job-${job.id}`);
  if (!row || row.dataset.status !== job.status || row.dataset.look === "waiting" || kind !== "page_stored")
    return refreshSoon();
  if (Number(row.dataset.revision) >= revision) return;
  row.dataset.revision = String(revision);
  const bar = one("[role=progressbar]", row);
  bar?.setAttribute("aria-valuenow", String(job.progress_percent));
  bar?.setAttribute("aria-valuetext", text);
  one("rect", row)?.setAttribute("width", `${job.progress_percent}%`);
  for (const place of all("[data-text]", row)) place.textContent = text;
  for (const place of all("[data-stored]", row)) place.textContent = grouped(job.progress_current);
  paintTitle();
  refreshSoon(COUNTS_AFTER_MS);
}

const ASK_AFTER = new Set(["prospects.decided", "account.updated"]);

new WorkspaceSocket({
  onFrame: (frame) => {
    if (frame.type === "search_job.updated") onState(/** @type {any} */ (frame));
    else if (frame.type === "search_job.snapshot") refreshSoon(0);
    else if (ASK_AFTER.has(frame.type)) refreshSoon();
  },
  onPoll: () => refreshSoon(0),
  onConnection: (isConnected) => {
    const banner = one("#net");
    if (banner) banner.hidden = isConnected;
  },
});

setInterval(() => {
  if (rows().some((row) => MOVING.includes(row.dataset.look ?? ""))) refreshSoon(0);
}, LOOK_AGAIN_MS);

document.body.addEventListener("htmx:afterRequest", () => refreshSoon(0)); // refused ones too
document.body.addEventListener("search-made", (event) => {
  const { name, url } = /** @type {CustomEvent} */ (event).detail;
  showsNew = true;
  refreshSoon(0);
  toast(`${name} runs again`, { label: "Open", run: () => location.assign(url) });
});

/* --- filters --- */

/** @param {string} query @param {"push" | "replace"} how */
function go(query, how) {
  history[how === "push" ? "pushState" : "replaceState"](null, "", query ? `?${query}` : location.pathname);
  load(true);
}

const query = () => {
  const chosen = new URLSearchParams(/** @type {any} */ (new FormData(/** @type {HTMLFormElement} */ (filters))));
  for (const [key, value] of [...chosen]) if (!value || (key === "show" && value === "all")) chosen.delete(key);
  return chosen.toString();
};

/** @type {number | undefined} */
let findTimer;
filters?.addEventListener("input", (event) => {
  const isText = event.target instanceof HTMLInputElement;
  clearTimeout(findTimer);
  findTimer = setTimeout(() => go(query(), isText ? "replace" : "push"), isText ? SEARCH_AFTER_MS : 0);
});
filters?.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(findTimer);
  go(query(), "replace");
  one(".job-t")?.focus();
});

/** Make the form say what the address says. */
function fill() {
  const asked = new URLSearchParams(location.search);
  for (const field of /** @type {Iterable<HTMLInputElement>} */ (/** @type {unknown} */ (filters?.elements ?? [])))
    if (field.name) field.value = asked.get(field.name) ?? (field.name === "show" ? "all" : "");
}

addEventListener("popstate", () => {
  fill();
  load(true);
});

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("#fresh")) return showNew();
  const item = target?.closest(".menu-i");
  if (item instanceof HTMLElement && item.closest("#jobs")) item.closest("[popover]")?.hidePopover();
  const link = target?.closest("#job-tabs a, #job-foot a");
  if (!(link instanceof HTMLAnchorElement) || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(new URL(link.href).search.slice(1), "push");
  fill();
  if (link.closest("#job-foot")) scrollTo(0, 0);
});

/* --- keys: they act on the row that has the focus --- */

/** @param {1 | -1} by */
function step(by) {
  const all_ = rows();
  const at = all_.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? all_[0] : all_[at + by];
  const link = next && one(".job-t", next);
  link?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (isDialogOpen() || event.metaKey || event.ctrlKey || event.altKey) return;
  if (isTyping(target)) {
    if (target === one("#q") && (key === "Escape" || key === "ArrowDown")) one(".job-t")?.focus();
    return;
  }
  const menu = target instanceof Element ? target.closest("[popover]") : null;
  if (menu) return inMenu(event, menu);
  const isArrow = key === "ArrowDown" || key === "ArrowUp";
  if (isArrow && !(target instanceof Element && (target === document.body || target.closest("#jobs")))) return;
  if (!isArrow && areKeysOff()) return;
  if (onKey(key)) event.preventDefault();
});

/** @param {KeyboardEvent} event @param {Element} menu */
function inMenu(event, menu) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  const items = all(".menu-i", menu);
  items.at((items.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + by) % items.length)?.focus();
  event.preventDefault();
}

/** Do what a key stands for; tell whether it stood for anything. @param {string} key */
function onKey(key) {
  if (key === "j" || key === "ArrowDown") step(1);
  else if (key === "k" || key === "ArrowUp") step(-1);
  else if (key === ".") showNew();
  else if (/^[1-9]$/.test(key)) all("#job-tabs a")[Number(key) - 1]?.click();
  else {
    const row = document.activeElement?.closest("#jobs tr");
    const button = row && one(`[data-key="${CSS.escape(key)}"]`, row);
    button?.click();
    if (key === "m" && row) one(".menu .menu-i", row)?.focus();
    return !!button;
  }
  return true;
}

if (one("#jobs")) paintTitle();
