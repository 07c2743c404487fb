"""Finished trades in an evidence bundle, each against its own entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from alpine_core.errors import NotProven
from alpine_core.model.realised import RealisedTrade
from alpine_core.verify.realised import require_behind, require_committed, require_figures, statement_text
from alpine_core.verify.trust_policy import TrustPolicy


def verify_realised(bundle: Mapping[str, Any], policy: TrustPolicy, origin: str) -> tuple[RealisedTrade, ...]:
    """The trades of the bundle, none where it has no such member; `origin` is that of the signal's log.

    Raises NotProven: `bad_bundle`, `bad_entry`, `commitment_mismatch`, `realised_mismatch` and the codes of
    `TrustPolicy.open_proof`; KeyError, TypeError, AttributeError, ValueError for what is no such member.
    """
    return tuple(_trade(part, bundle, policy, origin) for part in bundle.get("realised") or ())


def _trade(part: Mapping[str, Any], bundle: Mapping[str, Any], policy: TrustPolicy, origin: str) -> RealisedTrade:
    try:
        trade = msgspec.json.decode(part["statement"], type=RealisedTrade)
    except msgspec.MsgspecError as error:
        raise NotProven("bad_bundle", f"a statement on a trade cannot be read: {error}") from None
    if statement_text(trade) != part["statement"]:
        raise NotProven("bad_bundle", "a statement on a trade is not in canonical form")
    require_committed(trade, part["entry"])
    require_figures(trade)
    if trade.of != bundle["leaf_index"]:
        raise NotProven("bad_entry", "a trade is of another signal")
    proof = policy.open_proof(part["tlog_proof"], part["entry"].encode())
    if proof.index != part["leaf_index"] or proof.checkpoint.origin != origin:
        raise NotProven("bad_entry", "a trade's proof is of another entry or log")
    require_behind(trade, proof.index)
    return trade
