// All vectors against the browser's module: the same cases under Node and in Chromium. Each check is counted; what does
// not hold is named.
export async function runVectors(v, load) {
  const failures = [];
  let checks = 0;
  const check = (name, holds) => {
    checks += 1;
    if (!holds) failures.push(name);
  };
  const code = async (run) => {
    try {
      return ["passed", await run()];
    } catch (error) {
      return [error instanceof v.VerifyError ? error.code : error instanceof SyntaxError ? "bad_json" : String(error)];
    }
  };
  const refused = async (name, run, ...codes) => {
    const [got] = await code(run);
    check(`${name}: ${got}`, codes.length ? codes.includes(got) : got !== "passed" && /^[a-z_0-9]+$/.test(got));
  };
  const accepted = async (name, run) => {
    const [got, value] = await code(run);
    check(`${name}: ${got}`, got === "passed");
    return value;
  };
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const suite = { v, load, check, refused, accepted, hex, unhex };
  for (const part of [canonicalForm, legacyForm, merkle, notes, logBundle, browserSequence, tiles]) await part(suite);
  return { checks, failures };
}

async function canonicalForm({ v, load, check, refused, unhex }) {
  const { valid, numbers } = await load("canonical_jcs1.json");
  for (const each of valid) {
    const signal = JSON.parse(each.wire);
    check(`canonical ${each.id}`, v.canonical(signal) === each.canonical);
    check(`hash ${each.id}`, (await v.signalHash(signal)) === each.sha256);
  }
  for (const each of numbers) {
    const number = new DataView(unhex(each.ieee754_be_hex).buffer).getFloat64(0);
    if (each.ecmascript !== null) check(`number ${each.ecmascript}`, String(number) === each.ecmascript);
    const signal = { ...JSON.parse(valid[0].wire), entry_price: number };
    if (each.in_jcs1_domain) check(`in domain ${each.ecmascript}`, v.canonical(signal).includes(`"entry_price":${each.ecmascript},`));
    else await refused(`domain ${each.ecmascript}`, () => v.canonical(signal), "nan_or_inf", "negative_zero", "number_out_of_range");
  }
  const { rejected, tampered } = await load("negative_canonical.json");
  for (const each of rejected.filter((one) => !("undetectable_after_parse" in one))) {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const run = () => {
      let text = each.wire;
      if (each.wire_hex) {
        try {
          text = strict.decode(unhex(each.wire_hex));
        } catch {
          throw new v.VerifyError("bad_utf8");
        }
      }
      return v.canonical(JSON.parse(text));
    };
    await refused(`rejected ${each.id}`, run, "bad_json", ...each.errors);
  }
  for (const each of tampered) {
    const hash = await v.signalHash(each.signal);
    check(`tampered ${each.id}`, hash === each.actual_sha256 && !v.sameHash(hash, each.claimed_sha256));
  }
}

async function legacyForm({ v, load, check }) {
  const { cases, cross_scheme: cross } = await load("canonical_legacy.json");
  for (const each of cases) {
    const signal = JSON.parse(each.wire);
    check(`legacy ${each.id}`, await v.verifyLegacy(signal, each.preimage, each.sha256.toUpperCase()));
    check(`legacy ${each.id} of another`, !(await v.verifyLegacy({ ...signal, symbol: "ZZZ" }, each.preimage, each.sha256)));
  }
  for (const each of cross) {
    check("cross hash", (await v.signalHash(each.signal)) === each.jcs1_sha256);
    check("cross preimage", !(await v.verifyLegacy(each.signal, v.canonical(each.signal), each.jcs1_sha256)));
  }
}

async function merkle({ v, load, check, refused, accepted, hex, unhex }) {
  const good = await load("merkle_rfc6962.json");
  for (const each of good.edge_leaves) {
    const data = each.data_hex === undefined ? null : unhex(each.data_hex);
    if (data) check(`leaf of ${each.data_len} bytes`, hex(await v.leafHash(data)) === each.leaf_hash);
  }
  for (const each of good.leaves) check(each.data_utf8, hex(await v.leafHash(each.data_utf8)) === each.leaf_hash);
  for (const each of good.inclusion) {
    const name = `inclusion ${each.index}/${each.size}`;
    await accepted(name, () => v.verifyInclusion(each.index, each.size, each.leaf_hash, each.proof, each.root));
    await refused(`${name} of another leaf`, () => v.verifyInclusion(each.index, each.size, "00".repeat(32), each.proof, each.root), "root_mismatch");
    await refused(`${name} with a hash more`, () => v.verifyInclusion(each.index, each.size, each.leaf_hash, [...each.proof, each.root], each.root), "bad_proof");
  }
  for (const each of good.consistency) {
    const name = `consistency ${each.size1}-${each.size2}`;
    await accepted(name, () => v.verifyConsistency(each.size1, each.size2, each.root1, each.root2, each.proof));
    await refused(`${name} with a hash more`, () => v.verifyConsistency(each.size1, each.size2, each.root1, each.root2, [...each.proof, each.root2]), "bad_proof");
  }
  const bad = await load("negative_merkle.json");
  for (const each of bad.inclusion) {
    await refused(`bad inclusion ${each.id}`, () => v.verifyInclusion(each.index, each.size, each.leaf_hash, each.proof, each.root), "bad_proof");
  }
  for (const each of bad.consistency) {
    await refused(`bad consistency ${each.id}`, () => v.verifyConsistency(each.size1, each.size2, each.root1, each.root2, each.proof));
  }
  const policy = { log: bad.log_vkey, witnesses: bad.witness_vkeys, origin: bad.origin };
  for (const each of bad.tlog_proofs) {
    await refused(`bad tlog-proof ${each.id}`, () => v.verifyProof(each.tlog_proof, unhex(each.leaf_hash), { ...policy, quorum: each.quorum }));
  }
}

