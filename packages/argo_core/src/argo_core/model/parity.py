"""Whether a day that ran live comes out alike when it is run again: what was compared, and why something differed."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

SIGNALS_ONLY = "signals"
"""In place of an executor's id: only signals were compared, because no executor's records could be read here."""


class Cause(enum.StrEnum):
    """Why the two differ, each proven by stored facts; UNEXPLAINED where they prove nothing.

    Signals: NOT_RUNNING no cycle ran then; NOT_RECORDED a row that should be stored is not; SETTINGS_CHANGED threshold,
    weight or limit was another; VOTE_ABSENT a source votes in the replay and was silent live; LATE_DATA live votes
    rested on an older bar; DATA_REVISED on the same bar with other values; HISTORY_REVISED on the same newest
    bar, an older one being another by now; CARRIED_OVER an earlier difference left other signals open, or another
    account. Orders, beside the cause of their own signal: HALTED a halt stood; DENIED a risk layer measured something
    else; NOT_DELIVERED the executor never received the signal; NOT_PLACED the intent was withdrawn; REJECTED by the
    venue; PRICE_MOVED it was filled at another market time; VENUE_PRICE at a real venue's own price or fee;
    RECORDS_DISAGREE two stored copies of one fill differ, or one signal is stored twice.
    """

    NOT_RUNNING = "not_running"
    NOT_RECORDED = "not_recorded"
    SETTINGS_CHANGED = "settings_changed"
    VOTE_ABSENT = "vote_absent"
    LATE_DATA = "late_data"
    DATA_REVISED = "data_revised"
    HISTORY_REVISED = "history_revised"
    CARRIED_OVER = "carried_over"
    HALTED = "halted"
    DENIED = "denied"
    NOT_DELIVERED = "not_delivered"
    NOT_PLACED = "not_placed"
    REJECTED = "rejected"
    PRICE_MOVED = "price_moved"
    VENUE_PRICE = "venue_price"
    RECORDS_DISAGREE = "records_disagree"
    UNEXPLAINED = "unexplained"


class Compared(enum.StrEnum):
    """What was held against each other."""

    SIGNAL = "signal"
    FILL = "fill"
    TRADE = "trade"


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Of `compared` pairs (one side may be missing) so many `agreed`."""

    agreed: int
    compared: int

    @property
    def ratio(self) -> float | None:
        """0–1; None where nothing was compared."""
        return self.agreed / self.compared if self.compared else None


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One pair that does not agree. `live` and `replayed` are what either side shows, None where it shows nothing;
    `detail` the stored facts that prove the cause. `amount`: result live less replayed, quote currency, six decimals;
    0 for signals and trades, whose money is in the fills. `at` is market time."""

    what: Compared
    symbol: str
    action: str
    at: datetime
    signal_id: str
    cause: Cause
    detail: str
    live: str | None
    replayed: str | None
    amount: float = 0.0


class DayResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the fills of the day brought, marked at the day's last prices, after fees, quote currency, six decimals.

    `by_cause` splits live less replayed; its sum is exactly that.
    """

    live: float
    replayed: float
    by_cause: dict[str, float]

    @property
    def difference(self) -> float:
        """Live less replayed."""
        return round(self.live - self.replayed, 6)


class ParityReport(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison. `day` is `YYYY-MM-DD`, the UTC day of the wall clock; `executor_id` may be `SIGNALS_ONLY`;
    `ran_at` wall clock; `result` None where no account was compared, for the reason in `note`."""

    day: str
    executor_id: str
    ran_at: datetime
    data_source: str
    cycles: int
    signals: Agreement
    fills: Agreement
    trades: Agreement
    result: DayResult | None
    differences: tuple[Difference, ...]
    note: str | None = None

    @property
    def together(self) -> Agreement:
        """Signals and fills together: what the score is the share of."""
        return Agreement(
            agreed=self.signals.agreed + self.fills.agreed, compared=self.signals.compared + self.fills.compared
        )

    @property
    def score(self) -> float | None:
        """The share of signals and fills that agree, 0–1; None where there was neither."""
        return self.together.ratio

    def counted(self) -> dict[str, int]:
        """Differences by cause, the most frequent first."""
        counts: dict[str, int] = {}
        for each in self.differences:
            counts[each.cause.value] = counts.get(each.cause.value, 0) + 1
        return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
