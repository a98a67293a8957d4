/* 'Finish review': what remains, what to do with it, and on to the export. */
import { one } from "./dom.js";

/**
 * @param {() => Promise<boolean>} rejectRest rejects the pending; whether it went well
 * @param {() => Promise<unknown>} settled once the page shows what came of it
 */
export function offerFinish(rejectRest, settled) {
  const dialog = /** @type {HTMLDialogElement | null} */ (one("#finish"));
  const form = dialog && one("form", dialog);
  if (!dialog || !form) return;
  one("[data-finish]")?.addEventListener("click", () => {
    const pending = Number(one("#tabs [data-decision=pending]")?.dataset.n ?? 0);
    show("#finish-left", pending > 0);
    show("#finish-none", pending === 0);
    show("#finish-running", !["completed", "failed", "cancelled"].includes(one("#run")?.dataset.status ?? ""));
    form.reset(); // what is rejected is chosen anew each time
    dialog.showModal();
  });
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "finish") return;
    dialog.returnValue = "";
    const picked = /** @type {HTMLInputElement | null} */ (one("[name=left]:checked", form));
    if (picked?.value === "reject" && !one("#finish-left")?.hidden && !(await rejectRest())) return;
    await settled(); // the button to finish goes, and the one to export moves
    one("#m-export")?.showPopover();
    one("#m-export input:checked")?.focus(); // it has no opener from which Tab would lead there
  });
}

/** @param {string} selector @param {boolean} isShown */
function show(selector, isShown) {
  const element = one(selector);
  if (element) element.hidden = !isShown;
}
