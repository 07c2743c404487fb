"""The document itself: plain values, frozen, one form for screen, page, sheet and JSON.

Series have one value a day: the last of each UTC day that was looked at. Everything that cannot be said is None.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from argo_core.errors import DataError
from argo_core.measures.figure import Figure

FORM = 1


class BarsUsed(msgspec.Struct, frozen=True, kw_only=True):
    """One symbol's bars: how many, from when to when, and the SHA-256 of their content."""

    symbol: str
    timeframe: str
    bars: int
    first: datetime | None
    last: datetime | None
    sha256: str


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """`finding` is "evidence" or "no evidence", `against` what speaks against evidence, `sentence` both in one.

    `trials` were looked at in all. `deflated` (0–1) is the deflated Sharpe ratio; `needed_days` how long a record this
    Sharpe ratio needs to be told from 0; `overfitting` (0–1) the probability of it, or `not_measured` says why not.
    """

    finding: str
    sentence: str
    against: tuple[str, ...]
    trials: int
    days: int
    deflated: float | None = None
    needed_days: float | None = None
    overfitting: float | None = None
    not_measured: str | None = None


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """Equity of one contender (D,), how far it stands below its highest (D,) in percent, and its figures."""

    name: str
    equity: tuple[float, ...]
    drawdown_pct: tuple[float, ...]
    figures: tuple[Figure, ...]


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """One calendar month (UTC): returns in percent of the account and of holding, from the end of the month before."""

    year: int
    month: int
    return_pct: float
    hold_pct: float


class TradeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One finished trade. `result` in quote currency and `net_pct` of the entry's worth, both after fees."""

    symbol: str
    action: str
    quantity: float
    entry_price: float
    exit_price: float
    opened_at: datetime
    closed_at: datetime
    exit: str
    fees: float
    result: float
    net_pct: float


class PriceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One symbol's newest close at the end of each day (D,), None before its first."""

    symbol: str
    closes: tuple[float | None, ...]


class HitRow(msgspec.Struct, frozen=True, kw_only=True):
    """How often the resolved signals of one kind gained, in percent with Wilson's interval at 95 %. `group`: all,
    symbol, regime, action, source or band; `key` which of them."""

    group: str
    key: str
    count: int
    hits: int
    rate_pct: float | None
    low_pct: float
    high_pct: float


class ReliabilityPoint(msgspec.Struct, frozen=True, kw_only=True):
    """Resolved signals of one band of confidence: what they said on average, how often they gained."""

    from_pct: float
    to_pct: float
    mean_confidence: float
    count: int
    rate_pct: float
    low_pct: float
    high_pct: float


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was decided. `stage`: decision (status), veto (rule), verdict, layer, code or unplaced."""

    stage: str
    name: str
    count: int


class CostCase(msgspec.Struct, frozen=True, kw_only=True):
    """The same signals at so many `times` the costs: the account's and holding's."""

    times: float
    trades: int
    final_equity: float
    return_pct: float
    sharpe: float | None
    max_drawdown_pct: float
    paid: float
    hold_return_pct: float


class Chanced(msgspec.Struct, frozen=True, kw_only=True):
    """The same trades entered at random: sums of results in percent of equity, not compounded. `beaten_pct`: how many
    percent of the `draws` did worse than the account."""

    draws: int
    trades: int
    own_pct: float | None
    median_pct: float | None
    low_pct: float | None
    high_pct: float | None
    beaten_pct: float | None


class Sensitivity(msgspec.Struct, frozen=True, kw_only=True):
    """What was tried, over two parameters: `values` (rows of `y`, columns of `x`) of `figure`, the best where several
    trials fall on one cell, None where none does. `logits`: of the probability of overfitting, empty without it."""

    figure: str
    trials: int
    x_name: str
    y_name: str
    x: tuple[str, ...]
    y: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    logits: tuple[float, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole backtest. `curves`: the account, buy-and-hold, the best single source, as far as there are any."""

    form: int
    title: str
    engine: str
    seed: int
    origin: str
    account: str
    assumptions: tuple[str, ...]
    data: tuple[BarsUsed, ...]
    days: tuple[date, ...]
    verdict: Judged
    figures: tuple[Figure, ...]
    curves: tuple[Curve, ...]
    chance: Chanced
    costs: tuple[CostCase, ...]
    months: tuple[Month, ...]
    trades: tuple[TradeRow, ...]
    prices: tuple[PriceLine, ...]
    hits: tuple[HitRow, ...]
    reliability: tuple[ReliabilityPoint, ...]
    decisions: tuple[Counted, ...]
    sensitivity: Sensitivity | None = None


def encode_report(report: Report) -> bytes:
    """As JSON, one line; the same report gives the same bytes."""
    return msgspec.json.encode(report)


def decode_report(data: bytes) -> Report:
    """The report in the JSON that `encode_report` makes. Raises DataError `bad_report`, also for another form."""
    try:
        report = msgspec.json.decode(data, type=Report)
    except msgspec.DecodeError as error:
        raise DataError("bad_report", f"this is no report of a backtest: {error}") from error
    if report.form != FORM:
        raise DataError("bad_report", f"the report has form {report.form}, this version reads {FORM}: make it anew")
    return report
