"""Sections of `config.json` about accounts: how one is traded, watched and protected."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from argo_server.settings.section import CostPercent, LossPercent, Percent, Positive, Section

GROUPS = {
    "crypto": ("BTC-USD", "ETH-USD", "LTC-USD", "XRP-USD", "EOS-USD"),
    "large_technology": ("AAPL", "AMZN", "GOOGL", "MSFT", "META", "NVDA", "TSLA", "AMD"),
}


class SimulatedVenue(Section, frozen=True, kw_only=True):
    """The simulated exchange. `starting_cash` counts at the first start, in quote currency.

    `volume_pct` of a bar's volume is the most that one order fills, null for all of it; `reject_pct` of all orders are
    refused, which ones follows from `seed`. `step_seconds`: market time between two batches of prices, which is how far
    they may have moved when the account is looked at again.
    """

    starting_cash: Positive = 100_000.0
    slippage_pct: CostPercent = 0.05
    fee_pct: CostPercent = 0.1
    spread_pct: CostPercent = 0.05
    volume_pct: Annotated[float, Meta(gt=0, le=100)] | None = None
    reject_pct: Percent = 0.0
    seed: int = 0
    step_seconds: Annotated[float, Meta(gt=0, le=604_800)] = 86_400.0


class Anchor(Section, frozen=True, kw_only=True):
    """When a regular account's day begins. A prop firm's day begins as its rule pack says."""

    timezone: str = "America/New_York"
    at: str = "00:00"


class Protection(Section, frozen=True, kw_only=True):
    """How positions are protected; the fields are those of `argo_core.execution.protective_steps`."""

    partial_fill_seconds: Annotated[float, Meta(ge=0, le=3600)] = 5.0
    adopted_stop_pct: Annotated[float, Meta(gt=0, lt=50)] = 2.0
    stop_limit_pct: Annotated[float, Meta(gt=0, lt=50)] = 1.0


class Flattening(Section, frozen=True, kw_only=True):
    """What getting out is taken to cost beyond the venue's spread, slippage and fee: the move until the next look."""

    adverse_pct: CostPercent = 0.05
    adverse_sigmas: Annotated[float, Meta(ge=0, le=20)] = 3.0


class Trading(Section, frozen=True, kw_only=True):
    """An executor's own rules. Without `auto_execute` signals are judged and denied, and nothing is ordered.

    `mode` says where orders go; `paper` and `live` need the `account_number` that the key belongs to.
    """

    mode: Literal["simulated", "paper", "live"] = "simulated"
    account_number: str = ""
    auto_execute: bool = False
    min_confidence: Percent = 75.0
    position_size_pct: Percent = 10.0
    max_position_size_pct: Percent = 16.0
    max_correlated_positions: Annotated[int, Meta(ge=0)] = 5
    max_drawdown_pct: LossPercent = 20.0
    daily_loss_limit_pct: LossPercent = 5.0
    max_signal_age_seconds: Positive = 300.0
    flip: bool = True
    fractional_shares: bool = False
    increments: dict[str, Positive] = msgspec.field(default_factory=dict)
    correlation_groups: dict[str, tuple[str, ...]] = msgspec.field(default_factory=lambda: dict(GROUPS))
    refresh_seconds: Annotated[float, Meta(gt=0, le=3600)] = 30.0
    anchor: Anchor = Anchor()
    protection: Protection = Protection()
    flattening: Flattening = Flattening()
    simulated: SimulatedVenue = SimulatedVenue()


class RiskLimits(Section, frozen=True, kw_only=True):
    """The operator's own limits beside the rule pack's: of each two the tighter counts."""

    max_drawdown_pct: LossPercent = 2.0
    daily_loss_limit_pct: LossPercent = 4.5
    max_position_size_pct: Percent = 3.0
    min_confidence: Percent = 82.0
    max_positions: Annotated[int, Meta(ge=1)] = 3
    max_correlated_positions: Annotated[int, Meta(ge=0)] = 3
    max_stop_loss_pct: Percent = 1.5
    skip_crisis: bool = True
    restricted_symbols: tuple[str, ...] = ()
    only_symbols: tuple[str, ...] | None = None


class Monitoring(Section, frozen=True, kw_only=True):
    """The risk monitor: how often an account is looked at, regular ones too.

    Without `enabled` that is only as often as the venue is asked (`trading.refresh_seconds`). Without `auto_shutdown` a
    breach stops new orders and leaves positions to their stops. Without `alert_on_warning` warnings are not told.
    """

    enabled: bool = True
    check_interval_seconds: Annotated[float, Meta(ge=0.1, le=60)] = 5.0
    alert_on_warning: bool = True
    auto_shutdown: bool = True


class PropFirm(Section, frozen=True, kw_only=True):
    """The strictly isolated account. `rule_pack`: a name of those that come with the program, or a file (`.json`)."""

    enabled: bool = False
    account: str = "prop_firm_test"
    account_number: str = ""
    rule_pack: str = "seed-limits"
    risk_limits: RiskLimits = RiskLimits()
    monitoring: Monitoring = Monitoring()


class Executor(Section, frozen=True, kw_only=True):
    """Who this process is when it trades. `type` and `signal_source` have one value each: the only kind there is."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")] = "argo"
    type: Literal["trading_executor"] = "trading_executor"
    signal_source: Literal["unified_generator"] = "unified_generator"
    signal_source_url: str = "http://127.0.0.1:7999"


class Credentials(Section, frozen=True, kw_only=True):
    """One broker account. `paper`: what the operator says of the key; null says nothing."""

    api_key: str = ""
    secret_key: str = ""
    paper: bool | None = None


class Alpaca(Credentials, frozen=True, kw_only=True):
    """Either one flat set, or sets by environment. The hosts are those of the venue unless named here or in
    ALPACA_TRADING_URL and ALPACA_TRADING_STREAM_URL."""

    dev: Credentials | None = None
    production: Credentials | None = None
    prop_firm_test: Credentials | None = None
    trading_url: str = ""
    trading_stream_url: str = ""
