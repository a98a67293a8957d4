/* Before the first paint, so that no other theme flashes: system, light or dark. */
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("theme");
  } catch {
    /* private mode */
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
