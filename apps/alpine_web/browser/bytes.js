// Bytes, their texts, and SHA-256. The one class of refusal.
"use strict";

export class VerifyError extends Error {
  constructor(code, message = code) {
    super(message);
    this.code = code;
  }
}

export function refuse(wrong, code, message) {
  if (wrong) throw new VerifyError(code, message);
}

export const HASH = /^[0-9a-f]{64}$/;

export async function sha256(...parts) {
  const pieces = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  pieces.reduce((at, piece) => (whole.set(piece, at), at + piece.length), 0);
  return new Uint8Array(await subtle().digest("SHA-256", whole));
}

export function subtle() {
  refuse(!globalThis.crypto?.subtle, "unsupported", "Web Crypto is for https and localhost");
  return globalThis.crypto.subtle;
}

export function hex(data) {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

export function fromBase64(text) {
  try {
    const found = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return btoa(String.fromCharCode(...found)) === text ? found : null;
  } catch {
    return null;
  }
}

export function bytes32(value) {
  let found = value;
  if (HASH.test(value)) found = Uint8Array.from(value.match(/../g), (pair) => parseInt(pair, 16));
  else if (typeof value === "string") found = fromBase64(value);
  refuse(!(found instanceof Uint8Array) || found.length !== 32, "bad_proof");
  return found;
}
