// A report of verify.js in words that a layman understands: what was checked, what it means, what it does not mean.
"use strict";

const STEPS = {
  hash: ["The content is unchanged", "SHA-256 over the nine fields, computed here, is the published one."],
  commitment: ["It is what was sealed", "With its salt the content gives exactly the seal that stands in the log."],
  time: ["It was logged when it was issued", "The log's time and the signal's own differ by less than five seconds."],
  log: ["The log's signature holds", "The state of the log was signed with the key that this page trusts."],
  inclusion: ["The seal stands in that log", "A chain of hashes leads from the seal to the signed state."],
  reveal: ["The log disclosed this very signal", "What the log later opened for everybody is the same content."],
  "reveal-log": ["The disclosure is in a signed state of the log", "Signed with the same key."],
  "reveal-inclusion": ["The disclosure stands in that log", "A chain of hashes leads to the signed state."],
  outcome: ["The log has the outcome of this signal", "The entry names this signal's own place in the log."],
  "outcome-log": ["The outcome is in a signed state of the log", "Signed with the same key."],
  "outcome-inclusion": ["The outcome stands in that log", "A chain of hashes leads to the signed state."],
  history: ["The log only grew since this browser saw it", "Nothing that this browser saw before was changed or taken out."],
  witnesses: ["Enough witnesses have seen the log like this", "They sign only what continues what they saw before."],
};
const HISTORIES = {
  "first-seen": "this browser sees the log for the first time, and remembers it from now on",
  same: "the log stands as this browser saw it",
  advanced: "the log has grown, and everything seen before is still in it",
  "older-but-consistent": "this is an earlier state of the log that this browser knows",
  unchecked: "not compared: this browser could not remember, or got no proof of growth",
};
const VERDICTS = {
  verified: ["good", "Verified by this browser."],
  logged: ["aside", "Proven to be in the log, but not everything could be checked."],
  pending: ["aside", "The content is unchanged; there is no proof of when it was made."],
  legacy: ["aside", "Legacy hash: content unchanged, the time is not provable before the day of import."],
  unsupported: ["aside", "Not checked: this browser offers the needed cryptography on https and on localhost only, or not at all."],
  FAILED: ["bad", "Not verified."],
};

// [tone, sentence] of a report.
export function verdictOf(report) {
  const [tone, words] = VERDICTS[report.verdict] ?? VERDICTS.FAILED;
  if (report.verdict === "FAILED") return [tone, `${words} Failed step: ${failedStep(report)} (${report.failures.join(", ")}).`];
  if (report.notLaterThan === null || !["verified", "logged"].includes(report.verdict)) return [tone, words];
  const names = report.witnesses.map((each) => each.name).join(", ");
  return [tone, `${words} It existed no later than ${utc(report.notLaterThan)}, witnessed by ${names}.`];
}

// One list item for each step.
export function stepLines(report) {
  return report.steps.map((step) => {
    const [title, meaning] = STEPS[step.name] ?? [step.name ?? "Read the bundle", ""];
    if (step.code) return line("mark-bad", "Failed", title, `${step.code}${step.told && step.told !== step.code ? `: ${step.told}` : ""}`);
    if (step.name === "history") {
      const open = report.history === "unchecked";
      return line(open ? "mark-open" : "mark-good", open ? "Open" : "Passed", title, HISTORIES[report.history]);
    }
    if (step.name === "witnesses" && !step.told) return line("mark-open", "Open", title, "Too few of the trusted witnesses have signed this state.");
    return line("mark-good", "Passed", title, meaning);
  });
}

export function line(mark, word, title, meaning) {
  const item = document.createElement("li");
  const label = Object.assign(document.createElement("span"), { className: mark, textContent: word });
  item.append(label, ` ${title}`);
  if (meaning) item.append(Object.assign(document.createElement("span"), { className: "meaning", textContent: meaning }));
  return item;
}

function failedStep(report) {
  const failed = report.steps.find((step) => step.code);
  return STEPS[failed?.name]?.[0] ?? "Read the bundle";
}

function utc(text) {
  return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}
