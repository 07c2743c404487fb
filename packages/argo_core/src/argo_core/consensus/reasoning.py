"""Why a consensus says what it says, in one sentence composed from its contributions."""

from __future__ import annotations

from argo_core.model.consensus import Consensus


def reasoning(consensus: Consensus) -> str:
    """At least 20 characters: side, confidence against threshold, every group's vote, regime, agreement, coverage."""
    votes = "; ".join(
        f"{part.source} ({part.group}) {part.direction} {part.confidence:.1f} at weight {part.weight:.2f}"
        + ("" if part.age_factor == 1.0 else f" × age {part.age_factor:.2f}")
        for part in consensus.contributions
    )
    return (
        f"{consensus.leaning.name} {consensus.symbol} at {consensus.confidence:.1f} % against a threshold of "
        f"{consensus.threshold:g} %: {votes}. Regime {consensus.regime.name} × {consensus.regime_factor:.2f}, "
        f"agreement {consensus.agreement:.0%}, coverage {consensus.coverage:.0%}."
    )
