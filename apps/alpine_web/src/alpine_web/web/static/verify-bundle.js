// /verify and the file for offline use: bundles that were pasted, chosen or dropped. Asks nobody, unless told to.
"use strict";

import { fetchConsistency, judge, offerEvidence, offline, policy } from "./trust.js";
import { line, stepLines, verdictOf } from "./report.js";
import { readPolicy } from "./policy.js";

const MOST_BYTES = 1_000_000;
const [box, form, area, file] = ["proof", "bundle-form", "bundle", "bundle-file"].map((id) => document.getElementById(id));
const [verdictPlace, checks, found] = ["verdict", "checks", "found"].map((id) => document.getElementById(id));
const ownPolicy = document.getElementById("policy");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  verify(offline);
});
file.addEventListener("change", () => take(file.files[0]));
for (const name of ["dragenter", "dragover"]) box.addEventListener(name, (event) => drag(event, true));
for (const name of ["dragleave", "drop"]) box.addEventListener(name, (event) => drag(event, false));
box.addEventListener("drop", (event) => take(event.dataTransfer.files[0]));
area.addEventListener("input", clear);
// The page comes with a button that is disabled: a form sent before anybody listens would load the page anew.
document.getElementById("verify").disabled = false;

function drag(event, over) {
  event.preventDefault();
  box.classList.toggle("dropping", over);
}

async function take(chosen) {
  if (!chosen || chosen.size > MOST_BYTES) return;
  area.value = await chosen.text();
  await verify(offline);
}

function clear() {
  delete box.dataset.verdict;
  verdictPlace.className = "verdict";
  verdictPlace.textContent = "";
  checks.replaceChildren();
}

// Which keys: those of the page; in the file for offline use those pasted, else the bundle's own, which prove little.
function trusted(bundle) {
  if (policy) return [policy, false];
  const pasted = ownPolicy?.value.trim();
  if (pasted) return [readPolicy(`${pasted}\n`), false];
  return [typeof bundle?.policy === "string" && bundle.policy ? readPolicy(bundle.policy) : null, true];
}

async function verify(ask) {
  clear();
  let report;
  let [keys, borrowed] = [null, false];
  try {
    const bundle = JSON.parse(area.value);
    [keys, borrowed] = trusted(bundle);
    report = await judge(bundle, keys, ask);
  } catch (error) {
    report = { verdict: "FAILED", failures: ["bad_bundle"], steps: [{ code: "bad_bundle", told: error.message }] };
  }
  show(report, borrowed);
  if (report.history === "unchecked" && ask === offline && policy) offerComparison();
  else await offerEvidence(found, keys);
}

function show(report, borrowed) {
  const proven = ["verified", "logged"].includes(report.verdict);
  const [tone, words] = verdictOf(report);
  const shown = borrowed && report.verdict === "verified" ? "logged" : report.verdict;
  box.dataset.verdict = shown === "FAILED" ? "failed" : shown;
  verdictPlace.className = `verdict ${shown === report.verdict ? tone : "aside"}`;
  verdictPlace.textContent = borrowed && proven ? `By the bundle's own keys only: ${words}` : words;
  checks.replaceChildren(...stepLines(report));
  if (borrowed && proven) {
    checks.append(line("mark-open", "Open", "Whose keys these are", "They came with the bundle. Paste the policy from a source that you trust."));
  }
}

// Comparing with what this browser saw on other pages needs a proof of growth, and so the server: only when asked for.
function offerComparison() {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Ask the server for the proof of growth" });
  button.addEventListener("click", () => verify(fetchConsistency));
  found.replaceChildren(button);
  found.hidden = false;
}
