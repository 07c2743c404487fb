"""What a simulation takes for granted, as sentences for a person."""

from __future__ import annotations

from alpine_core.simulator.plan import FollowPlan, Sizing

_ENTRY_AT_ONCE = (
    "Without a delay you are taken in at the published entry price, at the moment of the signal: nobody can be so fast."
)
_ENTRY_LATE = (
    "You enter at the open of the first price bar that starts after your delay. Without such a bar, or where the price"
    " is beyond target or stop by then, or the signal has ended, you do not trade, and it is counted."
)
_SIZES = {
    Sizing.FIXED: "Each trade is for the same amount.",
    Sizing.EQUITY: "Each trade is for the same share of your equity at that moment, open trades at what they cost.",
    Sizing.RISK: "Each trade is as large as loses the given share of your equity at its stop; one without is left out.",
}
_ALWAYS = (
    "No trade is larger than the cash that is left: nothing is borrowed. Selling short sets its whole value aside, and"
    " costs no interest.",
    "A trade ends where the signed outcome says. Where it is a horizon, a cancellation or a close by hand, you leave as"
    " late as you came.",
    "While there is no signed outcome, price bars tell whether stop or target was reached: if both lie within one bar,"
    " the stop was first; if a bar opens beyond one, you get its open.",
    "What is still open is worth its last bar's close, without the costs of leaving it.",
    "The target waits as a limit order and does not slip; entries and all other exits do. No order moves the market,"
    " and every order is filled whole.",
    "The equity curve has a point where a trade ends, and its drawdown sees only those: within a trade it may have been"
    " deeper.",
    "Holding is an equal share of your capital in each symbol of these signals, bought at its first bar from the first"
    " signal on, without costs. You know these symbols only because the record has them.",
    "Prices come from the provider beside the signals and are not covered by the proof; signals and outcomes are.",
    "Past results say nothing certain about later ones.",
)


def assumptions_of(plan: FollowPlan) -> tuple[str, ...]:
    """What holds for this plan."""
    return (_ENTRY_AT_ONCE if plan.is_published else _ENTRY_LATE, _SIZES[plan.sizing], *_ALWAYS)
