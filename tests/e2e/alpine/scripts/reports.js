// verifySignal against every part of its bundle swapped. Each attack is named with the code that it must end in.
function memory() {
  const kept = new Map();
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
}

export async function runReports(v, load) {
  const log = await load("log_bundle.json");
  const { keys } = await load("notes.json");
  const given = {
    log,
    policy: { log: log.log_vkey, witnesses: log.witness_vkeys, quorum: 2 },
    otherKey: keys.find((each) => each.id === "log2").vkey,
    foreignKey: (await foreignVkey(v, keys)),
    foreignNote: await foreignNote(v, log, keys),
    foreignOutcome: await foreignOutcome(v, log, keys),
    key: await v.historyKey(log.origin),
  };
  const failures = [];
  let checks = 0;
  for (const [name, wanted, change] of attacks(given)) {
    const fetchConsistency = async (m, n) => proofOf(log, m, n);
    const parts = { bundle: bundleOf(log, 0, 2), policy: given.policy, store: memory(), fetchConsistency };
    change(parts);
    const report = await v.verifySignal(parts.bundle, parts.policy, parts.store, parts.fetchConsistency);
    const got = [report.verdict, ...report.failures].join(" ");
    checks += 1;
    if (got !== wanted) failures.push(`${name}: ${got}`);
  }
  return { checks, failures };
}

