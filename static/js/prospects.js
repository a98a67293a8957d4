/* The prospects page: a filter that is the address, a selection, and what is done to it. */
import { all, areKeysOff, ask, grouped, isDialogOpen, isTyping, one, wordsOf } from "./dom.js";
import { askMark, onMarks, wordsOfMark } from "./marking.js";
import { toast } from "./toast.js";

const VERBS = { approved: "Approved", rejected: "Rejected", pending: "Back to pending:" };

/** Selected ids; with isAll, those left out. @type {Set<string>} */
const picked = new Set();
let isAll = false;

/* What can be undone outlives a reload, in this tab and for this user alone. */
const KEPT_AS = `undoable-${document.body.dataset.user}-${document.body.dataset.workspace}`;
const MOST_UNDOABLE = 10;
/** @type {string[]} */
const undoable = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "[]");
const keepUndoable = () => sessionStorage.setItem(KEPT_AS, JSON.stringify(undoable.slice(-MOST_UNDOABLE)));

const people = () => /** @type {HTMLElement} */ (one("#people"));
const matching = () => Number(people().dataset.matching);
const boxes = () => /** @type {HTMLInputElement[]} */ (all("tbody input[type=checkbox]", people()));
const selected = () => (isAll ? Math.max(0, matching() - picked.size) : picked.size);
/** @param {number} count */
const wordsFor = (count) => `${grouped(count)} ${count === 1 ? "prospect" : "prospects"}`;

function paint() {
  for (const small of all("#m-export [data-count]"))
    small.textContent = grouped(Number(one(`[data-decision=${small.dataset.count}]`, people())?.dataset.n));
  for (const box of boxes()) box.checked = isAll !== picked.has(box.value);
  const count = selected();
  const every = /** @type {HTMLInputElement | null} */ (one("#check-all"));
  if (every) {
    every.checked = count > 0 && boxes().every((box) => box.checked);
    every.indeterminate = count > 0 && !every.checked;
  }
  const bulk = one("#bulk");
  const number = one("#bulk-count");
  const whole = one("#bulk-all");
  if (!bulk || !number || !whole) return;
  bulk.hidden = !count;
  document.body.classList.toggle("has-bulk", count > 0);
  number.textContent = `${grouped(count)} selected`;
  whole.hidden = isAll || count >= matching();
  whole.textContent = `Select all ${grouped(matching())} matching`;
}

/** @param {boolean} [all_] */
function select(all_ = false) {
  isAll = all_;
  picked.clear();
  paint();
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
  for (const each of box.id === "check-all" ? boxes() : [box]) {
    if (box.checked === isAll) picked.delete(each.value);
    else picked.add(each.value);
  }
  paint();
});

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("#undo")) undo();
});

one("#bulk")?.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-bulk]") : null;
  const what = button instanceof HTMLElement ? button.dataset.bulk ?? "" : "";
  if (what === "all") select(true);
  else if (what === "clear") select();
  else if (what === "tag" || what === "list") askMark(what, wordsFor(selected()));
  else if (what in VERBS) {
    const verb = VERBS[/** @type {keyof typeof VERBS} */ (what)];
    send("decide", { decision: what }, (count) => `${verb} ${wordsFor(count)}`);
  }
});

onMarks((mark) =>
  send("mark", { kind: mark.kind, name: mark.name, is_added: mark.isAdded ? "1" : "0" }, (count) =>
    wordsOfMark(mark, wordsFor(count)),
  ),
);

/** Do it to the selected. @param {string} path @param {Record<string, string>} what @param {(count: number) => string} words */
async function send(path, what, words) {
  const body = new URLSearchParams(what);
  if (isAll) body.set("all", "1");
  body.set(isAll ? "except" : "ids", [...picked].join(","));
  const query = new URLSearchParams(location.search);
  if (!query.has("decision")) query.set("decision", "approved");
  query.set("as_of", people().dataset.asOf ?? "");
  await post(`${path}?${query}`, body, words);
}

/**
 * @param {string} path @param {URLSearchParams} body @param {(count: number) => string} words
 * @returns {Promise<Record<string, any> | undefined>} the answer, where it was done
 */
async function post(path, body, words) {
  let answer;
  try {
    const response = await ask(`/prospects/${path}`, { method: "POST", body });
    if (!response.ok) return void toast(await wordsOf(response));
    answer = await response.json();
  } catch {
    return void toast("The server could not be reached. Look whether it was saved.");
  }
  const mayUndo = path !== "undo" && answer.undo_id; // an undo of the undo is not what U means
  if (mayUndo) undoable.push(answer.undo_id);
  keepUndoable();
  toast(words(answer.changed), mayUndo ? { label: "Undo", key: "U", run: undo } : undefined);
  await show().catch(() => {}); // said by the page; the change was made
  return answer;
}

async function undo() {
  const undoId = undoable.pop();
  if (!undoId) return toast("Nothing to undo");
  const body = new URLSearchParams({ undo_id: undoId });
  if (!(await post("undo", body, (count) => `Undone for ${wordsFor(count)}`))) undoable.push(undoId);
}

/** Show what the address matches by now. */
const show = () =>
  window.htmx.ajax("GET", location.pathname + location.search, {
    target: "#people",
    select: "#people",
    swap: "outerHTML",
  });

/* A file holds whom the filter matches. */
one("#m-export")?.addEventListener("formdata", (event) => {
  const { formData } = /** @type {FormDataEvent} */ (event);
  for (const [name, value] of new URLSearchParams(location.search))
    if (name !== "decision" && name !== "after") formData.set(name, value);
});

document.addEventListener("htmx:configRequest", (event) => {
  const { parameters } = /** @type {CustomEvent} */ (event).detail;
  for (const name of Object.keys(parameters)) if (!parameters[name]) delete parameters[name];
});
document.addEventListener("htmx:afterSettle", () => select());

document.addEventListener("keydown", (event) => {
  if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey || isDialogOpen()) return;
  if (event.key === "u" && one("#bulk") && !areKeysOff()) undo();
  if (event.key === "Escape") select();
});

paint();