async function notes({ v, load, check, refused, accepted }) {
  const { keys, vkeys, valid, invalid } = await load("notes.json");
  const named = Object.fromEntries(keys.map((each) => [each.id, each.vkey]));
  for (const each of vkeys) {
    if (each.valid) await accepted(`vkey ${each.comment}`, () => v.parseVkey(each.vkey));
    else await refused(`vkey ${each.comment}`, () => v.parseVkey(each.vkey), "bad_key");
  }
  const policyOf = (each) => {
    const trusted = each.trusted.map((name) => named[name]);
    const [log, ...witnesses] = trusted;
    return { log, witnesses, origin: each.origin, quorum: each.quorum };
  };
  for (const each of valid) {
    const opened = await accepted(`note ${each.id}`, () => v.openCheckpoint(each.note, policyOf(each)));
    const due = Object.entries(each.cosignatures).sort();
    const same = opened?.size === each.size && opened?.root === each.root;
    check(`note ${each.id} says`, same && JSON.stringify(Object.entries(opened.cosignatures).sort()) === JSON.stringify(due));
  }
  for (const each of invalid) await refused(`note ${each.id}`, () => v.openCheckpoint(each.note, policyOf(each)));
}

async function logBundle({ v, load, check, refused, accepted, hex }) {
  const log = await load("log_bundle.json");
  const policy = { log: log.log_vkey, witnesses: log.witness_vkeys, origin: log.origin, quorum: log.quorum };
  for (const each of log.commitment.cases) {
    check("signal hash", (await v.signalHash(each.signal)) === each.signal_sha256);
    check("commitment", hex(await v.commitment(each.salt, each.signal_sha256)) === each.commit);
  }
  for (const each of log.entries) check(`leaf ${each.index}`, hex(await v.leafHash(each.entry)) === each.leaf_hash);
  for (const each of log.checkpoints) {
    const opened = await accepted(`checkpoint ${each.size}`, () => v.openCheckpoint(each.note, policy));
    check(`root ${each.size}`, opened?.root === each.root);
  }
  for (const each of log.proofs) {
    const opened = await accepted(`proof ${each.index}`, () => v.verifyProof(each.tlog_proof, each.leaf_hash, policy));
    check(`proof ${each.index} says`, opened?.index === each.index && opened?.size === each.size);
    await refused(`proof ${each.index} of another leaf`, () => v.verifyProof(each.tlog_proof, "11".repeat(32), policy), "root_mismatch");
  }
  const roots = new Map(log.checkpoints.map((each) => [each.size, each.root]));
  for (const each of log.consistency) {
    await accepted(`log ${each.size1}-${each.size2}`, () => v.verifyConsistency(each.size1, each.size2, roots.get(each.size1), roots.get(each.size2), each.proof));
  }
  await accepted("fork is signed", () => v.openCheckpoint(log.fork.note, { ...policy, quorum: 0 }));
  await refused("fork is not witnessed", () => v.openCheckpoint(log.fork.note, policy), "quorum_not_met");
  await accepted("fork from 8", () => v.verifyConsistency(8, 12, roots.get(8), log.fork.root, log.fork.consistency_8_to_12));
  await refused("fork from 9", () => v.verifyConsistency(9, 12, roots.get(9), log.fork.root, log.fork.consistency_9_to_12), "old_root_mismatch", "new_root_mismatch");
}

async function browserSequence({ v, load, check }) {
  const log = await load("log_bundle.json");
  const policy = { log: log.log_vkey, origin: log.origin, quorum: 0 };
  const kept = new Map();
  const store = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
  const key = await v.historyKey(log.origin);
  for (const [at, each] of log.browser_sequence.entries()) {
    const note = each.see === "fork" ? log.fork.note : log.checkpoints.find((one) => one.size === each.size).note;
    const checkpoint = await v.openCheckpoint(note, policy);
    const proof = (m, n) => (each.see === "fork" ? log.fork[`consistency_${m}_to_${n}`] : log.consistency.find((one) => one.size1 === m && one.size2 === n).proof);
    const before = kept.get(key);
    let told;
    try {
      told = await v.advance(store, key, checkpoint, async (m, n) => proof(m, n));
    } catch (error) {
      told = each.codes?.includes(error.code) ? "error" : String(error);
      check(`step ${at} kept what was seen`, kept.get(key) === before);
      const evidence = JSON.parse(kept.get(`${key}:evidence`));
      check(`step ${at} kept the evidence`, evidence.offered === note && evidence.kept === JSON.parse(before).note);
    }
    check(`step ${at}: ${told}`, told === each.expect);
  }
}

// What the module knows of tiles: their leaves hash to what the tile holds.
async function tiles({ v, load, check, hex }) {
  const { tile_bytes: bytes } = await load("tiles.json");
  for (const each of bytes.filter((one) => one.level === 0)) {
    check(`tile ${each.n}`, hex(await v.leafHash(`argo-test-leaf-${each.n * 256}`)) === each.first32);
  }
}
