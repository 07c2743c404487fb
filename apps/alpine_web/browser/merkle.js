// The Merkle tree of the log (RFC 6962, RFC 9162) and the commitments in its leaves. Sizes are doubles: arithmetic up to
// 2^53, and no operator that cuts them to 32 bits.
"use strict";

import { bytes32, hex, refuse, sha256 } from "./bytes.js";

export const EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const half = (count) => Math.floor(count / 2);
export const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const node = (left, right) => sha256(Uint8Array.of(1), left, right);

// What the log holds in place of the content: nobody without the salt can guess it, nobody can change it.
export async function commitment(salt, hashHex) {
  return sha256("argo-commit/v1\n", bytes32(salt), bytes32(hashHex));
}

// RFC 6962, section 2.1: leaves and nodes are hashed apart, so that neither passes for the other.
export async function leafHash(data) {
  return sha256(Uint8Array.of(0), data);
}

// RFC 9162, section 2.1.3.2. Hashes are 32 bytes or their hex or base64. Throws bad_proof or root_mismatch.
export async function verifyInclusion(index, size, leaf, proof, root) {
  refuse(!isCount(index) || !isCount(size) || index >= size, "bad_proof");
  let hash = bytes32(leaf);
  await climb(index, size - 1, proof, async (step, right) => {
    hash = await (right ? node(step, hash) : node(hash, step));
  });
  refuse(hex(hash) !== hex(bytes32(root)), "root_mismatch");
}

// RFC 9162, section 2.1.4.2: the log of size n begins with the log of size m.
// Throws bad_proof, split_view (one size, two roots), old_root_mismatch or new_root_mismatch.
export async function verifyConsistency(m, n, oldRoot, newRoot, proof) {
  refuse(!isCount(m) || !isCount(n) || m > n, "bad_proof");
  const [first, second] = [bytes32(oldRoot), bytes32(newRoot)];
  refuse(m === 0 && hex(first) !== EMPTY_ROOT, "old_root_mismatch");
  refuse(m === n && hex(first) !== hex(second), "split_view");
  if (m === 0 || m === n) return refuse(proof.length, "bad_proof");
  let [at, last] = [m - 1, n - 1];
  while (at % 2) [at, last] = [half(at), half(last)];
  const [start, ...steps] = at ? proof : [first, ...proof];
  let [older, newer] = [bytes32(start), bytes32(start)];
  await climb(at, last, steps, async (step, right) => {
    if (right) older = await node(step, older);
    newer = await (right ? node(step, newer) : node(newer, step));
  });
  refuse(hex(older) !== hex(first), "old_root_mismatch");
  refuse(hex(newer) !== hex(second), "new_root_mismatch");
}

// From a leaf or subtree up to the root: `join` takes each hash of the proof, and whether ours is its right sibling.
async function climb(at, last, proof, join) {
  for (const step of proof) {
    refuse(last === 0, "bad_proof");
    const right = at % 2 === 1 || at === last;
    await join(bytes32(step), right);
    while (right && at % 2 === 0 && at) [at, last] = [at / 2, half(last)];
    [at, last] = [half(at), half(last)];
  }
  refuse(last !== 0, "bad_proof");
}
