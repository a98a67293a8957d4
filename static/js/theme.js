/* Before the first paint, so that nothing flashes or moves: the theme and density kept here. */
(() => {
  const looks = document.documentElement.dataset;
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") looks.theme = theme;
    if (localStorage.getItem("density") === "roomy") looks.density = "roomy";
  } catch {
    /* private mode */
  }
})();
