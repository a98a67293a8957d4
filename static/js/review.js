/* The review page: puts the live search, its rows, decisions, keys and details together. */
import { all, areKeysOff, ask, changes, grouped, isDialogOpen, isTyping, one, say, textOf, wordsOf } from "./dom.js";
import { aimChange, closeChange, onChange } from "./change.js";
import { otherView, paintView, showsCharts } from "./charts.js";
import { countDown, localise } from "./clock.js";
import { Decisions } from "./decisions.js";
import { Details } from "./details.js";
import { Grid } from "./grid.js";
import { offerFinish } from "./finish.js";
import { Live } from "./live.js";
import { PHONE_PX, showFacets, switchDensity } from "./looks.js";
import { askMark, onMarks } from "./marking.js";
import { printEverybody } from "./paper.js";
import { ring, showBell } from "./bell.js";
import { Results, queryOf } from "./results.js";
import { toast } from "./toast.js";

const PULSE_AFTER_MS = 300;
const LOOK_AGAIN_MS = 15_000;
const SEARCH_AFTER_MS = 250;
const TABS = ["pending", "approved", "rejected", "all"];

const page = /** @type {HTMLElement} */ (one("#review"));
const filters = /** @type {HTMLFormElement} */ (one("#filters"));
const find = /** @type {HTMLInputElement} */ (one("#q"));
const sort = /** @type {HTMLSelectElement} */ (one("#sort"));
const drawer = /** @type {HTMLElement} */ (one("#drawer"));
const fresh = /** @type {HTMLButtonElement} */ (one("#fresh"));
const mayChange = "mayChange" in document.body.dataset;
const run = () => /** @type {HTMLElement} */ (one("#run"));
let stored = Number(run().dataset.stored);

const results = new Results(page.dataset.base ?? "", onRows);
const grid = new Grid(results, () => details.follow());
const decisions = new Decisions(results, grid, JSON.parse(page.dataset.undoable ?? "[]"), onDecided);
const details = new Details(drawer, results, grid);
printEverybody(results);

function onDecided() {
  pulseSoon();
  details.catchUp();
}

window.onbeforeunload = (event) => {
  if (changes.unsaved || details.isUnsaved) event.preventDefault(); // the browser asks whether to wait
};

/* --- the search, live --- */

/** @type {number | undefined} */
let pulseTimer;

/** Ask for what the frame does not say; many frames ask once. */
function pulseSoon() {
  pulseTimer ??= setTimeout(async () => {
    pulseTimer = undefined;
    await results.pulse();
  }, PULSE_AFTER_MS);
}

const live = new Live(page.dataset.job ?? "", Number(run().dataset.revision), {
  onState: (state) => {
    showProgress(state.new, state.text, state.revision);
    pulseSoon();
  },
  onDecided: (undoId) => {
    decisions.learn(undoId);
    if (!undoId) results.learnMarks();
  },
  onMarked: (userId) => {
    results.learnMarks();
    if (userId !== document.body.dataset.user) details.refresh(); // one's own are shown
    pulseSoon();
  },
  onPresence: showPresence,
  onPoll: pulseSoon,
  onConnection: (isConnected) => {
    const banner = one("#net");
    if (banner) banner.hidden = isConnected;
  },
});

/** Say who else looks at this search. @param {{name: string}[]} people */
function showPresence(people) {
  const here = /** @type {HTMLElement} */ (one("#here"));
  const names = people.map((person) => person.name);
  const first = names[0]?.split(" ", 1)[0];
  here.hidden = !first;
  here.title = names.join(", ");
  const words = names.length > 1 ? `${first} and ${grouped(names.length - 1)} more are here` : `${first} is here`;
  const text = /** @type {HTMLElement} */ (one("span:last-child", here));
  text.textContent = first ? words : "";
}

/** Move the bar at once. @param {Record<string, any>} job @param {string} text @param {number} revision */
function showProgress(job, text, revision) {
  const strip = run();
  if (revision < Number(strip.dataset.revision)) return;
  Object.assign(strip.dataset, {
    revision: String(revision),
    stored: String(job.progress_current),
    percent: String(job.progress_percent),
    status: job.status,
    text,
  });
  const words = one("#run-text");
  if (words) words.textContent = text;
  const share = job.progress_total ? (job.progress_current * 100) / job.progress_total : 100;
  one("#run-fill")?.setAttribute("width", `${Math.min(100, share)}%`);
  const bar = one("#run-bar");
  bar?.setAttribute("aria-valuemax", String(job.progress_total || 1));
  bar?.setAttribute("aria-valuenow", String(job.progress_total ? job.progress_current : 1));
  bar?.setAttribute("aria-valuetext", text);
  onStrip();
}

let spokenTenth = Math.floor(Number(run().dataset.percent) / 10);
let spokenLook = run().dataset.look;
let wasFinished = !!one("#run-finished");
let wasOver = true; // what was over when the page opened needs no bell

