"""The entitlement policy: the one place that decides what a tier sees, and from when on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from alpine_core.errors import OperatorError
from alpine_core.model.closed_signal import ClosedSignal
from alpine_core.model.query import Window
from alpine_core.model.record import Record, RecordKind
from alpine_core.model.seal import Seal
from alpine_core.model.signal import StoredSignal
from alpine_core.model.tier import DEFAULT_TERMS, Tier, TierTerms
from alpine_core.tiers.sealed_view import SealedView
from alpine_core.tiers.signal_view import SignalProof, SignalView

Seen = SignalView | SealedView
"""A signal as a tier sees it, or that it was sealed."""


def open_views(rows: Iterable[Seen]) -> tuple[SignalView, ...]:
    """The signals among the rows, without what is still sealed."""
    return tuple(row for row in rows if isinstance(row, SignalView))


class Entitlements:
    """Decides by the terms of each tier. Pure: the moment is an argument (aware UTC).

    A signal is live for a tier if the tier has no delay or the confidence is below its live limit; else it is shown
    `delay_seconds` after it was stored here, or as soon as the log discloses it: by its outcome, which is public at
    once, or by a reveal. Until then the tier sees what the log says of it at once: that it was sealed. A signal without
    a proven place in a log is shown to no tier. Raises OperatorError for terms that lack a tier or in which a tier sees
    less, or later, than the one below it.
    """

    def __init__(self, terms: Mapping[Tier, TierTerms] = DEFAULT_TERMS) -> None:
        self._terms = dict(terms)
        _check(self._terms)

    def renew(self, terms: Mapping[Tier, TierTerms]) -> None:
        """Decide by these terms from the next question on. Raises OperatorError, and then nothing has changed."""
        _check(terms)
        self._terms = dict(terms)

    def terms(self, tier: Tier) -> TierTerms:
        """The row of one tier: the same that prices and limits are shown from."""
        return self._terms[tier]

    def is_live(self, record: Record, tier: Tier) -> bool:
        """Whether the tier sees this record without delay: every outcome, and the signals that are live for it."""
        return record.kind is RecordKind.OUTCOME or self._is_live(record.stored, tier)

    def visible_at(self, stored: StoredSignal, tier: Tier) -> datetime:
        """From when on the tier sees the signal, if it is proven."""
        moments = [self._due(stored, tier, stored.received_at), *_disclosures(stored)]
        return max(stored.received_at, min(moments))

    def due_at(self, record: Record, tier: Tier) -> datetime:
        """From when on the tier's feed has the record, be it the signal's or its outcome's."""
        if self.is_live(record, tier):
            return record.recorded_at
        return self._due(record.stored, tier, record.recorded_at)

    def view(self, stored: StoredSignal, tier: Tier, now: datetime) -> SignalView | None:
        """What the tier sees of the signal at `now`; None: nothing yet, or no longer within its history."""
        return self._view(stored, tier, now) if self._is_shown(stored, tier, now) else None

    def seen(self, stored: StoredSignal, tier: Tier, now: datetime) -> Seen | None:
        """The signal if the tier sees it at `now`, else its seal; None: not even that, or no longer."""
        if self._is_shown(stored, tier, now):
            return self._view(stored, tier, now)
        return self._sealed(stored, tier, now)

    def seal_of_record(self, record: Record, tier: Tier, now: datetime) -> SealedView | None:
        """What the tier sees of a signal's record until it is due; None: it is due, or live, or has no seal to show."""
        if self.is_live(record, tier) or self.due_at(record, tier) <= now:
            return None
        return self._sealed(record.stored, tier, now)

    def view_of_record(self, record: Record, tier: Tier, now: datetime) -> SignalView | None:
        """What the tier sees of a record; None: it is not due yet, or its signal is no longer within the history."""
        shown = self.is_live(record, tier) or self.due_at(record, tier) <= now
        return self._view(record.stored, tier, now) if shown else None

    def shows_closed(self, closed: ClosedSignal, tier: Tier, now: datetime) -> bool:
        """Whether an ended signal, which the log has disclosed to everybody, is within the tier's history."""
        since = _history_start(self._terms[tier], now)
        return since is None or closed.received_at >= since

    def window(self, tier: Tier, now: datetime) -> Window:
        """The part of the record that the tier sees at `now`, for asking a store only for that."""
        terms = self._terms[tier]
        until = now - timedelta(seconds=terms.delay_seconds) if terms.delay_seconds else None
        return Window(
            since=_history_start(terms, now), until=until, live_below=terms.live_below_confidence, unlogged=False
        )

    def sealed_window(self, tier: Tier, now: datetime) -> Window:
        """The part of the record of which the tier sees the signals or at least their seals at `now`."""
        return Window(since=_history_start(self._terms[tier], now), unlogged=False)

    def _is_shown(self, stored: StoredSignal, tier: Tier, now: datetime) -> bool:
        # What is disclosed or live is shown once it is stored, whatever this machine's clock says about the one that
        # stored it.
        return self._is_live(stored, tier) or bool(_disclosures(stored)) or self.visible_at(stored, tier) <= now

    def _is_live(self, stored: StoredSignal, tier: Tier) -> bool:
        terms = self._terms[tier]
        below = terms.live_below_confidence
        return terms.delay_seconds == 0 or (below is not None and stored.verified.fields.confidence < below)

    def _view(self, stored: StoredSignal, tier: Tier, now: datetime) -> SignalView | None:
        terms = self._terms[tier]
        since = _history_start(terms, now)
        if stored.seal is None or (since is not None and stored.received_at < since):
            return None
        return _view(stored, stored.seal, terms)

    def _sealed(self, stored: StoredSignal, tier: Tier, now: datetime) -> SealedView | None:
        since = _history_start(self._terms[tier], now)
        if stored.seal is None or (since is not None and stored.received_at < since):
            return None
        return _sealed_view(stored.cursor, stored.seal, self._due(stored, tier, stored.received_at))

    def _due(self, stored: StoredSignal, tier: Tier, since: datetime) -> datetime:
        if self._is_live(stored, tier):
            return since
        return since + timedelta(seconds=self._terms[tier].delay_seconds)


