// Says whether this page hears of new signals, lets new rows glow once, and keeps the list at its length.
// Without it the page shows what was known when it was loaded.
"use strict";

const KEPT_ROWS = 100;
const place = document.getElementById("connection");

function show(state, words) {
  if (!place || place.dataset.state === state) return;
  place.dataset.state = state;
  place.textContent = words;
}

document.addEventListener("htmx:sse:after:connection", () => show("live", "Live"));
for (const name of ["htmx:sse:error", "htmx:sse:close"]) {
  document.addEventListener(name, () => show("lost", "Lost: trying again"));
}
document.addEventListener("htmx:sse:after:message", () => {
  const list = document.getElementById("live-rows");
  while (list && list.children.length > KEPT_ROWS) list.lastElementChild.remove();
  document.getElementById("no-rows")?.remove();
  // The table of open signals follows what arrives, at most once for a burst.
  clearTimeout(show.refresh);
  show.refresh = setTimeout(() => document.body.dispatchEvent(new CustomEvent("signals-changed")), 150);
});
