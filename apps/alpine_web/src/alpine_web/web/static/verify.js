// Recomputes a signal's hash in the reader's browser. No dependency and no trust in the server: what comes in is what
// the page shows. The rules are those of the published specification (canonical form jcs-1, legacy form legacy-json-0).
"use strict";

export const FIELDS = Object.freeze([
  "action", "confidence", "entry_price", "signal_id", "stop_price", "strategy", "symbol", "target_price", "timestamp",
]);
export const NUMBERS = Object.freeze(["confidence", "entry_price", "stop_price", "target_price"]);
export const NULLABLE = Object.freeze(["stop_price", "target_price"]);

export class VerifyError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "VerifyError";
    this.code = code;
  }
}

const PATTERNS = Object.freeze({
  signal_id: /^[A-Za-z0-9._:-]{1,64}$/,
  symbol: /^[A-Z0-9][A-Z0-9._:/^=-]{0,31}$/,
  action: /^[A-Z][A-Z_]{0,15}$/,
});
const TIMESTAMP = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z$/;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;
const HASH = /^[0-9a-f]{64}$/;
const STRATEGY_LENGTH = 128;

// The exact text that is hashed: RFC 8785 over the nine fields, in a restricted domain. Throws VerifyError.
export function canonical(signal) {
  if (signal === null || typeof signal !== "object" || Array.isArray(signal)) {
    throw new VerifyError("bad_json", "a signal is one object");
  }
  for (const name of FIELDS) {
    if (!Object.hasOwn(signal, name)) throw new VerifyError("missing_field", `${name} is missing`);
  }
  for (const name of Object.keys(signal)) {
    if (!FIELDS.includes(name)) throw new VerifyError("extra_field", `${name} is not one of the nine fields`);
  }
  return `{${FIELDS.map((name) => `"${name}":${canonicalValue(name, signal[name])}`).join(",")}}`;
}

// SHA-256 of the canonical text, 64 lower-case hex digits. Throws VerifyError, `unsupported` without Web Crypto.
export async function signalHash(signal) {
  return sha256(canonical(signal));
}

// Whether a legacy preimage has the claimed hash and says, field by field, what the signal says. Never throws for input.
export async function verifyLegacy(signal, preimageText, claimedHex) {
  const claimed = String(claimedHex).toLowerCase();
  if (!HASH.test(claimed) || typeof preimageText !== "string" || !/^[\x00-\x7f]*$/.test(preimageText)) return false;
  if ((await sha256(preimageText)) !== claimed) return false;
  const said = readPreimage(preimageText);
  if (said === null || Object.keys(signal).length !== FIELDS.length) return false;
  return FIELDS.every((name) => Object.hasOwn(signal, name) && agrees(name, said[name], signal[name]));
}

export function sameHash(one, other) {
  return HASH.test(String(one).toLowerCase()) && String(one).toLowerCase() === String(other).toLowerCase();
}

async function sha256(text) {
  if (!globalThis.crypto?.subtle) {
    throw new VerifyError("unsupported", "this browser offers Web Crypto on https and localhost only");
  }
  const digest = await globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function canonicalValue(name, value) {
  if (value === null) {
    if (NULLABLE.includes(name)) return "null";
    throw new VerifyError("null_not_allowed", `${name} must not be null`);
  }
  return NUMBERS.includes(name) ? numberText(name, value) : JSON.stringify(checkedText(name, value));
}

function numberText(name, value) {
  if (typeof value !== "number") throw new VerifyError("bad_type", `${name} must be a number`);
  if (!Number.isFinite(value)) throw new VerifyError("nan_or_inf", `${name} is not finite`);
  if (Object.is(value, -0)) throw new VerifyError("negative_zero", `${name} is minus zero`);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new VerifyError("number_out_of_range", `${name} is beyond 2^53 - 1`);
  }
  return String(value);
}

function checkedText(name, value) {
  if (typeof value !== "string") throw new VerifyError("bad_type", `${name} must be text`);
  if (name === "timestamp") return checkedTimestamp(value);
  if (name === "strategy") return checkedStrategy(value);
  if (!PATTERNS[name].test(value)) throw new VerifyError("bad_string", `${name} has characters that are not allowed`);
  return value;
}

function checkedTimestamp(text) {
  const found = TIMESTAMP.exec(text);
  const [year, month, day] = found ? found.slice(1, 4).map(Number) : [0, 0, 0];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = year > 0 && date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists) throw new VerifyError("bad_timestamp", "timestamp must be YYYY-MM-DDTHH:MM:SS.ffffffZ");
  return text;
}

function checkedStrategy(text) {
  const length = Array.from(text).length;
  if (length < 1 || length > STRATEGY_LENGTH) throw new VerifyError("bad_string", "strategy has a length not allowed");
  if (UNSEEN.test(text)) throw new VerifyError("bad_string", "strategy holds a character that cannot be seen");
  if (text.normalize("NFC") !== text) throw new VerifyError("not_nfc", "strategy is not in Unicode form NFC");
  return text;
}

// The one layout that a legacy sender's serialiser wrote: nine names in order, one space after each colon and comma.
// Anchored as a whole, so that no name can occur twice and no string can pose as a field.
const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const VALUE = String.raw`(${TEXT}|-?[0-9][0-9.eE+-]*|null|NaN|-?Infinity)`;
const PREIMAGE = new RegExp(`^\\{${FIELDS.map((name) => `"${name}": ${VALUE}`).join(", ")}\\}$`);

function readPreimage(text) {
  const found = PREIMAGE.exec(text);
  if (found === null) return null;
  try {
    // A number that is not finite was shown as nothing: JSON has no word for it.
    const values = found.slice(1).map((part) => (/^(NaN|-?Infinity)$/.test(part) ? null : JSON.parse(part)));
    return Object.fromEntries(FIELDS.map((name, index) => [name, values[index]]));
  } catch {
    return null;
  }
}

function agrees(name, said, shown) {
  // A timestamp that was no text yet was written with a space where ISO 8601 has a T.
  if (name === "timestamp" && typeof said === "string" && typeof shown === "string") {
    return said === shown || said === shown.replace(/^(.{10})T/, "$1 ");
  }
  return said === shown;
}