def _history_start(terms: TierTerms, now: datetime) -> datetime | None:
    return None if terms.history_days is None else now - timedelta(days=terms.history_days)


def _disclosures(stored: StoredSignal) -> list[datetime]:
    """When the log told everybody what the signal was."""
    found = [] if stored.resolved_at is None else [stored.resolved_at]
    return found if stored.reveal is None else [*found, stored.reveal.revealed_at]


def _view(stored: StoredSignal, seal: Seal, terms: TierTerms) -> SignalView:
    verified, fields = stored.verified, stored.verified.fields
    return SignalView(
        alpine_signal_id=stored.cursor,
        signal_id=fields.signal_id,
        symbol=fields.symbol,
        action=fields.action,
        entry_price=fields.entry_price,
        target_price=fields.target_price,
        stop_price=fields.stop_price,
        confidence=fields.confidence,
        strategy=fields.strategy,
        timestamp=fields.timestamp,
        scheme=verified.scheme,
        verification_hash=verified.verification_hash,
        legacy_preimage=verified.legacy_preimage,
        received_at=stored.received_at,
        premium=fields.confidence >= terms.premium_from,
        details=verified.details,
        outcome=stored.outcome,
        resolved_at=stored.resolved_at,
        proof=SignalProof(
            origin=seal.origin,
            salt=seal.salt,
            leaf_index=seal.leaf_index,
            stream=seal.stream,
            seq=seal.seq,
            entry=seal.entry,
            tlog_proof=seal.tlog_proof,
        ),
        outcome_proof=stored.outcome_seal,
        reveal_index=None if stored.reveal is None else stored.reveal.leaf_index,
    )


def _sealed_view(cursor: int, seal: Seal, due: datetime) -> SealedView | None:
    try:
        commitment = msgspec.json.decode(seal.entry)["commit"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return None  # nothing of ours stores such an entry; whoever wrote it is told of by the audit
    whole = due.replace(microsecond=0)
    return SealedView(
        alpine_signal_id=cursor,
        origin=seal.origin,
        leaf_index=seal.leaf_index,
        stream=seal.stream,
        seq=seal.seq,
        sealed_at=seal.at,
        reveal_by=seal.reveal_by,
        shown_by=whole if whole == due else whole + timedelta(seconds=1),
        commitment=commitment,
        entry=seal.entry,
        tlog_proof=seal.tlog_proof,
    )


def _check(terms: Mapping[Tier, TierTerms]) -> None:
    """Raise OperatorError unless every tier has a sensible row and sees at least what the one below sees."""
    missing = [tier.value for tier in Tier if tier not in terms]
    if missing:
        raise OperatorError(f"the terms lack {', '.join(missing)}: give a row for every tier")
    for tier, row in terms.items():
        if row.tier is not tier:
            raise OperatorError(f"the terms of {tier.value} are a row of {row.tier.value}: name the same tier twice")
        if not (0 <= row.delay_seconds < 1e9 and (row.history_days is None or 0 < row.history_days < 1e6)):
            raise OperatorError(f"the terms of {tier.value}: delay and history must be finite and not negative")
        if bool(row.api_scopes) != (row.api_per_minute > 0):
            raise OperatorError(f"the terms of {tier.value}: api_scopes need api_per_minute, and the other way round")
    ladder = list(Tier)
    for below, above in pairwise(ladder):
        if not _at_least(terms[above], terms[below]):
            raise OperatorError(
                f"{above.value} would see less than {below.value}: give it no longer delay, no lower live limit, "
                "no shorter history, no smaller export"
            )
        if not _may_at_least(terms[above], terms[below]):
            raise OperatorError(
                f"{above.value} could do less than {below.value}: give it no fewer requests a minute, scopes or alerts"
            )
    if terms[Tier.FREE].price_cents != 0:
        raise OperatorError("the tier free has no price: leave its price_cents at 0")


def _at_least(above: TierTerms, below: TierTerms) -> bool:
    longer = above.history_days is None or (below.history_days is not None and above.history_days >= below.history_days)
    limits = (above.live_below_confidence, below.live_below_confidence)
    live = above.delay_seconds == 0 or limits[1] is None or (limits[0] is not None and limits[0] >= limits[1])
    pushes = above.live_push or not below.live_push
    rows = above.export_rows is None or (below.export_rows is not None and above.export_rows >= below.export_rows)
    return longer and live and pushes and rows and above.delay_seconds <= below.delay_seconds


def _may_at_least(above: TierTerms, below: TierTerms) -> bool:
    more = set(above.api_scopes) >= set(below.api_scopes) and set(above.alerts) >= set(below.alerts)
    return more and above.api_per_minute >= below.api_per_minute
