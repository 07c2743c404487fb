// Signed notes, checkpoints, cosignatures and proofs (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof).
"use strict";

import { VerifyError, fromBase64, hex, refuse, sha256, subtle, utf8 } from "./bytes.js";
import { EMPTY_ROOT, isCount, verifyInclusion } from "./merkle.js";

const [LOG, COSIGNER] = [1, 4];
const keys = new Map();

// A verifier key of C2SP signed-note: name, key id, type 1 (log) or 4 (cosigner) and 32 bytes. Throws bad_key.
export async function parseVkey(vkey) {
  const [, name, id, coded] = /^([^\s+]+)\+([0-9a-f]{8})\+([\w+/=]+)$/.exec(vkey) ?? [];
  const key = fromBase64(coded ?? "");
  refuse(key?.length !== 33 || ![LOG, COSIGNER].includes(key[0]), "bad_key");
  refuse(hex(await sha256(name, "\n", key)).slice(0, 8) !== id, "bad_key");
  try {
    const imported = await subtle().importKey("raw", key.slice(1), "Ed25519", false, ["verify"]);
    return { name, id, kind: key[0], key: imported };
  } catch (error) {
    throw new VerifyError("unsupported", `Ed25519: ${error.message}`);
  }
}

// Opens a signed checkpoint: { origin, size, root, note, cosignatures: { vkey: time in seconds } }. A signature of a key
// we know that does not hold refuses the whole note; keys we do not know count for nothing. Throws VerifyError.
export async function openCheckpoint(note, policy) {
  const cut = note.lastIndexOf("\n\n") + 1;
  refuse(!cut || !note.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(note), "bad_note");
  const text = note.slice(0, cut);
  const known = await knownKeys(policy);
  const cosignatures = {};
  let signed = false;
  for (const line of note.slice(cut + 1, -1).split("\n")) {
    const [, name, coded] = /^— ([^\s+]+) ([\w+/=]+)$/.exec(line) ?? [];
    const blob = fromBase64(coded ?? "");
    refuse(!blob || blob.length < 5, "bad_note");
    const found = known.find((each) => each.name === name && each.id === hex(blob.slice(0, 4)));
    if (!found) continue;
    const time = await signedAt(found, blob, text);
    if (found.kind === LOG) signed ||= text.startsWith(`${name}\n`);
    else cosignatures[found.vkey] = Math.min(time, cosignatures[found.vkey] ?? time);
  }
  const checkpoint = { ...readCheckpoint(text), note, cosignatures };
  const origins = policy.origin ? [policy.origin] : known.filter((each) => each.kind === LOG).map((each) => each.name);
  refuse(!origins.includes(checkpoint.origin), "unknown_origin", checkpoint.origin);
  refuse(!signed, "bad_log_signature");
  refuse(!meets(policy, cosignatures), "quorum_not_met");
  return checkpoint;
}

// A C2SP tlog-proof for a leaf: the opened checkpoint and the index. Throws VerifyError.
export async function verifyProof(tlogProof, leaf, policy) {
  const { index, hashes, note } = readProof(tlogProof);
  const checkpoint = await openCheckpoint(note, policy);
  await verifyInclusion(index, checkpoint.size, leaf, hashes, checkpoint.root);
  return { ...checkpoint, index };
}

export function meets({ quorum = Infinity }, cosignatures) {
  return typeof quorum === "function" ? quorum(cosignatures) : Object.keys(cosignatures).length >= quorum;
}

export function readProof(text) {
  refuse(typeof text !== "string", "bad_proof");
  const cut = text.indexOf("\n\n");
  const [version, ...lines] = text.slice(0, cut).split("\n");
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const [at, ...coded] = lines;
  refuse(cut < 0 || version !== "c2sp.org/tlog-proof@v1" || !at?.startsWith("index "), "bad_proof");
  const hashes = coded.map(fromBase64);
  refuse(hashes.some((hash) => hash?.length !== 32), "bad_proof");
  return { index: decimal(at.slice(6), "bad_proof"), hashes, note: text.slice(cut + 2) };
}

function knownKeys({ log, witnesses = [] }) {
  const wanted = [...[log].flat().map((vkey) => [vkey, LOG]), ...witnesses.map((vkey) => [vkey, COSIGNER])];
  return Promise.all(wanted.map(async ([vkey, kind]) => {
    if (!keys.has(vkey)) keys.set(vkey, { vkey, ...(await parseVkey(vkey)) });
    refuse(keys.get(vkey).kind !== kind, "bad_key", vkey);
    return keys.get(vkey);
  }));
}

// Checks one signature; the time of a cosignature, in seconds.
async function signedAt({ kind, key, name }, blob, text) {
  const code = kind === LOG ? "bad_log_signature" : "bad_witness_signature";
  const start = kind === LOG ? 4 : 12;
  refuse(blob.length !== start + 64, code, name);
  const time = kind === LOG ? 1 : Number(new DataView(blob.buffer).getBigUint64(4));
  refuse(!time || !isCount(time), code, name);
  const said = kind === LOG ? text : `cosignature/v1\ntime ${time}\n${text}`;
  refuse(!(await subtle().verify("Ed25519", key, blob.slice(start), utf8(said))), code, name);
  return time;
}

function readCheckpoint(text) {
  const [origin, size, coded, ...more] = text.slice(0, -1).split("\n");
  const root = fromBase64(coded ?? "");
  refuse(!origin || !root || root.length !== 32 || more.includes(""), "bad_checkpoint");
  const checkpoint = { origin, size: decimal(size, "bad_checkpoint"), root: hex(root) };
  refuse(checkpoint.size === 0 && checkpoint.root !== EMPTY_ROOT, "bad_checkpoint");
  return checkpoint;
}

function decimal(text, code) {
  refuse(!/^(0|[1-9][0-9]{0,15})$/.test(text) || !isCount(Number(text)), code);
  return Number(text);
}
