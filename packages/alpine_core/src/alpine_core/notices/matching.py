"""Whether a rule wants to be told of a record, and by which ways: pure, and of nothing but what the tier sees."""

from __future__ import annotations

from collections.abc import Iterable

from alpine_core.model.notice import NoticeChannel, NoticeFilter, NoticeRule
from alpine_core.model.record import RecordKind
from alpine_core.model.tier import AlertChannel, TierTerms
from alpine_core.tiers import SignalView

_NEEDED = {NoticeChannel.EMAIL: AlertChannel.EMAIL, NoticeChannel.WEBHOOK: AlertChannel.WEBHOOK}


def open_channels(terms: TierTerms) -> frozenset[NoticeChannel]:
    """The ways that a tier has: the inbox always, the others by its terms."""
    return frozenset(each for each in NoticeChannel if each not in _NEEDED or _NEEDED[each] in terms.alerts)


def passes(wanted: NoticeFilter, kind: RecordKind, view: SignalView) -> bool:
    """Whether the record, of which the tier sees `view`, passes the filter. Another regime is none."""
    return (
        kind in wanted.events
        and (not wanted.symbols or view.symbol.upper() in wanted.symbols)
        and wanted.action in (None, view.action)
        and view.confidence >= wanted.min_confidence
        and wanted.regime in (None, view.details.regime)
        and (view.premium or not wanted.premium_only)
    )


def channels_for(
    rules: Iterable[NoticeRule], kind: RecordKind, view: SignalView, terms: TierTerms
) -> frozenset[NoticeChannel]:
    """By which ways an account with these rules is told of the record, each once however many rules want it."""
    asked = {channel for rule in rules if passes(rule.filter, kind, view) for channel in rule.channels}
    return frozenset(asked) & open_channels(terms)
