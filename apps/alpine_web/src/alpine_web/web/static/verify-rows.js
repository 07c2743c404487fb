// The small badge on each row: verified by this browser when it comes into sight, with the same function as everywhere.
"use strict";

import { fetchJson, judge, policy } from "./trust.js";
import { verdictOf } from "./report.js";
import { compareSeal, rememberSeals } from "./seals.js";

const AT_ONCE = 2;
const WORDS = { verified: "Verified", logged: "Logged", pending: "No proof", unsupported: "Not checked", legacy: "Legacy" };
const ANY = ["win", "loss", "expired"];
const ENDINGS = {
  target: ["win, target reached"],
  stop: ["loss, stop reached"],
  expired: ["expired, horizon reached"],
  cancelled: ANY.map((word) => `${word}, cancelled`),
  manual: ANY.map((word) => `${word}, closed by hand`),
};
const waiting = [];
let running = 0;

const sight = new IntersectionObserver((seen) => {
  for (const each of seen.filter((one) => one.isIntersecting)) {
    sight.unobserve(each.target);
    enqueue(each.target);
  }
});

function watch(root) {
  for (const badge of root.querySelectorAll?.(".check[data-evidence]:not([data-watched])") ?? []) {
    badge.dataset.watched = "";
    badge.addEventListener("click", () => enqueue(badge));
    sight.observe(badge);
  }
}

function enqueue(badge) {
  if (!policy || waiting.includes(badge)) return;
  waiting.push(badge);
  work();
}

async function work() {
  if (running >= AT_ONCE || !waiting.length) return;
  running += 1;
  const badge = waiting.shift();
  // A row that has left the page is not asked about any more.
  if (badge.isConnected) await check(badge);
  running -= 1;
  work();
}

async function check(badge) {
  badge.disabled = true;
  try {
    const bundle = await fetchJson(badge.dataset.evidence);
    const differing = differs(badge, bundle);
    if (differing.length) tell(badge, "FAILED", `Failed: ${differing[0]}`, `shown otherwise than sealed: ${differing.join(", ")}`);
    else {
      compareSeal(bundle);
      const report = await judge(bundle);
      tell(badge, report.verdict, WORDS[report.verdict] ?? `Failed: ${report.failures[0]}`, verdictOf(report)[1]);
    }
  } catch (error) {
    if (error.code === "seal_differs") tell(badge, "FAILED", `Failed: ${error.code}`, error.message);
    else tell(badge, "pending", "No answer", error.message);
  } finally {
    badge.disabled = false;
  }
}

// What the row shows must be what is verified: its name exactly, its rounded numbers as roundings of the exact ones.
function differs(badge, { signal, outcome }) {
  const row = badge.closest(".row");
  const text = (selector) => row.querySelector(selector)?.textContent.trim();
  const differing = [];
  if (badge.dataset.id !== signal.signal_id) differing.push("signal_id");
  if (text(".name") !== signal.symbol) differing.push("symbol");
  if (text("strong") !== signal.action) differing.push("action");
  for (const [name, field, digits] of [["entry", "entry_price", 6], ["target", "target_price", 6], ["stop", "stop_price", 6], ["confidence", "confidence", 4]]) {
    const due = signal[field];
    const shown = text(`[data-shown='${name}']`)?.replaceAll(",", "").replace(/ %$/, "");
    const rounded = due === null ? shown === "–" : Number(shown) === Number(due.toPrecision(digits));
    const exact = badge.dataset[name] === (due === null ? "none" : String(due));
    if (!rounded || !exact) differing.push(field);
  }
  // A row that was drawn before the signal ended shows none: that is old, not wrong.
  const ended = text("[data-shown='outcome']");
  const logged = outcome && ENDINGS[JSON.parse(outcome.entry).result];
  if (ended !== "open" && (!logged || !logged.includes(ended))) differing.push("outcome");
  return differing;
}

function tell(badge, verdict, words, meaning) {
  badge.dataset.verdict = verdict;
  badge.textContent = words;
  badge.title = meaning;
}

watch(document);
rememberSeals(document);
new MutationObserver((changes) => {
  for (const removed of changes.flatMap((change) => [...change.removedNodes])) {
    for (const badge of removed.querySelectorAll?.(".check[data-evidence]") ?? []) if (!badge.isConnected) sight.unobserve(badge);
  }
  for (const added of changes.flatMap((change) => [...change.addedNodes])) {
    watch(added);
    rememberSeals(added);
  }
}).observe(document.body, { childList: true, subtree: true });
