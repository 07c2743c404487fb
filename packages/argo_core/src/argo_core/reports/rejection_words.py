"""A refused datum as a sentence's part."""

from __future__ import annotations

from argo_core.model.rejection import Rejection

SENTENCES = {
    "clock_skew": "a price from the future: {measured:.4g} s ahead of our clock, {limit:.4g} s allowed",
    "bad_price": "a price that no market makes: {measured:.4g}",
    "bad_bars": "bars that no market makes: {measured:.0f} in one answer",
    "gap": "a hole in its history: {measured:.0f} bars missing in a row, {limit:.0f} allowed",
    "late": "its bars stopped {measured:.4g} bars of trading time ago, {limit:.4g} allowed",
    "split": "a split: one share became {measured:.4g}, its history was taken anew",
    "jump": "a jump that its history does not explain yet: a factor of {measured:.4g}, looked into from {limit:.4g} on",
    "deviation": "its mean is {measured:.4g} % away from the market's own, {limit:.4g} % allowed",
    "unknown_symbol": "no vendor has a price of it: is the name right?",
}


def rejection_words(rejection: Rejection) -> str:
    """What was wrong, with what was measured and the limit, for instance `a split: one share became 4, …`."""
    sentence = SENTENCES.get(rejection.kind, "{measured:.4g} measured, {limit:.4g} allowed")
    return sentence.format(measured=rejection.measured, limit=rejection.limit)
