// The Verify button: takes the nine fields from what the page shows, recomputes their hash, and asks the server a second
// time for the same signal to see whether it tells the same. Green only if every step holds.
"use strict";

import { FIELDS, NULLABLE, NUMBERS, VerifyError, canonical, sameHash, signalHash, verifyLegacy } from "./verify.js";

const NOTHING = "none";
const ELSEWHERE = "Heading, chart and address show the same";
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-][0-9]+)?$/;
const VERDICTS = {
  verified: ["good", "Verified: the nine fields shown here are the ones that were hashed."],
  legacy: ["aside", "Legacy hash: content unchanged, the time is not provable before the day of import."],
  unsupported: ["aside", "Not checked: this browser offers Web Crypto on https and on localhost only."],
};

const box = document.getElementById("proof");
const button = document.getElementById("verify");
const verdictPlace = document.getElementById("verdict");
const checks = document.getElementById("checks");

// What is verified is what stands on the page at that moment: a change afterwards takes the verdict back.
const WATCHED = { subtree: true, childList: true, characterData: true, attributes: true,
  attributeFilter: ["data-shown", "data-entry", "data-target", "data-stop"] };
const watch = new MutationObserver((changes) => {
  if (changes.some(isOfWhatIsShown)) takeBack();
});
let changed = false;

button?.addEventListener("click", async () => {
  button.disabled = true;
  watch.observe(document.getElementById("main"), WATCHED);
  changed = false;
  checks.replaceChildren();
  for (const marked of box.querySelectorAll(".disagrees")) marked.classList.remove("disagrees");
  try {
    const verdict = await verifyShown();
    if (changed || watch.takeRecords().some(isOfWhatIsShown)) {
      throw new VerifyError("changed", "what is shown has changed meanwhile");
    }
    conclude(verdict);
  } catch (error) {
    const unsupported = error instanceof VerifyError && error.code === "unsupported";
    conclude(unsupported ? "unsupported" : "failed", error);
  } finally {
    button.disabled = false;
  }
});

// Runs the steps in order; the first that does not hold throws and gives the verdict its name.
async function verifyShown() {
  const shown = await step("Read the nine fields from this page", () => shownFields());
  const claimed = box.querySelector("[data-shown='verification_hash']").textContent;
  const scheme = box.querySelector("[data-shown='scheme']").textContent;
  const served = await step("Fetch the signal again from the server", () => fetchSignal());
  await step("Compare each field shown with the server's answer", () => compareFields(shown, served));
  await step("Compare the hash shown with the server's answer", () => {
    if (scheme !== served.scheme) throw new VerifyError("scheme_differs", `the server says ${served.scheme}`);
    if (!sameHash(claimed, served.verification_hash)) throw new VerifyError("hashes_differ", "the server says another hash");
    return scheme;
  });
  if (scheme === "legacy-json-0") {
    await step("Hash the stored legacy text and compare it, field by field, with this page", async () => {
      if (!(await verifyLegacy(shown, served.legacy_preimage, claimed))) throw new VerifyError("hash_mismatch", "it does not match");
      return "SHA-256 equals the published hash";
    });
    await step(ELSEWHERE, () => compareElsewhere(shown));
    return "legacy";
  }
  if (scheme !== "jcs-1") throw new VerifyError("unknown_scheme", `${scheme} is not known here`);
  await step("Write the canonical text of the nine fields (RFC 8785)", () => canonical(shown));
  await step("Compute SHA-256 in this browser and compare it with the published hash", async () => {
    const computed = await signalHash(shown);
    if (!sameHash(computed, claimed)) throw new VerifyError("hash_mismatch", `computed ${computed}`);
    return computed;
  });
  await step(ELSEWHERE, () => compareElsewhere(shown));
  return "verified";
}

function shownFields() {
  return Object.fromEntries(FIELDS.map((name) => {
    const places = box.querySelectorAll(`[data-shown='${name}']`);
    if (places.length !== 1) throw new VerifyError("missing_field", `${name} is not shown once`);
    return [name, readShown(name, places[0].textContent)];
  }));
}

function readShown(name, text) {
  if (NULLABLE.includes(name) && text === NOTHING) return null;
  if (!NUMBERS.includes(name)) return text;
  // Shown as the one text that this number has: a rounded or padded number would not be what was hashed.
  if (!NUMBER.test(text) || String(Number(text)) !== text) throw new VerifyError("bad_number", `${name} shows ${text}`);
  return Number(text);
}

async function fetchSignal() {
  const answer = await fetch(box.dataset.source, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new VerifyError("no_answer", `the server answered ${answer.status}`);
  return answer.json();
}

function compareFields(shown, served) {
  const differing = FIELDS.filter((name) => !Object.is(shown[name], served[name]));
  for (const name of differing) box.querySelector(`[data-shown='${name}']`).classList.add("disagrees");
  if (differing.length) throw new VerifyError("field_differs", differing.join(", "));
  return "all nine agree";
}

// The box is what is hashed; what a reader takes in first stands outside of it.
function compareElsewhere(shown) {
  const differing = [];
  const heading = document.querySelector("#main h1")?.textContent.replace(/\s+/g, " ").trim();
  if (heading !== `${shown.symbol} ${shown.action}`) differing.push(`the heading shows ${heading}`);
  const chart = document.getElementById("chart");
  for (const [level, name] of [["entry", "entry_price"], ["target", "target_price"], ["stop", "stop_price"]]) {
    const drawn = chart?.dataset[level];
    const due = shown[name] === null ? undefined : String(shown[name]);
    if (chart && drawn !== due) differing.push(`the chart shows ${level} ${drawn ?? NOTHING}`);
  }
  for (const address of [location.pathname, box.dataset.source]) {
    const named = decodeURIComponent(address.slice(address.lastIndexOf("/") + 1));
    if (named !== shown.signal_id) differing.push(`the address names ${named}`);
  }
  if (differing.length) throw new VerifyError("shown_differs", differing.join(", "));
}

function isOfWhatIsShown(change) {
  if (verdictPlace.contains(change.target) || checks.contains(change.target)) return false;
  // The drawing inside the chart changes with the pointer; only the levels that it was given count.
  const drawing = document.getElementById("chart")?.contains(change.target);
  return change.type === "attributes" || !drawing;
}

function takeBack() {
  changed = true;
  if (!box.dataset.verdict || box.dataset.verdict === "failed") return;
  delete box.dataset.verdict;
  checks.replaceChildren();
  verdictPlace.className = "verdict";
  verdictPlace.textContent = "What is shown has changed since it was verified. Verify it again.";
}

async function step(words, run) {
  const line = document.createElement("li");
  checks.append(line);
  try {
    const told = await run();
    line.append(marked("mark-good", "Passed"), ` ${words}`);
    if (typeof told === "string") line.append(": ", Object.assign(document.createElement("code"), { textContent: told }));
    return told;
  } catch (error) {
    line.append(marked("mark-bad", "Failed"), ` ${words}: ${error.code ?? "error"}, ${error.message}`);
    error.step = words;
    throw error;
  }
}

function marked(name, words) {
  return Object.assign(document.createElement("span"), { className: name, textContent: words });
}

function conclude(verdict, error) {
  const [tone, words] = VERDICTS[verdict] ?? ["bad", `Not verified. Failed step: ${error.step ?? "start"} (${error.code ?? error.message}).`];
  box.dataset.verdict = verdict;
  verdictPlace.className = `verdict ${tone}`;
  verdictPlace.textContent = words;
}
