"""Signed exports and bundles over logs written by hand, with keys that are no secret."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from alpine_core.verify.canonical import signal_hash
from alpine_core.verify.checkpoint import Checkpoint
from alpine_core.verify.cosignature import Cosigner
from alpine_core.verify.merkle import leaf_hash
from alpine_core.verify.note import read_note, sign_note
from alpine_core.verify.note_key import COSIGNER_KEY, LOG_KEY, SigningKey
from alpine_core.verify.record_file import FORMAT, RecordHead, write_head
from alpine_core.verify.stored_hashes import Frontier, inclusion_plan
from alpine_core.verify.tlog_proof import TlogProof
from tests.alpine.core.verify.small_log import SmallLog, salt_of

ORIGIN = "provider.example/signals"
LOG = SigningKey(ORIGIN, LOG_KEY, b"\x01" * 32)
OTHER_LOG = SigningKey(ORIGIN, LOG_KEY, b"\x02" * 32)
STRANGE_LOG = SigningKey("other.example/signals", LOG_KEY, b"\x04" * 32)
WITNESS = SigningKey("mirror.example/witness", COSIGNER_KEY, b"\x03" * 32)
POLICY = f"log {LOG.key.vkey}\nwitness mirror {WITNESS.key.vkey}\nquorum mirror\n"
WITNESSED_AT = int(datetime(2026, 1, 2, 14, 45, tzinfo=UTC).timestamp())


def tree(log: SmallLog) -> tuple[Frontier, dict[int, bytes]]:
    """The tree over the entries, and all hashes kept for it."""
    frontier, kept = Frontier().extend([leaf_hash(entry.encode()) for entry in log.entries])
    return frontier, dict(enumerate(kept))


def signed(log: SmallLog, key: SigningKey = LOG, witnessed: bool = True, at: int = WITNESSED_AT) -> str:
    """A checkpoint over all entries, cosigned."""
    frontier, _ = tree(log)
    text = Checkpoint(key.key.name, frontier.size, frontier.root).text
    note = sign_note(text, key)
    if not witnessed:
        return note
    cosigned = Cosigner(WITNESS).cosign(text, at)
    return read_note(note).with_lines((cosigned.line,)).note


def export(log: SmallLog, key: SigningKey = LOG, witnessed: bool = True, at: int = WITNESSED_AT) -> bytes:
    """A record file."""
    head = RecordHead(
        format=FORMAT,
        origin=ORIGIN,
        size=len(log.entries),
        checkpoint=signed(log, key, witnessed, at),
        policy=POLICY,
        exported_at="2026-01-02T14:46:00.000000Z",
    )
    return "\n".join([write_head(head), *log.entries, ""]).encode()


def proof(log: SmallLog, index: int, key: SigningKey = LOG) -> str:
    """The tlog-proof of an entry in the whole log."""
    _, kept = tree(log)
    return TlogProof(index, inclusion_plan(index, len(log.entries)).build(kept), signed(log, key)).text


def bundle(log: SmallLog, index: int) -> dict[str, Any]:
    """The evidence of the signal at leaf `index`."""
    content = dict(log.contents)[index]
    return {
        "format": "signal-evidence/1",
        "origin": ORIGIN,
        "signal": content,
        "scheme": "jcs-1",
        "verification_hash": signal_hash(content),
        "salt": salt_of(index).hex(),
        "leaf_index": index,
        "entry": log.entries[index],
        "tlog_proof": proof(log, index),
        "received_at": "2026-01-02T14:30:01.000000Z",
        "outcome": None,
        "reveal": None,
        "policy": POLICY,
    }


def part(log: SmallLog, index: int, key: SigningKey = LOG) -> dict[str, Any]:
    """An outcome or reveal of a bundle."""
    return {"leaf_index": index, "entry": log.entries[index], "tlog_proof": proof(log, index, key)}
