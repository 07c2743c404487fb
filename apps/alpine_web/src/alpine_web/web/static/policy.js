// Trust policies as text (C2SP tlog-policy), for the pages that take one in.
"use strict";

import { VerifyError } from "./verify.js";

// C2SP tlog-policy text as { log, witnesses, quorum }: lists of keys, and a function of cosignatures. Throws bad_policy.
export function readPolicy(text) {
  const policy = { log: [], witnesses: [], quorum: null };
  const rules = Object.assign(Object.create(null), { none: () => true });
  const rule = (name) => rules[name] ?? refuse(true, "bad_policy", name);
  for (const line of text.split("\n")) {
    const [word, name, ...rest] = line.trim().split(/[ \t]+/);
    if (!word || word.startsWith("#")) continue;
    if (word === "log") policy.log.push(name);
    else if (word === "quorum" && !policy.quorum) policy.quorum = rule(name);
    else if (word === "witness" && !Object.hasOwn(rules, name)) {
      policy.witnesses.push(rest[0]);
      rules[name] = (seen) => Object.hasOwn(seen, rest[0]);
    } else if (word === "group" && !Object.hasOwn(rules, name)) {
      const members = rest.slice(1).map(rule);
      const need = { any: 1, all: members.length }[rest[0]] ?? Number(rest[0]);
      refuse(!(need >= 1 && need <= members.length) || rest.includes("none"), "bad_policy", name);
      rules[name] = (seen) => members.filter((met) => met(seen)).length >= need;
    } else refuse(true, "bad_policy", word);
  }
  refuse(!policy.log.length || !policy.quorum, "bad_policy", "no log or no quorum");
  return policy;
}

function refuse(wrong, code, message) {
  if (wrong) throw new VerifyError(code, message);
}
