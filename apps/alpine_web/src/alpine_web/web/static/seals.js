// Remembers the seals that this browser was shown before their signals, and says whether a signal holds to its own.
"use strict";

import { VerifyError } from "./verify.js";
import { store } from "./trust.js";

const KEY = "alpine.seals.v1";
const MOST = 2_000;

function read() {
  try {
    const kept = JSON.parse(store.getItem(KEY) ?? "[]");
    return new Map(Array.isArray(kept) ? kept : []);
  } catch {
    return new Map();
  }
}

const place = (origin, leaf) => `${origin} ${leaf}`;

// Keeps what each sealed row below `root` shows. The first seal that was shown at a place stands.
export function rememberSeals(root) {
  const rows = [...(root.querySelectorAll?.(".row.sealed") ?? []), ...(root.matches?.(".row.sealed") ? [root] : [])];
  if (!rows.length) return;
  const kept = read();
  const before = kept.size;
  for (const row of rows) {
    const at = place(row.dataset.origin, row.dataset.leaf);
    if (!kept.has(at)) kept.set(at, row.dataset.entry);
  }
  if (kept.size === before) return;
  try {
    store.setItem(KEY, JSON.stringify([...kept].slice(-MOST)));
  } catch {
    // A browser that cannot remember compares with the log alone.
  }
}

// Throws VerifyError if this browser was shown another seal at the signal's place; what to say otherwise.
export function compareSeal(bundle) {
  if (!bundle.entry) return "there is no seal";
  const shown = read().get(place(bundle.origin, bundle.leaf_index));
  if (shown === undefined) return "this browser was not shown the seal before the signal";
  if (shown !== bundle.entry) throw new VerifyError("seal_differs", "this browser was shown another seal at this place of the log");
  return "the same seal";
}
