"""One signal's evidence as a file: what anybody needs to verify it without asking this service again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from alpine_core.feed.ledger_view import signed_note
from alpine_core.model.realised import StoredRealised
from alpine_core.model.signal import HASHED_NAMES
from alpine_core.ports.log_mirror import LogMirror
from alpine_core.tiers import SignalView
from alpine_core.verify.realised import statement_text
from alpine_core.verify.stored_hashes import inclusion_plan
from alpine_core.verify.tlog_proof import TlogProof, read_tlog_proof

FORMAT = "signal-evidence/1"


class EvidencePart(msgspec.Struct, frozen=True, kw_only=True):
    """An entry about the signal: its index, its text, and the proof that the log holds it."""

    leaf_index: int
    entry: str
    tlog_proof: str


class RealisedPart(EvidencePart, frozen=True, kw_only=True):
    """An entry about a finished trade: `statement` is the RFC 8785 text whose SHA-256 the entry holds."""

    statement: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """`signal`: the nine fields. The checkpoints in the proofs carry every cosignature that is known here.

    `reveal` and `outcome` are None before the log has them; `realised` are the finished trades in it. `policy`:
    tlog-policy text, this service's word only.
    """

    format: str
    origin: str
    signal: Mapping[str, Any]
    scheme: str
    verification_hash: str
    salt: str
    leaf_index: int
    entry: str
    tlog_proof: str
    received_at: datetime
    reveal: EvidencePart | None
    outcome: EvidencePart | None
    policy: str
    realised: tuple[RealisedPart, ...] = ()


async def evidence_of(view: SignalView, mirror: LogMirror, policy: str) -> Evidence | None:
    """What the viewer may have of the signal; None for one without proof. Raises StoreError."""
    proof = view.proof
    if proof is None:
        return None
    ended = view.outcome_proof
    outcome = None
    if ended is not None:
        witnessed = await _witnessed(ended.tlog_proof, proof.origin, mirror)
        outcome = EvidencePart(leaf_index=ended.leaf_index, entry=ended.entry, tlog_proof=witnessed)
    return Evidence(
        format=FORMAT,
        origin=proof.origin,
        signal={name: getattr(view, name) for name in HASHED_NAMES},
        scheme=view.scheme,
        verification_hash=view.verification_hash,
        salt=proof.salt,
        leaf_index=proof.leaf_index,
        entry=proof.entry,
        tlog_proof=await _witnessed(proof.tlog_proof, proof.origin, mirror),
        received_at=view.received_at,
        reveal=None if view.reveal_index is None else await mirrored_part(view.reveal_index, proof.origin, mirror),
        outcome=outcome,
        policy=policy,
        realised=tuple([await _realised(one, mirror) for one in view.realised or () if one.seal is not None]),
    )


async def _realised(stored: StoredRealised, mirror: LogMirror) -> RealisedPart:
    assert stored.seal is not None
    seal = stored.seal
    proof = await _witnessed(seal.tlog_proof, seal.origin, mirror)
    text = statement_text(stored.trade)
    return RealisedPart(leaf_index=seal.leaf_index, entry=seal.entry, tlog_proof=proof, statement=text)


async def mirrored_part(index: int, origin: str, mirror: LogMirror) -> EvidencePart | None:
    """A mirrored entry with its proof in the newest checkpoint; None where the mirror is behind. Raises StoreError."""
    newest, found = await mirror.checkpoint(origin), await mirror.entries(origin, index, 1)
    if newest is None or not found or index >= newest.size:
        return None
    plan = inclusion_plan(index, newest.size)
    hashes = await mirror.hashes(origin, plan.positions)
    if len(hashes) < len(plan.positions):
        return None
    proof = TlogProof(index, plan.build(hashes), signed_note(newest))
    return EvidencePart(leaf_index=index, entry=found[0], tlog_proof=proof.text)


async def _witnessed(tlog_proof: str, origin: str, mirror: LogMirror) -> str:
    read = read_tlog_proof(tlog_proof)
    size = int(read.checkpoint.split("\n", 2)[1])
    kept = await mirror.checkpoint(origin, size)
    if kept is None:
        # The witness went past this checkpoint: what it cosigned later covers the entry as well.
        later = await mirrored_part(read.index, origin, mirror)
        return tlog_proof if later is None else later.tlog_proof
    return msgspec.structs.replace(read, checkpoint=signed_note(kept)).text