/** The strip has changed: title, pill, and what is spoken follow. */
function onStrip() {
  const { percent, status, text, look } = run().dataset;
  stored = Number(run().dataset.stored);
  const isOver = ["completed", "failed", "cancelled"].includes(status ?? "");
  document.title = `${isOver ? "" : `(${percent}%) `}${page.dataset.name} · Shortlist`;
  showBell(!isOver);
  if (isOver && !wasOver) ring(page.dataset.name ?? "", text ?? "");
  wasOver = isOver;
  const tenth = Math.floor(Number(percent) / 10);
  if (look !== spokenLook) say(`${textOf(one("#run-label"))}. ${text}`);
  else if (tenth > spokenTenth) say(text ?? "");
  [spokenTenth, spokenLook] = [tenth, look];
  const finished = one("#run-finished");
  if (finished && !wasFinished) say(textOf(finished));
  wasFinished = !!finished;
  const finish = one("[data-finish]");
  if (finish) finish.hidden = wasFinished;
  paintFresh();
}

/** Offer those who arrived, and those whom a colleague put back. */
function paintFresh() {
  const [count, returned] = [Math.max(0, stored - results.seen), results.returned.size];
  const isEmpty = !results.first;
  if (count + returned && isEmpty && !results.isLoading) return results.refresh();
  fresh.hidden = !(count + returned);
  const words = [count ? `${grouped(count)} new` : "", returned ? `${grouped(returned)} put back` : ""];
  fresh.textContent = `Show ${words.filter(Boolean).join(", ")}`;
}

document.addEventListener("strip", () => {
  live.revision = Math.max(live.revision, Number(run().dataset.revision));
  onStrip();
  countDown();
});
document.body.addEventListener("search-changed", () => results.pulse());
setInterval(() => {
  if (["queued", "waiting", "lost"].includes(run().dataset.look ?? "")) results.pulse();
}, LOOK_AGAIN_MS);

async function showNew() {
  const count = stored - results.seen + results.returned.size;
  if (count <= 0) return;
  await results.showNew(stored);
  onStrip();
  say(`${grouped(count)} prospects more shown`);
}

/* --- rows --- */

function onRows() {
  grid.settle();
  onStrip();
  results.more();
}

document.addEventListener("surround", () => {
  grid.paintBulk();
  paintFresh();
  for (const small of [one("#finish"), one("#m-export")].flatMap((part) => (part ? all("[data-count]", part) : [])))
    small.textContent = grouped(Number(one(`#tabs [data-decision=${small.dataset.count}]`)?.dataset.n ?? 0));
});

const frame = one("#scroll");
for (const scrolled of [frame, window]) scrolled?.addEventListener("scroll", () => results.more(), { passive: true });

/** @param {string} query @param {"push" | "replace" | "none"} [history_] */
async function go(query, history_) {
  grid.clear();
  paintView(query);
  await results.load(query, history_);
  paintView(results.query);
  sort.value = new URLSearchParams(results.query).get("sort") ?? "found";
  frame?.scrollTo(0, 0);
}

function switchView() {
  const query = otherView(results.query);
  details.hide();
  grid.clear();
  paintView(query);
  results.look(query);
}

filters.addEventListener("change", () => go(queryOf(filters)));
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  go(queryOf(filters));
});
sort.addEventListener("change", (event) => {
  event.stopPropagation();
  go(queryOf(filters));
});
/** @type {number | undefined} */
let findTimer;
find.addEventListener("input", () => {
  clearTimeout(findTimer);
  findTimer = setTimeout(() => go(queryOf(filters), "replace"), SEARCH_AFTER_MS);
});
find.addEventListener("change", (event) => event.stopPropagation());
addEventListener("popstate", async () => {
  const query = location.search.slice(1);
  if (query !== results.query) {
    await go(query, "none");
    find.value = new URLSearchParams(query).get("q") ?? "";
  }
  details.followHistory();
});

page.addEventListener("click", async (event) => {
  if (!(event.target instanceof Element && event.target.closest("[data-sum]"))) return;
  /** @type {HTMLDialogElement | null} */ (one("#sum"))?.showModal();
  const response = await ask(`${results.base}/sum`);
  if (!response.ok) return toast(await wordsOf(response));
  const place = /** @type {HTMLElement} */ (one("#sum-rows"));
  place.innerHTML = await response.text();
  localise(place);
});
page.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const link = target?.closest("#tabs a, a[data-clear], #ledger a, #charts a, #view");
  if (!(link instanceof HTMLAnchorElement) || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (link.id === "view") return switchView();
  if ("clear" in link.dataset) find.value = "";
  go(new URL(link.href).search.slice(1));
});

