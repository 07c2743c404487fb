"""Entries that came back → the rows that were lost with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from argo_core.errors import DataError
from argo_core.ledger.canonical import SCHEME, signal_hash
from argo_core.ledger.commitment import commitment
from argo_core.ledger.realised import named_trade
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.instant import from_text
from argo_core.model.ledger import LeafOf, LedgerState, Seal, TradeLeaf
from argo_core.model.outcome import Result
from argo_core.model.restored import Restored, RestoredOutcome, RestoredSignal
from argo_core.model.signal import SealedSignal, Signal
from argo_core.tracking import CostPolicy, HorizonPolicy
from argo_core.tracking.outcomes import outcome_of

RECOVERED = "recovered"
"""What `generated_by` says of a signal that came back."""

_SESSIONS_A_WEEK = 5
_RESULTS = {result.value: result for result in Result}


class RestoredRows:
    """Feed it the entries from the log's end on, in order. What an entry says a second time is not taken again.

    `hidden` counts the signal entries that no reveal has opened: nothing of them can be restored.
    """

    def __init__(self, state: LedgerState, costs: CostPolicy, horizon: HorizonPolicy) -> None:
        self.reveals: list[LeafOf] = []
        self.outcomes: list[LeafOf] = []
        self.realised: list[TradeLeaf] = []
        self.seals: list[Seal] = []
        self.next_seq = dict(state.head.next_seq)
        self._costs, self._horizon = costs, horizon
        self._sealed: dict[int, dict[str, Any]] = {}
        self._unrevealed = {one.seal.leaf_index for one in state.unresolved.values() if not one.revealed}
        self._open = {one.seal.leaf_index: self._signal(dict(one.fields)) for one in state.unresolved.values()}
        self._signals: dict[int, RestoredSignal] = {}
        self._ended: list[RestoredOutcome] = []
        self._trades = set[str]()

    @property
    def hidden(self) -> int:
        """How many signals stay unrevealed for ever."""
        return len(self._sealed)

    @property
    def rows(self) -> Restored:
        """The signals and outcomes so far, each in the order of its entries."""
        oldest_first = tuple(signal for _, signal in sorted(self._signals.items()))
        return Restored(signals=oldest_first, outcomes=tuple(self._ended))

    def feed(self, index: int, members: dict[str, Any]) -> None:
        """Take the members of entry `index`. Raises DataError for an entry of ours that has not its kind's members."""
        try:
            if members["kind"] == "signal":
                self._sealed[index] = members
                self.next_seq[members["stream"]] = members["seq"] + 1
            elif members["kind"] == "reveal":
                self._reveal(index, members)
            elif members["kind"] == "outcome":
                self._outcome(index, members)
            elif (trade_id := named_trade(members)) is not None and trade_id not in self._trades:
                # The trade itself is gone until its executor reports it again; its entry must not come a second time.
                self._trades.add(trade_id)
                self.realised.append(TradeLeaf(trade_id=trade_id, leaf_index=index))
        except (KeyError, TypeError, ValueError, msgspec.ValidationError) as error:
            raise DataError("bad_entry", f"entry {index} is not what its kind says: {error!r}"[:200]) from error

    def _reveal(self, index: int, members: dict[str, Any]) -> None:
        of = members["of"]
        if of in self._unrevealed:
            self._unrevealed.discard(of)
            self.reveals.append(LeafOf(signal_id=self._open[of].signal_id, leaf_index=index))
        elif of in self._sealed:
            self._restore(index, members, self._sealed[of])

    def _restore(self, index: int, reveal: dict[str, Any], entry: dict[str, Any]) -> None:
        """The signal that a reveal opens, unless salt and fields are not those that were committed to."""
        of, salt, digest = reveal["of"], bytes.fromhex(reveal["salt"]), signal_hash(reveal["signal"])
        if commitment(salt, digest) != entry["commit"]:
            return
        signal = self._signal(reveal["signal"])
        sealed = SealedSignal(signal=signal, scheme=SCHEME, verification_hash=digest)
        self._signals[of] = RestoredSignal(sealed=sealed, logged_at=from_text(entry["at"]))
        self.seals.append(
            Seal(
                signal_id=signal.signal_id,
                leaf_index=of,
                stream=entry["stream"],
                seq=entry["seq"],
                commitment=entry["commit"],
                salt=salt,
                reveal_by=from_text(entry["reveal_by"]),
            )
        )
        self.reveals.append(LeafOf(signal_id=signal.signal_id, leaf_index=index))
        self._open[of] = signal
        del self._sealed[of]

    def _outcome(self, index: int, members: dict[str, Any]) -> None:
        of, result, price = members["of"], _RESULTS.get(members["result"]), members["exit_price"]
        if of not in self._open or result is None or price is None:
            return
        ended = outcome_of(self._open.pop(of), result, float(price), from_text(members["exit_at"]))
        self.outcomes.append(LeafOf(signal_id=ended.signal_id, leaf_index=index))
        self._ended.append(RestoredOutcome(outcome=self._costs.applied(ended), logged_at=from_text(members["at"])))

    def _signal(self, fields: dict[str, Any]) -> Signal:
        """The nine fields are known; of the others only what follows from them. Votes and reasons are gone."""
        issued, asset_type = from_text(fields["timestamp"]), asset_type_of(fields["symbol"])
        beside = {
            "as_of": issued,  # the market time of its data is not logged, and was not later than this
            "asset_type": asset_type.value,
            "data_source": "unknown",
            "regime": "UNKNOWN",
            "reasoning": "",
            "horizon_at": issued + self._lifetime(asset_type),
            "generated_by": RECOVERED,
        }
        return msgspec.convert({**fields, **beside}, Signal)

    def _lifetime(self, asset_type: AssetType) -> timedelta:
        """In calendar days: recovery asks no exchange calendar, and five sessions are a week."""
        if asset_type is AssetType.CRYPTO:
            return timedelta(days=self._horizon.crypto_days)
        return timedelta(days=7 * self._horizon.equity_sessions / _SESSIONS_A_WEEK)
