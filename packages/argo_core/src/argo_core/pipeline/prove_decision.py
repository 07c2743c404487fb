"""That a decision, also one that was not published, is among those committed for its day."""

from __future__ import annotations

import msgspec

from argo_core.errors import DataError
from argo_core.ledger.frontier import Frontier
from argo_core.ledger.merkle import leaf_hash
from argo_core.pipeline.prove import InclusionProof, Prover
from argo_core.ports.ledger_places import LedgerPlaces


class DecisionProof(msgspec.Struct, frozen=True, kw_only=True):
    """`body` is leaf `position` of the `count` under the day's `root` (proof in hex); `entry` is the log's entry with
    that root, `log` its own proof."""

    decision_id: str
    date: str
    position: int
    count: int
    body: str
    root: str
    proof: tuple[str, ...]
    entry: str
    log: InclusionProof


async def prove_decision(
    decision_id: str, places: LedgerPlaces, prover: Prover, size: int | None = None
) -> DecisionProof:
    """Both proofs. Raises DataError `unknown_decision`, `day_open` while its day is not closed, StoreError."""
    place = await places.decision(decision_id)
    if place is None:
        raise DataError("unknown_decision", f"no decision {decision_id}: copy its id from /api/v1/decisions")
    if place.leaf_index is None:
        raise DataError("day_open", f"the decisions of {place.date} are committed at the first cycle of a later day")
    day = Frontier().grow([leaf_hash(body) for body in await places.day(place.date)])
    return DecisionProof(
        decision_id=decision_id,
        date=place.date,
        position=place.position,
        count=place.count,
        body=place.body.decode(),
        root=day.after.root.hex(),
        proof=tuple(step.hex() for step in day.inclusion(place.position)),
        entry=(await prover.entries(place.leaf_index, 1)).entries[0],
        log=await prover.inclusion(place.leaf_index, size),
    )
