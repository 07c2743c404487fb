// Everything about one signal, in one report. The one place where a verdict is made.
"use strict";

import { FIELDS, canonical, sameHash, signalHash, verifyLegacy } from "./signal.js";
import { VerifyError, hex, refuse } from "./bytes.js";
import { advance, historyKey } from "./history.js";
import { commitment, leafHash, verifyInclusion } from "./merkle.js";
import { meets, openCheckpoint, readProof } from "./note.js";

const MOST_SKEW = 5000;

// Everything about one signal. `bundle` is an evidence bundle or a delivered body; `policy` comes from the page, never
// from the server's answer. Verdicts: verified (every step held here and now), logged (proven, but too few witnesses or
// no history), pending (content only), legacy, unsupported, FAILED. Never throws for input.
export async function verifySignal(bundle, policy, store, fetchConsistency) {
  const report = { scheme: bundle?.scheme ?? "jcs-1", index: null, size: null, at: null, witnesses: [] };
  Object.assign(report, { notLaterThan: null, history: null, failures: [], steps: [] });
  try {
    report.verdict = await judge(bundle, policy, store, fetchConsistency, report);
  } catch (error) {
    const code = error instanceof VerifyError ? error.code : "bad_bundle";
    report.steps.push({ name: report.doing, code, told: error.message });
    report.verdict = code === "unsupported" ? code : "FAILED";
    if (code !== "unsupported") report.failures.push(code);
  }
  return report;
}

async function judge(bundle, policy, store, fetchConsistency, report) {
  const step = async (name, run) => {
    report.doing = name;
    const told = await run();
    report.steps.push({ name, told });
    return told;
  };
  const told = bundle.signal ?? bundle;
  const signal = Object.fromEntries(FIELDS.filter((name) => Object.hasOwn(told, name)).map((name) => [name, told[name]]));
  if (report.scheme === "legacy-json-0") {
    const holds = () => verifyLegacy(signal, bundle.legacy_preimage, bundle.verification_hash);
    await step("hash", async () => refuse(!(await holds()), "hash_mismatch"));
    return "legacy";
  }
  refuse(report.scheme !== "jcs-1", "unknown_scheme");
  const hash = await step("hash", async () => {
    const computed = await signalHash(bundle.signal ?? signal);
    refuse(!sameHash(computed, bundle.verification_hash), "hash_mismatch", `computed ${computed}`);
    return computed;
  });
  if (!policy || !bundle.entry || !bundle.tlog_proof) return "pending";
  const entry = await step("commitment", async () => {
    const sealed = readEntry(bundle.entry, "signal");
    refuse(sealed.scheme !== report.scheme, "bad_entry");
    refuse(hex(await commitment(bundle.salt, hash)) !== sealed.commit, "commitment_mismatch");
    return sealed;
  });
  report.at = entry.at;
  await step("time", () => {
    const late = Date.parse(entry.at) - Date.parse(signal.timestamp);
    refuse(!(late <= MOST_SKEW), "backdated");
    refuse(late < -MOST_SKEW, "postdated");
  });
  const seal = await proven(step, "", bundle, policy);
  Object.assign(report, { index: seal.index, size: seal.size });
  const checkpoints = [seal];
  for (const kind of ["reveal", "outcome"]) {
    const part = bundle[kind];
    if (part) checkpoints.push(await provenPart(step, kind, part, policy, bundle, signal));
  }
  refuse(checkpoints.some((each) => each.origin !== seal.origin), "bad_entry");
  report.witnesses = Object.entries(seal.cosignatures).map(([vkey, time]) => ({ name: vkey.split("+")[0], time }));
  const times = report.witnesses.map((each) => each.time);
  report.notLaterThan = times.length ? new Date(Math.min(...times) * 1000).toISOString() : null;
  report.history = await step("history", () => compareHistory(store, checkpoints, fetchConsistency));
  const met = checkpoints.every((each) => meets(policy, each.cosignatures));
  await step("witnesses", () => met);
  return met && report.history !== "unchecked" ? "verified" : "logged";
}

// One entry's place in the log: signature of the log, then inclusion. Too few witnesses do not refuse: they are told.
async function proven(step, kind, part, policy) {
  const { index, hashes, note } = readProof(part.tlog_proof);
  const checkpoint = await step(`${kind}log`, () => openCheckpoint(note, { ...policy, quorum: 0 }));
  await step(`${kind}inclusion`, async () => {
    refuse(index !== part.leaf_index, "bad_proof");
    await verifyInclusion(index, checkpoint.size, await leafHash(part.entry), hashes, checkpoint.root);
  });
  return { ...checkpoint, index };
}

async function provenPart(step, kind, part, policy, bundle, signal) {
  await step(kind, () => {
    const entry = readEntry(part.entry, kind);
    refuse(entry.of !== bundle.leaf_index, "bad_entry");
    const same = () => entry.salt === bundle.salt && canonical(entry.signal) === canonical(signal);
    refuse(kind === "reveal" && !same(), "bad_entry");
    return entry;
  });
  return proven(step, `${kind}-`, part, policy);
}

async function compareHistory(store, checkpoints, fetchConsistency) {
  const key = await historyKey(checkpoints[0].origin);
  let told = null;
  try {
    refuse(store.getItem(`${key}:evidence`) !== null, "split_view");
    for (const each of checkpoints) {
      const seen = await advance(store, key, each, fetchConsistency);
      told ??= seen;
    }
  } catch (error) {
    if (error instanceof VerifyError && error.code !== "no_consistency_proof") throw error;
    return "unchecked";
  }
  return store.volatile ? "unchecked" : told;
}

// An entry of the log is canonical: one text for one meaning, so no name twice and nothing hidden.
function readEntry(text, kind) {
  const entry = JSON.parse(text);
  refuse(sorted(entry) !== text || entry.kind !== kind || entry.v !== 1, "bad_entry");
  return entry;
}

function sorted(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${sorted(value[name])}`).join(",")}}`;
}
