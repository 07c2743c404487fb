// The Verify button: takes the nine fields from what the page shows, compares them with what the server tells programs,
// and verifies the evidence of exactly these fields. Green only if every step holds.
"use strict";

import { FIELDS, NULLABLE, NUMBERS, VerifyError, sameHash } from "./verify.js";
import { fetchJson, judge, offerEvidence } from "./trust.js";
import { line, stepLines, verdictOf } from "./report.js";
import { compareSeal } from "./seals.js";

const NOTHING = "none";
const ELSEWHERE = "Heading, chart and address show the same";
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-][0-9]+)?$/;
const box = document.getElementById("proof");
const button = document.getElementById("verify");
const verdictPlace = document.getElementById("verdict");
const checks = document.getElementById("checks");
const found = document.getElementById("found");

// What is verified is what stands on the page at that moment: a change afterwards takes the verdict back.
const WATCHED = { subtree: true, childList: true, characterData: true, attributes: true,
  attributeFilter: ["data-shown", "data-entry", "data-target", "data-stop", "data-result", "data-exit"] };
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
    const report = await verifyShown();
    if (changed || watch.takeRecords().some(isOfWhatIsShown)) {
      throw new VerifyError("changed", "what is shown has changed meanwhile");
    }
    conclude(report.verdict, ...verdictOf(report));
  } catch (error) {
    conclude("failed", "bad", `Not verified. Failed step: ${error.step ?? "start"} (${error.code ?? error.message}).`);
  } finally {
    button.disabled = false;
    await offerEvidence(found);
  }
});

// The page comes with a button that is disabled: what is pressed before anybody listens would be lost.
if (button) button.disabled = false;

// Runs the steps in order; the first that does not hold throws and gives the verdict its name.
async function verifyShown() {
  const shown = await step("Read the nine fields from this page", () => shownFields());
  const claimed = box.querySelector("[data-shown='verification_hash']").textContent;
  const scheme = box.querySelector("[data-shown='scheme']").textContent;
  const served = await step("Fetch the signal again from the server", () => fetchServed(box.dataset.source));
  await step("Compare each field shown with the server's answer", () => compareFields(shown, served));
  await step("Compare the hash shown with the server's answer", () => {
    if (scheme !== served.scheme) throw new VerifyError("scheme_differs", `the server says ${served.scheme}`);
    if (!sameHash(claimed, served.verification_hash)) throw new VerifyError("hashes_differ", "the server says another hash");
    return scheme;
  });
  const evidence = await step("Fetch the evidence", () => fetchServed(box.dataset.evidence));
  await step("Compare the outcome shown with the log's", () => compareOutcome(evidence.outcome));
  await step("Compare the seal with the one that this browser was shown before", () => compareSeal(evidence));
  // What is verified is what stands on this page; of the evidence only the proofs are taken.
  const bundle = { ...evidence, signal: shown, scheme, verification_hash: claimed, legacy_preimage: served.legacy_preimage };
  const report = await judge(bundle);
  checks.append(...stepLines(report));
  if (report.verdict !== "FAILED") await step(ELSEWHERE, () => compareElsewhere(shown));
  return report;
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

async function fetchServed(address) {
  try {
    return await fetchJson(address);
  } catch (error) {
    throw new VerifyError("no_answer", error.message);
  }
}

// An outcome is shown with its reason and price; the log's entry must say the same, and be there if one is shown. A page
// that was made before the signal ended shows none: that is old, not wrong.
function compareOutcome(part) {
  const place = document.getElementById("outcome");
  const logged = part === null ? { result: "", exit_price: null } : JSON.parse(part.entry);
  const due = [logged.result, logged.exit_price === null ? NOTHING : String(logged.exit_price)];
  const shown = [place.dataset.result, place.dataset.exit];
  if (part !== null && shown[0] === "") return "it has ended since this page was made: load it again";
  if (due.join() !== shown.join()) throw new VerifyError("outcome_differs", `shown ${shown.join(" ")}, logged ${due.join(" ")}`);
  return part === null ? "not ended" : logged.result;
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
  if ([verdictPlace, checks, found].some((place) => place.contains(change.target))) return false;
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
  try {
    const told = await run();
    checks.append(line("mark-good", "Passed", words, typeof told === "string" ? told : ""));
    return told;
  } catch (error) {
    checks.append(line("mark-bad", "Failed", words, `${error.code ?? "error"}: ${error.message}`));
    error.step = words;
    throw error;
  }
}

function conclude(verdict, tone, words) {
  box.dataset.verdict = verdict === "FAILED" ? "failed" : verdict;
  verdictPlace.className = `verdict ${tone}`;
  verdictPlace.textContent = words;
}