// The log's key under another name: the key id goes with the name.
async function foreignVkey(v, keys) {
  const coded = keys.find((each) => each.id === "log").vkey.split("+").slice(2).join("+");
  const key = Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
  const named = new Uint8Array([...new TextEncoder().encode("other.example/signals\n"), ...key]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", named));
  const id = Array.from(digest.slice(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `other.example/signals+${id}+${coded}`;
}

// The signature line of another log's key under a text.
async function foreignLine(v, keys, text) {
  const seed = keys.find((each) => each.id === "log").seed_hex.match(/../g).map((pair) => parseInt(pair, 16));
  const wrapped = new Uint8Array([...atob("MC4CAQAwBQYDK2VwBCIEIA==")].map((letter) => letter.charCodeAt(0)).concat(seed));
  const secret = await crypto.subtle.importKey("pkcs8", wrapped, "Ed25519", false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", secret, new TextEncoder().encode(text)));
  const [name, id] = (await foreignVkey(v, keys)).split("+");
  const blob = String.fromCharCode(...id.match(/../g).map((pair) => parseInt(pair, 16)), ...signature);
  return `— ${name} ${btoa(blob)}`;
}

// Our checkpoint without our signature, under one that another log's key made over the same text.
async function foreignNote(v, log, keys) {
  const { note } = log.checkpoints.find((each) => each.size === 9);
  const line = await foreignLine(v, keys, note.slice(0, note.lastIndexOf("\n\n") + 1));
  return note.replace(/^— argo.example\/signals .*$/m, line);
}

// The outcome of our signal at leaf 3, as the only entry of another log, which says that it ends its own leaf 3.
async function foreignOutcome(v, log, keys) {
  const { entry } = log.entries[8];
  const leaf = await v.leafHash(entry);
  const root = btoa(String.fromCharCode(...leaf));
  const text = `other.example/signals\n1\n${root}\n`;
  const note = `${text}\n${await foreignLine(v, keys, text)}\n`;
  return { leaf_index: 0, entry, tlog_proof: `c2sp.org/tlog-proof@v1\nindex 0\n\n${note}` };
}

function proofOf(log, m, n) {
  return log.consistency.find((each) => each.size1 === m && each.size2 === n).proof;
}

function bundleOf(log, number, index) {
  const { signal, salt, signal_sha256: hash } = log.commitment.cases[number];
  const { tlog_proof: proof } = log.proofs.find((each) => each.index === index && each.size < 12);
  return structuredClone({
    format: "signal-evidence/1", origin: log.origin, signal, scheme: "jcs-1", verification_hash: hash,
    salt, leaf_index: index, entry: log.entries[index].entry, tlog_proof: proof,
  });
}

function attacks({ log, policy, otherKey, foreignKey, foreignNote: foreign, foreignOutcome: strange, key }) {
  const checkpoint = (size) => log.checkpoints.find((each) => each.size === size);
  const noteOf = (size) => checkpoint(size).note;
  const seen = ({ store }, size, root = checkpoint(size).root) => {
    store.setItem(key, JSON.stringify({ note: noteOf(size), size, root, seen: "2026-01-02T15:00:00.000Z" }));
  };
  const ended = (parts) => {
    const { tlog_proof: proof } = log.proofs.find((each) => each.index === 8);
    parts.bundle = { ...bundleOf(log, 1, 3), outcome: { leaf_index: 8, entry: log.entries[8].entry, tlog_proof: proof } };
  };
  const fields = {
    signal_id: "SIG-9", symbol: "AAPM", action: "SELL", entry_price: 175.26, target_price: null, stop_price: 171.51,
    confidence: 97.4, strategy: "other", timestamp: "2026-01-02T14:30:00.123457Z",
  };
  return [
    ["as it is", "verified", () => {}],
    ["flat, as it was delivered", "verified", (parts) => {
      const { signal, ...rest } = parts.bundle;
      parts.bundle = { ...signal, ...rest };
    }],
    ...Object.entries(fields).map(([name, value]) => [`field ${name}`, "FAILED hash_mismatch", (parts) => { parts.bundle.signal[name] = value; }]),
    ["a field more", "FAILED extra_field", (parts) => { parts.bundle.signal.note = 1; }],
    ["a field less", "FAILED missing_field", (parts) => { delete parts.bundle.signal.symbol; }],
    ["the hash", "FAILED hash_mismatch", (parts) => { parts.bundle.verification_hash = "00".repeat(32); }],
    ["another scheme", "FAILED unknown_scheme", (parts) => { parts.bundle.scheme = "jcs-2"; }],
    ["posing as legacy", "FAILED hash_mismatch", (parts) => { parts.bundle.scheme = "legacy-json-0"; }],
    ["the salt", "FAILED commitment_mismatch", (parts) => { parts.bundle.salt = "11".repeat(32); }],
    ["the entry of another signal", "FAILED commitment_mismatch", (parts) => {
      parts.bundle.entry = log.entries[3].entry;
    }],
    ["a space in the entry", "FAILED bad_entry", (parts) => {
      parts.bundle.entry = parts.bundle.entry.replace(",", ", ");
    }],
    ["an entry of another kind", "FAILED bad_entry", (parts) => { parts.bundle.entry = log.entries[4].entry; }],
    ["a later deadline in the entry", "FAILED root_mismatch", (parts) => {
      parts.bundle.entry = parts.bundle.entry.replace("15:30:00", "19:30:00");
    }],
    ["an earlier time in the entry", "FAILED postdated", (parts) => {
      parts.bundle.entry = parts.bundle.entry.replace("14:30:00.2", "14:29:00.2");
    }],
    ["a later time in the entry", "FAILED backdated", (parts) => {
      parts.bundle.entry = parts.bundle.entry.replace("14:30:00.2", "14:31:00.2");
    }],
    ["the index", "FAILED bad_proof", (parts) => { parts.bundle.leaf_index = 1; }],
    ["the index in the proof", "FAILED bad_proof", (parts) => {
      parts.bundle.leaf_index = 1;
      parts.bundle.tlog_proof = parts.bundle.tlog_proof.replace("index 2", "index 1");
    }],
    ["a hash of the proof", "FAILED root_mismatch", (parts) => {
      parts.bundle.tlog_proof = parts.bundle.tlog_proof.replace(/\n\w{8}/, "\nAAAAAAAA").replace(/\nrdsewtvH/, "\nAAAAAAAA");
    }],
    ["the size in the checkpoint", "FAILED bad_log_signature", (parts) => {
      parts.bundle.tlog_proof = parts.bundle.tlog_proof.replace("signals\n3\n", "signals\n4\n");
    }],
    ["the root in the checkpoint", "FAILED bad_log_signature", (parts) => {
      parts.bundle.tlog_proof = parts.bundle.tlog_proof.replace(/\n3\nIpDt/, "\n3\nIpDu");
    }],
    ["the origin in the checkpoint", "FAILED bad_log_signature", (parts) => {
      parts.bundle.tlog_proof = parts.bundle.tlog_proof.replace("\nargo.example/signals\n3", "\nargo.example/other\n3");
    }],
    ["another checkpoint under the proof", "FAILED bad_proof", (parts) => {
      parts.bundle.tlog_proof = parts.bundle.tlog_proof.split("\n\n")[0] + "\n\n" + noteOf(9);
    }],
    ["the page trusts another key", "FAILED bad_log_signature", (parts) => {
      parts.policy = { ...policy, log: otherKey };
    }],
    ["another trusted log's signature under our checkpoint", "FAILED bad_log_signature", (parts) => {
      parts.policy = { ...policy, log: [log.log_vkey, foreignKey] };
      parts.bundle.tlog_proof = parts.bundle.tlog_proof.replace(/argo\.example\/signals\n[^]*$/, foreign);
    }],
    ["the page trusts a log of another name", "FAILED unknown_origin", (parts) => {
      parts.policy = { ...policy, log: foreignKey };
    }],
    ["a witness key as the log's", "FAILED bad_key", (parts) => {
      parts.policy = { ...policy, log: policy.witnesses[0] };
    }],
    ["cosignatures cut off", "logged", (parts) => {
      parts.bundle.tlog_proof = parts.bundle.tlog_proof.replace(/(— argo[^\n]*\n)[^]*$/, "$1");
    }],
    ["one cosignature cut off", "logged", (parts) => {
      parts.bundle.tlog_proof = parts.bundle.tlog_proof.replace(/— witness[^\n]*\n/, "");
    }],
    ["a cosignature swapped", "FAILED bad_witness_signature", (parts) => {
      parts.bundle.tlog_proof = parts.bundle.tlog_proof.replace("1nX3MgAAAABpV9Zr", "1nX3MgAAAABpV9Zs");
    }],
    ["a policy without quorum", "logged", (parts) => {
      parts.policy = { log: policy.log, witnesses: policy.witnesses };
    }],
    ["no policy", "pending", (parts) => { parts.policy = null; }],
    ["no proof", "pending", (parts) => { delete parts.bundle.tlog_proof; }],
    ["nothing", "FAILED bad_bundle", (parts) => { parts.bundle = null; }],
    ["an empty bundle", "FAILED missing_field", (parts) => { parts.bundle = {}; }],
    ["a newer state was seen", "verified", (parts) => seen(parts, 9)],
    ["an older state was seen", "verified", (parts) => seen(parts, 1)],
    ["the same state was seen", "verified", (parts) => seen(parts, 3)],
    ["another state of that size was seen", "FAILED split_view", (parts) => seen(parts, 3, "22".repeat(32))],
    ["another newer state was seen", "FAILED new_root_mismatch", (parts) => seen(parts, 9, "22".repeat(32))],
    ["no proof of growth is to be had", "logged", (parts) => {
      parts.fetchConsistency = async () => { throw new Error("offline"); };
      seen(parts, 9);
    }],
    ["the proof of growth is wrong", "FAILED old_root_mismatch", (parts) => {
      parts.fetchConsistency = async (m, n) => proofOf(log, m, n).map(() => "33".repeat(32));
      seen(parts, 9);
    }],
    ["evidence of a fork is kept", "FAILED split_view", (parts) => { parts.store.kept.set(`${key}:evidence`, "{}"); }],
    ["the memory ends with the page", "logged", (parts) => { parts.store.volatile = true; }],
    ["the memory throws", "logged", (parts) => { parts.store.getItem = () => { throw new Error("SecurityError"); }; }],
    ["what was kept is broken", "logged", (parts) => { parts.store.kept.set(key, "{"); }],
    ["the reveal of another signal", "FAILED bad_entry", (parts) => {
      parts.bundle.reveal = { leaf_index: 7, entry: log.entries[7].entry, tlog_proof: "" };
    }],
    ["a reveal with another salt", "FAILED bad_entry", (parts) => {
      const entry = log.entries[4].entry.replace('"salt":"d787', '"salt":"d788');
      parts.bundle.reveal = { leaf_index: 4, entry, tlog_proof: "" };
    }],
    ["a reveal of another content", "FAILED bad_entry", (parts) => {
      const entry = log.entries[4].entry.replace('"symbol":"AAPL"', '"symbol":"AAPM"');
      parts.bundle.reveal = { leaf_index: 4, entry, tlog_proof: "" };
    }],
    ["an outcome of another signal", "FAILED bad_entry", (parts) => {
      parts.bundle.outcome = { leaf_index: 8, entry: log.entries[8].entry, tlog_proof: "" };
    }],
    ["an outcome without proof", "FAILED bad_proof", (parts) => {
      parts.bundle.outcome = { leaf_index: 5, entry: log.entries[5].entry };
    }],
    ["with its outcome", "verified", ended],
    ["with its outcome rewritten", "FAILED root_mismatch", (parts) => {
      ended(parts);
      parts.bundle.outcome.entry = log.fork.entry;
    }],
    ["with its outcome in a validly signed fork", "FAILED root_mismatch", (parts) => {
      ended(parts);
      parts.bundle.outcome.tlog_proof = parts.bundle.outcome.tlog_proof.split("\n\n")[0] + "\n\n" + log.fork.note;
    }],
    ["an outcome that another trusted log holds", "FAILED bad_entry", (parts) => {
      ended(parts);
      parts.policy = { ...policy, log: [log.log_vkey, foreignKey] };
      parts.bundle.outcome = strange;
    }],
    ["an outcome that the log does not hold", "FAILED root_mismatch", (parts) => {
      const proof = log.proofs.find((each) => each.index === 8).tlog_proof;
      parts.bundle.outcome = { leaf_index: 8, entry: log.entries[5].entry, tlog_proof: proof };
    }],
  ];
}
