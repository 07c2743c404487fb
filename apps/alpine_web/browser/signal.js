// A signal's nine fields: canonical text (jcs-1), its hash, and the text of an older scheme (legacy-json-0).
"use strict";

import { HASH, hex, refuse, sha256 } from "./bytes.js";

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

// The exact text that is hashed: RFC 8785 over the nine fields, in a restricted domain. Throws VerifyError.
export function canonical(signal) {
  refuse(signal === null || typeof signal !== "object" || Array.isArray(signal), "bad_json");
  for (const name of FIELDS) refuse(!Object.hasOwn(signal, name), "missing_field", name);
  for (const name of Object.keys(signal)) refuse(!FIELDS.includes(name), "extra_field", name);
  return `{${FIELDS.map((name) => `"${name}":${canonicalValue(name, signal[name])}`).join(",")}}`;
}

// SHA-256 of the canonical text, 64 lower-case hex digits. Throws VerifyError, `unsupported` without Web Crypto.
export async function signalHash(signal) {
  return hex(await sha256(canonical(signal)));
}

// Whether a legacy preimage has the claimed hash and says, field by field, what the signal says. Never throws for input.
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
  // A day that no calendar has is read as another day, or as none.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  refuse(isNaN(day) || !day.toISOString().startsWith(text.slice(0, 10)), "bad_timestamp");
  return text;
}

function checkedStrategy(text) {
  refuse(text === "" || Array.from(text).length > STRATEGY_LENGTH || UNSEEN.test(text), "bad_string");
  refuse(text.normalize("NFC") !== text, "not_nfc");
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
