/* The list asks for its rows itself (htmx); here only what the tab's title says. */
import { all } from "./dom.js";

function title() {
  const running = all('#jobs tr[data-look="fetching"], #jobs tr[data-look="waiting"]').length;
  document.title = `${running ? `(${running}) ` : ""}Searches · Shortlist`;
}

document.addEventListener("htmx:afterSettle", title);
title();
