"""Records as the bytes that receivers get: one JSON object each, so that a batch is their concatenation.

Numbers stay numbers: the receiver hashes what it reads. Nothing here is NaN or infinite, which JSON cannot say.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argo_core.ledger.batch import Draft
from argo_core.model.decision import Decision
from argo_core.model.instant import to_text
from argo_core.model.outcome import Outcome
from argo_core.model.signal import SealedSignal, VoteRecord


def signal_body(sealed: SealedSignal, decision: Decision | None, generation_latency_ms: float) -> bytes:
    """The nine hashed fields, hash and scheme, and beside them what led to the signal."""
    signal = sealed.signal
    return msgspec.json.encode(
        {
            **signal.hashed_fields(),
            "verification_hash": sealed.verification_hash,
            "scheme": sealed.scheme,
            "asset_type": signal.asset_type,
            "data_source": signal.data_source,
            "regime": signal.regime,
            "reasoning": signal.reasoning,
            "win_probability": signal.win_probability,
            "votes": [_vote(vote) for vote in signal.votes],
            "decision": {} if decision is None else _decision(decision, sealed),
            "as_of": to_text(signal.as_of),
            "service_type": signal.service_type,
            "generated_by": signal.generated_by,
            "generation_latency_ms": round(generation_latency_ms, 3),
        }
    )


def outcome_body(outcome: Outcome) -> bytes:
    """How a signal ended."""
    return msgspec.json.encode(
        {
            "signal_id": outcome.signal_id,
            "outcome": outcome.outcome,
            "result": outcome.result.value,
            "exit_price": outcome.exit_price,
            "exit_at": to_text(outcome.exit_at),
            "profit_loss_pct": outcome.profit_loss_pct,
            "net_pct": outcome.net_pct,
        }
    )


def proof_members(draft: Draft, leaf_index: int, salt: bytes | None = None) -> bytes:
    """What proves an item: its entry, the entry's place, and the proof that leads to the note of its own batch.

    With `salt` (a signal's) also what opens the commitment.
    """
    members: dict[str, object] = {
        "leaf_index": leaf_index,
        "entry": draft.entry_text(leaf_index),
        "tlog_proof": draft.tlog_proof(leaf_index),
    }
    return msgspec.json.encode(members if salt is None else {"salt": salt.hex(), **members})


def with_proof(body: bytes, members: bytes | None) -> bytes:
    """One object of the members of two, neither of them empty: `body` alone if there is no other."""
    return body if members is None else body[:-1] + b"," + members[1:]


def batch_body(name: str, bodies: Iterable[bytes]) -> bytes:
    """`{"name": [...]}` around bodies that are JSON already: what was stored is what is sent, byte for byte."""
    return b'{"%s":[%s]}' % (name.encode(), b",".join(bodies))


def _vote(vote: VoteRecord) -> dict[str, object]:
    return {**msgspec.structs.asdict(vote), "observed_at": to_text(vote.observed_at)}


def _decision(decision: Decision, sealed: SealedSignal) -> dict[str, object]:
    horizon = sealed.signal.horizon_at
    return {
        "decision_id": decision.decision_id,
        "raw": decision.raw,
        "agreement": decision.agreement,
        "coverage": decision.coverage,
        "threshold": decision.threshold,
        "regime_factor": decision.regime_factor,
        "volatility": decision.volatility,
        "horizon_at": None if horizon is None else to_text(horizon),
        "absences": [msgspec.structs.asdict(absence) for absence in decision.absences],
        "saved_calls": decision.saved_calls,
    }
