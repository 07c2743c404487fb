"""A decision in words: published, a repeat, or vetoed by which rule at what figure."""

from __future__ import annotations

import msgspec

from argo_core.model.consensus import Veto
from argo_core.model.decision import Decision
from argo_server.web.views.words import age, percent, share, words

VETOES = tuple(veto.code for veto in Veto if veto is not Veto.NONE)
TONES = {"published": "good", "repeat": "calm", "vetoed": "warn"}
PLAIN_VETOES = {
    Veto.NO_VOTES.code: "no votes: no source answered",
    Veto.NO_PRICE.code: "no price: the market data holds none",
    Veto.ALL_NEUTRAL.code: "all neutral: no source takes a side",
    Veto.TIED.code: "tied: both sides weigh the same",
    Veto.NO_LEVELS.code: "no levels: stop and target cannot be placed at this price",
}
UNITS = {
    Veto.BELOW_THRESHOLD.code: percent,
    Veto.PRICE_DEVIATION.code: percent,
    Veto.LOW_COVERAGE.code: share,
    Veto.STALE_DATA.code: age,
}
BOUNDS = {Veto.PRICE_DEVIATION.code: "allowed", Veto.STALE_DATA.code: "allowed"}


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """`sentence` says what became of it, `signal_id` is the signal it speaks of; `tone` is good, calm or warn."""

    decision: Decision
    sentence: str
    signal_id: str | None
    tone: str


def decision_view(decision: Decision) -> DecisionView:
    """One row."""
    return DecisionView(
        decision=decision,
        sentence=_sentence(decision),
        signal_id=decision.signal_id or decision.repeat_of,
        tone=TONES.get(decision.status, "calm"),
    )


def _sentence(decision: Decision) -> str:
    if decision.status == "published":
        return "nothing stood against it:"
    if decision.repeat_of is not None:
        return "already open:"
    veto = decision.veto or "vetoed"
    unit = UNITS.get(veto)
    if unit is None or decision.measured is None or decision.limit is None:
        return PLAIN_VETOES.get(veto, words(veto))
    bound = BOUNDS.get(veto, "needed")
    return f"{words(veto)}: {unit(decision.measured)} measured, {unit(decision.limit)} {bound}"
