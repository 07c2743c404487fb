// Made from apps/alpine_web/browser
export class VerifyError extends Error {
constructor(code, message = code) {
super(message);
this.code = code;
}
}
function refuse(wrong, code, message) {
if (wrong) throw new VerifyError(code, message);
}
const HASH = /^[0-9a-f]{64}$/;
async function sha256(...parts) {
const pieces = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
pieces.reduce((at, piece) => (whole.set(piece, at), at + piece.length), 0);
return new Uint8Array(await subtle().digest("SHA-256", whole));
}
function subtle() {
refuse(!globalThis.crypto?.subtle, "unsupported", "Web Crypto is for https and localhost");
return globalThis.crypto.subtle;
}
function hex(data) {
return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
function utf8(text) {
return new TextEncoder().encode(text);
}
function fromBase64(text) {
try {
const found = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
return btoa(String.fromCharCode(...found)) === text ? found : null;
} catch {
return null;
}
}
function bytes32(value) {
let found = value;
if (HASH.test(value)) found = Uint8Array.from(value.match(/../g), (pair) => parseInt(pair, 16));
else if (typeof value === "string") found = fromBase64(value);
refuse(!(found instanceof Uint8Array) || found.length !== 32, "bad_proof");
return found;
}
export const FIELDS = [
"action", "confidence", "entry_price", "signal_id", "stop_price", "strategy", "symbol", "target_price", "timestamp",
];
export const NUMBERS = ["confidence", "entry_price", "stop_price", "target_price"];
export const NULLABLE = ["stop_price", "target_price"];
const PATTERNS = {
signal_id: /^[A-Za-z0-9._:-]{1,64}$/,
symbol: /^[A-Z0-9][A-Z0-9._:/^=-]{0,31}$/,
action: /^[A-Z][A-Z_]{0,15}$/,
};
const TIMESTAMP = /^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z$/;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;
const STRATEGY_LENGTH = 128;
export function canonical(signal) {
refuse(signal === null || typeof signal !== "object" || Array.isArray(signal), "bad_json");
for (const name of FIELDS) refuse(!Object.hasOwn(signal, name), "missing_field", name);
for (const name of Object.keys(signal)) refuse(!FIELDS.includes(name), "extra_field", name);
return `{${FIELDS.map((name) => `"${name}":${canonicalValue(name, signal[name])}`).join(",")}}`;
}
export async function signalHash(signal) {
return hex(await sha256(canonical(signal)));
}
export async function verifyLegacy(signal, preimageText, claimedHex) {
if (typeof preimageText !== "string" || !/^[\x00-\x7f]*$/.test(preimageText)) return false;
if (!sameHash(hex(await sha256(preimageText)), claimedHex)) return false;
const said = readPreimage(preimageText);
if (said === null || Object.keys(signal).length !== FIELDS.length) return false;
return FIELDS.every((name) => Object.hasOwn(signal, name) && agrees(name, said[name], signal[name]));
}
export function sameHash(one, other) {
const [first, second] = [one, other].map((each) => String(each).toLowerCase());
return HASH.test(first) && first === second;
}
function canonicalValue(name, value) {
refuse(value === null && !NULLABLE.includes(name), "null_not_allowed", name);
if (value === null) return "null";
return NUMBERS.includes(name) ? numberText(name, value) : JSON.stringify(checkedText(name, value));
}
function numberText(name, value) {
refuse(typeof value !== "number", "bad_type", name);
refuse(!Number.isFinite(value), "nan_or_inf", name);
refuse(Object.is(value, -0), "negative_zero", name);
refuse(Math.abs(value) > Number.MAX_SAFE_INTEGER, "number_out_of_range", name);
return String(value);
}
function checkedText(name, value) {
refuse(typeof value !== "string", "bad_type", name);
if (name === "timestamp") return checkedTimestamp(value);
if (name === "strategy") return checkedStrategy(value);
refuse(!PATTERNS[name].test(value), "bad_string", name);
return value;
}
function checkedTimestamp(text) {
refuse(!TIMESTAMP.test(text), "bad_timestamp");
const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
refuse(isNaN(day) || !day.toISOString().startsWith(text.slice(0, 10)), "bad_timestamp");
return text;
}
function checkedStrategy(text) {
refuse(text === "" || Array.from(text).length > STRATEGY_LENGTH || UNSEEN.test(text), "bad_string");
refuse(text.normalize("NFC") !== text, "not_nfc");
return text;
}
const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const VALUE = String.raw`(${TEXT}|-?[0-9][0-9.eE+-]*|null|NaN|-?Infinity)`;
const PREIMAGE = new RegExp(`^\\{${FIELDS.map((name) => `"${name}": ${VALUE}`).join(", ")}\\}$`);
function readPreimage(text) {
const found = PREIMAGE.exec(text);
if (found === null) return null;
try {
const values = found.slice(1).map((part) => (/^(NaN|-?Infinity)$/.test(part) ? null : JSON.parse(part)));
return Object.fromEntries(FIELDS.map((name, index) => [name, values[index]]));
} catch {
return null;
}
}
function agrees(name, said, shown) {
if (name === "timestamp" && typeof said === "string" && typeof shown === "string") {
return said === shown || said === shown.replace(/^(.{10})T/, "$1 ");
}
return said === shown;
}
const EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const half = (count) => Math.floor(count / 2);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const node = (left, right) => sha256(Uint8Array.of(1), left, right);
export async function commitment(salt, hashHex) {
return sha256("argo-commit/v1\n", bytes32(salt), bytes32(hashHex));
}
export async function leafHash(data) {
return sha256(Uint8Array.of(0), data);
}
export async function verifyInclusion(index, size, leaf, proof, root) {
refuse(!isCount(index) || !isCount(size) || index >= size, "bad_proof");
let hash = bytes32(leaf);
await climb(index, size - 1, proof, async (step, right) => {
hash = await (right ? node(step, hash) : node(hash, step));
});
refuse(hex(hash) !== hex(bytes32(root)), "root_mismatch");
}
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
const [LOG, COSIGNER] = [1, 4];
const keys = new Map();
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
export async function verifyProof(tlogProof, leaf, policy) {
const { index, hashes, note } = readProof(tlogProof);
const checkpoint = await openCheckpoint(note, policy);
await verifyInclusion(index, checkpoint.size, leaf, hashes, checkpoint.root);
return { ...checkpoint, index };
}
function meets({ quorum = Infinity }, cosignatures) {
return typeof quorum === "function" ? quorum(cosignatures) : Object.keys(cosignatures).length >= quorum;
}
function readProof(text) {
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
export async function historyKey(origin) {
return `argo.tlog.v1:${hex(await sha256(origin))}`;
}
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
const MOST_SKEW = 5000;
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
function readEntry(text, kind) {
const entry = JSON.parse(text);
refuse(sorted(entry) !== text || entry.kind !== kind || entry.v !== 1, "bad_entry");
return entry;
}
function sorted(value) {
if (value === null || typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value);
return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${sorted(value[name])}`).join(",")}}`;
}
