// What this browser saw of a log before: a log that did not only grow is caught here, and both notes are kept.
"use strict";

import { VerifyError, hex, sha256 } from "./bytes.js";
import { verifyConsistency } from "./merkle.js";

// Under which name this browser keeps what it saw of a log.
export async function historyKey(origin) {
  return `argo.tlog.v1:${hex(await sha256(origin))}`;
}

// Compares a checkpoint with the newest that this browser saw: first-seen, same, advanced or older-but-consistent.
// `fetchConsistency(from, to)` gives the proof. A log that did not only grow throws, and both notes are kept.
export async function advance(store, key, checkpoint, fetchConsistency) {
  return locked(key, async () => {
    const kept = JSON.parse(store.getItem(key));
    const { note, size, root } = checkpoint;
    const offered = { note, size, root, seen: new Date().toISOString() };
    const [older, newer] = kept && kept.size > offered.size ? [offered, kept] : [kept, offered];
    if (kept) await compare(store, key, kept, offered, older, newer, fetchConsistency);
    if (kept?.size >= offered.size) return kept.size === offered.size ? "same" : "older-but-consistent";
    store.setItem(key, JSON.stringify(offered));
    return kept ? "advanced" : "first-seen";
  });
}

// The browser's own memory; where it has none (private windows), one that ends with the page and says so: `volatile`.
export function openStore() {
  try {
    const store = globalThis.localStorage;
    store.setItem("tlog.probe", "1");
    store.removeItem("tlog.probe");
    return store;
  } catch {
    const kept = new Map();
    const getItem = (key) => kept.get(key) ?? null;
    const [setItem, removeItem] = [(key, text) => kept.set(key, text), (key) => kept.delete(key)];
    return { volatile: true, getItem, setItem, removeItem };
  }
}

async function compare(store, key, kept, offered, older, newer, fetchConsistency) {
  let proof = [];
  if (older.size !== newer.size && older.size > 0) {
    try {
      proof = await fetchConsistency(older.size, newer.size);
    } catch (error) {
      throw new VerifyError("no_consistency_proof", error.message);
    }
  }
  try {
    await verifyConsistency(older.size, newer.size, older.root, newer.root, proof);
  } catch (error) {
    const evidence = { kept: kept.note, offered: offered.note, proof, seen: offered.seen };
    if (error.code !== "unsupported") store.setItem(`${key}:evidence`, JSON.stringify(evidence));
    throw error;
  }
}

function locked(key, run) {
  return globalThis.navigator?.locks ? navigator.locks.request(key, run) : run();
}
