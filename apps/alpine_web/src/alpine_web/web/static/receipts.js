// Acknowledges what the live stream brought, in batches, so that its latency can be measured. It says how long ago each
// event came, by a clock that only goes forward: the server's own clock makes a time of it.
"use strict";

const MOST = 200;
const PAUSE_MS = 2_000;
const SPREAD_MS = 3_000;
const LONGEST_MS = 86_400_000;
const list = document.getElementById("live-rows");
const token = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRF-Token"];
const acknowledged = new Set();
const waiting = new Map();
let listening = null;
let timer = null;

document.addEventListener("htmx:sse:after:connection", () => { listening = performance.now(); });
for (const name of ["htmx:sse:error", "htmx:sse:close"]) {
  document.addEventListener(name, () => { listening = null; });
}

// What the page was made with is known already; only what the stream adds or replaces is acknowledged.
for (const row of list?.children ?? []) acknowledged.add(row.id);
document.addEventListener("htmx:sse:after:message", () => {
  for (const row of list?.querySelectorAll(".row.fresh") ?? []) {
    if (acknowledged.has(row.id)) continue;
    acknowledged.add(row.id);
    waiting.set(Number(row.id.slice("signal-".length)), performance.now());
  }
  if (acknowledged.size > 10 * MOST) forget();
  if (waiting.size) timer ??= setTimeout(send, PAUSE_MS + Math.random() * SPREAD_MS);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") send();
});

// Only rows that are still on the page can come again as fresh.
function forget() {
  const shown = new Set([...list.children].map((row) => row.id));
  for (const id of acknowledged) if (!shown.has(id)) acknowledged.delete(id);
}

async function send() {
  clearTimeout(timer);
  timer = null;
  if (!waiting.size || !token) return;
  const now = performance.now();
  const held = (since) => Math.min(LONGEST_MS, Math.max(0, now - since));
  const batch = [...waiting].slice(0, MOST);
  for (const [id] of batch) waiting.delete(id);
  const body = JSON.stringify({
    listening_ms: listening === null ? 0 : held(listening),
    receipts: batch.map(([id, since]) => ({ alpine_signal_id: id, held_ms: held(since) })),
  });
  // A receipt that is lost is one measurement less: nothing is sent again.
  await fetch(list.dataset.receipts, {
    method: "POST", body, keepalive: true, headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
  }).catch(() => null);
  if (waiting.size) timer ??= setTimeout(send, PAUSE_MS);
}
