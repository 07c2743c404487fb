"""The six sources over their vendors, and who asks beside the cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from argo_core.adapters.live.vendor_tools import VendorTools
from argo_core.adapters.vendors.yahoo_parse import reach_days
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.timeframe import Timeframe
from argo_core.model.vote import Absence
from argo_core.pipeline.market_rules import MarketRules
from argo_core.pipeline.refresh_opinions import OpinionRefresher
from argo_core.pipeline.refresh_readings import ReadingsPolicy, ReadingsRefresher
from argo_core.pipeline.vendor_market import VendorMarket
from argo_core.ports import Source
from argo_core.ports.opinion_bill import OpinionBill
from argo_core.ports.opinion_log import OpinionLog
from argo_core.sources import price_action, technical
from argo_core.sources.absent_source import AbsentSource
from argo_core.sources.indicator_source import IndicatorSource
from argo_core.sources.market_source import MarketSource
from argo_core.sources.recorded_opinion import RecordedOpinionSource
from argo_server.settings import Settings
from argo_server.wiring.live_lines import LiveLines
from argo_server.wiring.live_seats import live_specs
from argo_server.wiring.model_schedules import schedules

RACERS, OTHERS = ("alpaca_pro", "massive"), ("yfinance",)
VOTES = {"alpaca_pro": price_action, "massive": price_action, "yfinance": technical}


@dataclass(frozen=True, slots=True)
class Asked:
    """By source name: what is known of each vendor's market, and who asks the others beside the cycle."""

    markets: Mapping[str, VendorMarket]
    opinions: Mapping[str, OpinionRefresher]
    readings: Mapping[str, ReadingsRefresher]

    def of(self, names: tuple[str, ...]) -> list[VendorMarket]:
        """The markets of those of `names` that are used, in their order."""
        return [self.markets[name] for name in names if name in self.markets]


def asked_vendors(
    settings: Settings, lines: LiveLines, log: OpinionLog, bill: OpinionBill, tools: VendorTools
) -> Asked:
    """One value per vendor that is used. Raises ConfigError."""
    clock, new_id = tools.clock, tools.shared.new_id
    policies = schedules(settings)
    return Asked(
        markets={
            name: VendorMarket(line.vendor, _rules(settings, name), clock, tools.sessions)
            for name, line in lines.markets.items()
        },
        opinions={
            name: OpinionRefresher(line.vendor, log, bill, policies[name], clock, new_id)
            for name, line in lines.opinions.items()
        },
        readings={
            name: ReadingsRefresher(line.vendor, ReadingsPolicy(), clock) for name, line in lines.indicators.items()
        },
    )


def adopt_limits(settings: Settings, lines: LiveLines, asked: Asked) -> None:
    """Changed limits, into the parts that keep them. Raises ConfigError before anything is changed."""
    policies = schedules(settings)
    lines.adopt_limits(settings)
    for name, policy in policies.items():
        if name in asked.opinions:
            asked.opinions[name].adopt(policy)


def live_sources(settings: Settings, lines: LiveLines, asked: Asked, log: OpinionLog) -> tuple[Source, ...]:
    """All six: those that are off keep their seats, so that each decision says why they do not vote."""
    stale = settings.file.consensus.max_staleness_seconds
    sources: list[Source] = []
    for name, spec in live_specs(settings).items():
        if name in lines.off:
            sources.append(AbsentSource(spec, Absence.DISABLED))
        elif name in asked.markets:
            sources.append(MarketSource(spec, asked.markets[name], VOTES[name], FeatureTracker(), stale))
        elif name in asked.readings:
            sources.append(IndicatorSource(spec, partial(getattr, asked.readings[name], "state")))
        else:
            sources.append(RecordedOpinionSource(spec, log, partial(getattr, asked.opinions[name], "schedule")))
    return tuple(sources)


def read_histories(sources: Sequence[Source], asked: Asked, symbols: Sequence[str], now: datetime) -> None:
    """The indicators over all that is known by now, so that the first cycle need not compute them. Takes seconds."""
    for source in sources:
        if isinstance(source, MarketSource):
            source.tracker.advance(asked.markets[source.spec.name].view(symbols, now))


def _rules(settings: Settings, name: str) -> MarketRules:
    rules = settings.file.market
    frame = Timeframe.parse(rules.timeframe)
    days = rules.history_days if name in RACERS else min(rules.history_days, reach_days(frame))
    return MarketRules(timeframe=frame, history=timedelta(days=days))
