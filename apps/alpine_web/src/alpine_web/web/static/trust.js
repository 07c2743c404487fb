// What every page that verifies has in common: the policy that came with the page, this browser's memory, the words.
"use strict";

import { historyKey, openStore, verifySignal } from "./verify.js";
import { readPolicy } from "./policy.js";

const PATIENCE_MS = 10_000;
const meta = document.querySelector("meta[name='log-policy']");
export const store = openStore();
export const policy = meta?.content ? readPolicy(meta.content) : null;

// Asks for evidence, once; a server that does not answer is an error like any other.
export async function fetchJson(address) {
  const headers = { Accept: "application/json" };
  const answer = await fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

export async function fetchConsistency(from, to) {
  return (await fetchJson(`${meta.dataset.consistency}?from=${from}&to=${to}`)).proof;
}

export function offline() {
  return Promise.reject(new Error("this page asks nobody"));
}

export function judge(bundle, trusted = policy, ask = fetchConsistency) {
  return verifySignal(bundle, trusted, store, ask);
}

// What this browser keeps of two histories, until it was taken away as a file.
export async function keptEvidence(trusted = policy) {
  for (const vkey of trusted?.log ?? []) {
    const key = `${await historyKey(vkey.split("+")[0])}:evidence`;
    const text = store.getItem(key);
    if (text !== null) return { key, text };
  }
  return null;
}

export function saveAs(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), PATIENCE_MS);
}

// Says that this browser holds evidence, and lets its reader take it away: only then may the red end.
export async function offerEvidence(place, trusted = policy) {
  const kept = await keptEvidence(trusted);
  place.hidden = kept === null;
  if (kept === null) return;
  const words = document.createElement("p");
  words.className = "notice";
  words.textContent = "This browser keeps two signed states of the log that do not belong to one history. Save them: they prove it to anybody.";
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Save the evidence" });
  button.addEventListener("click", () => {
    saveAs("split-view-evidence.json", kept.text);
    store.removeItem(kept.key);
    place.hidden = true;
  });
  place.replaceChildren(words, button);
}
