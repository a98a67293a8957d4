/* Swagger UI in the theme of the other pages, with names and a way in by keyboard where it has none. */
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function paint() {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
    root.classList.toggle("dark-mode", isDark);
  }

  function mend() {
    const about = document.querySelector(".information-container:not([role])");
    about?.setAttribute("role", "region");
    about?.setAttribute("aria-label", "About");
    for (const field of document.querySelectorAll(".parameters select:not([aria-label])")) {
      field.setAttribute("aria-label", field.closest("tr").dataset.paramName);
    }
    for (const table of document.querySelectorAll(".responses-table:not([aria-label])")) {
      const operation = table.closest(".opblock").querySelector(".opblock-summary-description");
      table.setAttribute("aria-label", `Responses: ${operation.textContent}`);
    }
    for (const code of document.querySelectorAll("pre.microlight:not([tabindex])")) code.tabIndex = 0;
  }

  paint();
  dark.addEventListener("change", paint);
  new MutationObserver(mend).observe(root, { childList: true, subtree: true });
})();
