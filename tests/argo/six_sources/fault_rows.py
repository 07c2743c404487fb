"""What each fault is told as, and whether it counts as the vendor's failure."""

from __future__ import annotations

from dataclasses import dataclass

from tests.argo.peers.faults import PRICE_OFF

MODELS = ("x_sentiment", "sonar")
HANGING = ("time-out", "slow drip")
"""Nothing comes for as long as a real call may take: see test_hanging_vendors."""
LATE = "bars stop, prices go on"
LATE_SECONDS = 1800.0
"""Two quarters of an hour: so long bars may be missing before their symbols are unfit."""
NOT_APPLICABLE = {
    ("alpha_vantage", LATE): "its readings are of days",
    ("alpha_vantage", "stale by 10 min"): "its readings are of days",
    **{(source, "stale by 10 min"): "an answer has no other time than its own" for source in MODELS},
    **{(source, fault): "it tells no price" for source in MODELS for fault in PRICE_OFF},
    **{(source, LATE): "it tells no bars" for source in MODELS},
}
SILENT_REASONS = frozenset(
    {"LONG", "SHORT", "NEUTRAL", "aged out", "stale", "call saved", "breaker open", "not expected", "no data"}
)
"""What a source may be told as beside the fault's own reason: older votes, with their age, until they are too old."""
LIMITED, BROKEN, REFUSED = frozenset({"rate limited"}), frozenset({"vendor error"}), frozenset({"refused answer"})
OLD = frozenset({"aged out", "stale"})


@dataclass(frozen=True)
class Row:
    """`reasons`: one of them is told. `opens`: the breaker. `vetoed`: what it says is wrong, and nobody acts on it.
    `words` are on the console. `good_for_seconds`: so long after the fault began what it says is true all the same.
    `doubting`: who takes the wrong price of the view for a split."""

    reasons: frozenset[str]
    opens: bool
    words: str
    vetoed: bool = False
    good_for_seconds: float = 0.0
    doubting: frozenset[str] = frozenset()


_LIMITED = Row(LIMITED, False, "rate limited")
_BROKEN, _REFUSED = Row(BROKEN, True, "vendor error"), Row(REFUSED, True, "refused answer")
_OF_EVERY_VENDOR = {
    "429": _LIMITED,
    "429 with Retry-After": _LIMITED,
    "500": _BROKEN,
    "connection reset": _BROKEN,
    "error in 200": _BROKEN,
    "HTML in 200": _REFUSED,
    "truncated JSON": _REFUSED,
    "wrong schema": _REFUSED,
    "NaN": _REFUSED,
    "stale by 10 min": Row(OLD, False, "aged out"),
    **{fault: Row(frozenset(), False, "breaker closed", vetoed=True) for fault in PRICE_OFF},
    LATE: Row(frozenset({"stale"}), False, "stale", good_for_seconds=LATE_SECONDS),
}
_A_BAD_ANSWER = Row(REFUSED, False, "refused answer")
_OF_ONE = {
    **{("alpha_vantage", fault): Row(REFUSED, False, "its mean is") for fault in PRICE_OFF},
    # Where no price is at hand to refuse its mean by, the same mean looks like one from before a split.
    ("alpha_vantage", "price halved"): Row(REFUSED | {"corporate action"}, False, "its mean is"),
    ("alpha_vantage", "error in 200"): _LIMITED,  # the day's limit, which is how it refuses
    **{
        (source, "price halved"): Row(
            frozenset(), False, "breaker closed", vetoed=True, doubting=frozenset({"alpha_vantage"})
        )
        for source in ("alpaca_pro", "massive")
    },
    ("alpaca_pro", "error in 200"): _REFUSED,  # it documents no such answer
    # A model that does not keep to its schema is no vendor that is down.
    **{(source, fault): _A_BAD_ANSWER for source in MODELS for fault in ("wrong schema", "NaN")},
}


def row_of(source: str, fault: str) -> Row:
    """The row of the table."""
    return _OF_ONE.get((source, fault), _OF_EVERY_VENDOR[fault])