one("#rows")?.closest("table")?.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const row = target?.closest("tr[data-id]");
  if (!target || !(row instanceof HTMLElement) || target.closest("a")) return;
  const id = row.dataset.id ?? "";
  const button = target.closest("[data-do]");
  grid.lookAt(id);
  if (target.closest("[popovertarget]")) return aimChange(row);
  if (button instanceof HTMLElement)
    return decisions.decide([row], /** @type {import("./decisions.js").Decision} */ (button.dataset.do));
  if (mayChange && (target.matches("input") || event.shiftKey)) {
    getSelection()?.removeAllRanges();
    grid.toggle(id, event.shiftKey);
    return grid.focus(false);
  }
  grid.focus(false);
  if (target.closest("[data-detail]") || details.id || innerWidth <= PHONE_PX) details.open();
});
onChange((row, to) => decisions.decide([row], to));
one("#grid")?.addEventListener("mousedown", (event) => {
  if (event.shiftKey) event.preventDefault(); // else the text between is selected
});
one("#check-all")?.addEventListener("change", (event) =>
  /** @type {HTMLInputElement} */ (event.target).checked ? grid.selectAll() : grid.clear(),
);
one("#bulk")?.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-bulk]") : null;
  const what = target instanceof HTMLElement ? target.dataset.bulk : "";
  if (what === "all") grid.selectAll();
  else if (what === "clear") grid.clear();
  else if (what === "tag" || what === "list") askMark(what, decisions.whom());
  else if (what) decisions.act(/** @type {import("./decisions.js").Decision} */ (what));
});
fresh.addEventListener("click", showNew);
one("#undo")?.addEventListener("click", () => decisions.undo());
onMarks(async (mark) => (await decisions.mark(mark)) && details.refresh());
offerFinish(
  () => decisions.rejectRest(),
  () => results.pulse(),
);

/* --- details --- */

drawer.addEventListener("htmx:afterSwap", pulseSoon); // tags have counts

drawer.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-drawer]") : null;
  const what = target instanceof HTMLElement ? target.dataset.drawer : "";
  if (what === "close") return details.close();
  if (what === "next" || what === "prev") grid.move(what === "next" ? 1 : -1);
  else if (what) {
    const row = document.getElementById(`p-${details.id}`);
    if (row) decisions.decide([row], /** @type {import("./decisions.js").Decision} */ (what));
  }
});

/* --- keys --- */

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  J: () => mayChange && grid.move(1, true),
  K: () => mayChange && grid.move(-1, true),
  a: () => decide("approved"),
  r: () => decide("rejected"),
  p: () => (grid.selected || grid.row?.dataset.decision !== "pending") && decide("pending"),
  u: () => mayChange && decisions.undo(),
  x: () => mayChange && grid.current && grid.toggle(grid.current),
  ".": showNew,
  d: switchDensity,
  v: switchView,
  l: () => grid.row && one(".in", grid.row)?.click(),
};

/** @param {1 | -1} by */
function step(by) {
  grid.move(by);
  results.more();
}

/** @param {import("./decisions.js").Decision} to */
function decide(to) {
  if (!mayChange) return;
  closeChange();
  decisions.act(to);
}

function escape() {
  if (document.body.classList.contains("has-facets")) showFacets(false);
  else if (details.id) details.close();
  else if (showsCharts(results.query)) switchView();
  else if (grid.selected) grid.clear();
}

/** Whether a key is meant for the rows, not for a button or link. @param {EventTarget | null} target */
const isOnRows = (target) =>
  target === document.body || (target instanceof Element && (target.matches("#main, tr") || !!target.closest("#rows")));

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (isDialogOpen() || (target instanceof Element && target.closest("[popover]"))) return;
  if (isTyping(target)) {
    if (event.key === "Escape" || (target === find && ["Enter", "ArrowDown"].includes(event.key))) {
      event.preventDefault();
      grid.focus();
    }
    return;
  }
  if (event.key === "Escape") return one(":popover-open") ? undefined : escape();
  if (showsCharts(results.query) && !/^[1-4uv]$/.test(event.key)) return; // no key decides on rows that nobody sees
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "a" && mayChange) {
    event.preventDefault();
    return grid.selectAll();
  }
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  onKey(event);
});

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { key, target } = event;
  if (key === "Enter" || key.startsWith("Arrow")) {
    if (!isOnRows(target) || (target instanceof Element && target.closest("a, button"))) return;
    if (key === "ArrowDown") step(1);
    else if (key === "ArrowUp") step(-1);
    else if (key === "Enter" && grid.current) details.toggle();
    else return;
    return event.preventDefault();
  }
  if (areKeysOff()) return;
  const tab = TABS[Number(key) - 1];
  const link = tab && one(`#tabs [data-decision=${tab}]`);
  if (link) return link.click();
  const does = KEYS[/** @type {keyof typeof KEYS} */ (key)];
  if (!does) return;
  event.preventDefault();
  does();
}

onRows();
document.dispatchEvent(new CustomEvent("surround"));
history.replaceState(null, ""); // a reload closes details
if (new URLSearchParams(results.query).has("person")) details.open(false);
