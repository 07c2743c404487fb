"""The shape of `config.json`: every key of the seeds' examples, with its range and default."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from argo_core.model.shard import MOST, Shard
from argo_server.settings.alert_sections import Alerts, Email, Notion, PagerDuty, Slack
from argo_server.settings.backup_section import Backups
from argo_server.settings.ledger_section import LedgerRules
from argo_server.settings.report_section import ReportRules
from argo_server.settings.secret_section import Secrets
from argo_server.settings.section import CostPercent, Percent, Port, Positive, Ratio, Section
from argo_server.settings.source_sections import (
    AlpacaData,
    AlphaVantage,
    LanguageModel,
    Market,
    Massive,
    Redis,
    Yahoo,
)
from argo_server.settings.tracing_section import Tracing
from argo_server.settings.trading_sections import Alpaca, Executor, PropFirm, Trading

EXECUTOR_ADDRESSES = {"argo": "http://127.0.0.1:8000", "prop_firm": "http://127.0.0.1:8001"}


class ShardRule(Section, frozen=True, kw_only=True):
    """Which share of the symbols this process has: the `index`-th of `of`."""

    index: Annotated[int, Meta(ge=1, le=MOST)] = 1
    of: Annotated[int, Meta(ge=1, le=MOST)] = 1


class SignalGeneration(Section, frozen=True, kw_only=True):
    """The cycle. `price_change_threshold` is a ratio: 0.005 means 0.5 %."""

    enabled: bool = True
    interval_seconds: Annotated[float, Meta(ge=0.1, le=3600)] = 5.0
    symbols: tuple[str, ...] = ("AAPL", "NVDA", "TSLA", "MSFT", "BTC-USD", "ETH-USD")
    min_confidence: Percent = 60.0
    price_change_threshold: Annotated[float, Meta(ge=0, lt=1)] = 0.005
    distribute_to: tuple[str, ...] = ("argo", "prop_firm")
    reemit: str = "on_change"
    shard: ShardRule = ShardRule()

    @property
    def share(self) -> Shard:
        """The share as a value. Raises DataError `bad_shard`."""
        return Shard(self.shard.index, self.shard.of)

    @property
    def own_symbols(self) -> tuple[str, ...]:
        """The symbols that this process looks at."""
        return self.share.deal(self.symbols)


class Consensus(Section, frozen=True, kw_only=True):
    """Weighted Consensus v6.0 beyond the threshold."""

    min_coverage: Ratio = 0.5
    missing: str = "renormalise"
    regime_factors: dict[str, float] = msgspec.field(default_factory=dict)
    thresholds: dict[str, float] = msgspec.field(default_factory=dict)
    max_staleness_seconds: Positive = 300.0
    max_deviation_pct: Positive = 5.0


class Levels(Section, frozen=True, kw_only=True):
    """Stop and target of a signal."""

    stop_atr: Annotated[float, Meta(gt=0, le=100)] = 1.5
    max_stop_pct: Annotated[float, Meta(gt=0, lt=50)] = 3.0
    reward_to_risk: Annotated[float, Meta(gt=0, le=100)] = 2.0
    fixed_stop_pct: Annotated[float, Meta(gt=0, lt=50)] | None = None


class Horizon(Section, frozen=True, kw_only=True):
    """How long a signal may live."""

    equity_sessions: Annotated[int, Meta(ge=1, le=60)] = 5
    crypto_days: Annotated[float, Meta(gt=0, le=90)] = 5.0


class Costs(Section, frozen=True, kw_only=True):
    """What a round trip is taken to cost, basis points (100 = 1 %) of the entry price: net results are after it."""

    stock_bps: Annotated[float, Meta(ge=0, le=1000)] = 10.0
    crypto_bps: Annotated[float, Meta(ge=0, le=1000)] = 50.0


class RegimeRules(Section, frozen=True, kw_only=True):
    """When the market counts as trending or in crisis."""

    trend_adx: Annotated[float, Meta(gt=0, lt=100)] = 25.0
    crisis_volatility_ratio: Positive = 2.5
    crisis_drawdown_pct: Annotated[float, Meta(gt=0, lt=100)] = 15.0
    confirm_bars: Annotated[int, Meta(ge=1)] = 3


class DataSources(Section, frozen=True, kw_only=True):
    """Source name → weight, 0–1. `extra` names sources of other packages (entry point argo_core.sources)."""

    weights: dict[str, Ratio] = msgspec.field(default_factory=dict)
    extra: dict[str, Annotated[float, Meta(gt=0, le=1)]] = msgspec.field(default_factory=dict)


class Strategy(Section, frozen=True, kw_only=True):
    """The older names of four weights."""

    weight_massive: Ratio | None = None
    weight_alpha_vantage: Ratio | None = None
    weight_x_sentiment: Ratio | None = None
    weight_sonar: Ratio | None = None


class Alpine(Section, frozen=True, kw_only=True):
    """The distributor. ALPINE_API_URL, ARGO_API_KEY and ALPINE_WEBHOOK_SECRET win over these.

    Without a key, messages wait. With a webhook secret (`whsec_…`) each body is signed as well.
    """

    api_url: Annotated[str, Meta(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")] = "http://localhost:9001"
    api_key: str = ""
    webhook_secret: str = ""


class Distribution(Section, frozen=True, kw_only=True):
    """The executors named in signal_generation.distribute_to: where each listens, and the key they share.

    ARGO_DISTRIBUTION_KEY wins over `api_key`; without it, messages wait. `config_files`: for executors beyond the usual
    two, the file of each, from which `serve --role all` starts it. `watch_interval_seconds`: how often the generator
    asks each executor how it stands.
    """

    executors: dict[str, str] = msgspec.field(default_factory=lambda: dict(EXECUTOR_ADDRESSES))
    api_key: str = ""
    config_files: dict[str, str] = msgspec.field(default_factory=dict)
    watch_interval_seconds: Annotated[float, Meta(ge=0.1, le=600)] = 10.0


class Database(Section, frozen=True, kw_only=True):
    """`path` of the SQLite file; ARGO_DATABASE_URL wins over it."""

    path: Annotated[str, Meta(min_length=1, pattern=r"^[^\x00]+$")] = "data/signals_unified.db"
    unified: bool = True


class Replay(Section, frozen=True, kw_only=True):
    """Recorded history: dates `YYYY-MM-DD`, by exchange session. `script` names a file, beside this one, that lets
    prices fall as nobody has seen them; everything that is shown says so. `recordings` names the database of a live
    run: the language models vote with the answers kept there."""

    start: str = "2018-11-01"
    end: str = "2019-09-30"
    script: str | None = None
    recordings: Annotated[str, Meta(min_length=1, pattern=r"^[^\x00]+$")] | None = None


class Server(Section, frozen=True, kw_only=True):
    """Where the console and the API listen. Beyond loopback, `console_password` is required."""

    host: str = "127.0.0.1"
    port: Port = 7999
    console_password: str = ""


class Backtest(Section, frozen=True, kw_only=True):
    """On what terms a backtest trades, percentages of price or worth. `volume_pct` of a bar's volume is the most that
    one order fills, null for all of it. `next_open`: market orders wait for the next bar's open. `random_entries` are
    drawn from `seed`. `workers`: how many of those that are asked for over HTTP or on the console run at a time; with 0
    they wait."""

    initial_capital: Positive = 100_000.0
    commission_pct: CostPercent = 0.1
    slippage_pct: CostPercent = 0.05
    spread_pct: CostPercent = 0.05
    volume_pct: Annotated[float, Meta(gt=0, le=100)] | None = None
    next_open: bool = False
    random_entries: Annotated[int, Meta(ge=20, le=100_000)] = 1_000
    seed: int = 0
    workers: Annotated[int, Meta(ge=0, le=16)] = 1


class Parity(Section, frozen=True, kw_only=True):
    """The daily comparison of the live day with its replay: at `at` (HH:MM, UTC) that of the day before. Below
    `min_score` (0-1, the share of signals and fills that agree) `argo parity` fails."""

    enabled: bool = True
    at: Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "00:20"
    min_score: Ratio = 0.98


class ConfigFile(Section, frozen=True, kw_only=True):
    """The whole file."""

    signal_generation: SignalGeneration = SignalGeneration()
    consensus: Consensus = Consensus()
    levels: Levels = Levels()
    horizon: Horizon = Horizon()
    costs: Costs = Costs()
    regime: RegimeRules = RegimeRules()
    data_sources: DataSources = DataSources()
    strategy: Strategy = Strategy()
    market: Market = Market()
    redis: Redis = Redis()
    alpaca_data: AlpacaData = AlpacaData()
    massive: Massive = Massive()
    alpha_vantage: AlphaVantage = AlphaVantage()
    yfinance: Yahoo = Yahoo()
    x_api: LanguageModel = LanguageModel()
    sonar: LanguageModel = LanguageModel()
    alpaca: Alpaca = Alpaca()
    alpine: Alpine = Alpine()
    distribution: Distribution = Distribution()
    trading: Trading = Trading()
    prop_firm: PropFirm = PropFirm()
    executor: Executor = Executor()
    database: Database = Database()
    ledger: LedgerRules = LedgerRules()
    replay: Replay = Replay()
    reports: ReportRules = ReportRules()
    secrets: Secrets = Secrets()
    server: Server = Server()
    tracing: Tracing = Tracing()
    backtest: Backtest = Backtest()
    backups: Backups = Backups()
    parity: Parity = Parity()
    alerts: Alerts = Alerts()
    pagerduty: PagerDuty = PagerDuty()
    slack: Slack = Slack()
    email: Email = Email()
    notion: Notion = Notion()
