"""The configured vendors, opened: each source that may be asked with its path, each other with the reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from argo_core.adapters.live.indicator_line import IndicatorLine, open_alpha_vantage
from argo_core.adapters.live.market_lines import (
    BURST_CALLS,
    MarketLine,
    massive_burst,
    open_alpaca,
    open_massive,
    open_yahoo,
)
from argo_core.adapters.live.opinion_lines import PERPLEXITY_URL, XAI_URL, OpinionLine, open_perplexity, open_xai
from argo_core.adapters.live.vendor_tools import VendorTools
from argo_core.adapters.vendor_path import VendorPath
from argo_core.adapters.vendors import alpaca_data, alpha_vantage, massive, yfinance_charts
from argo_core.model.source_standing import SourceStanding
from argo_server.settings import Settings
from argo_server.settings.vendor_keys import data_key, massive_key, model_key

NO_KEY, DISABLED = "no key", "disabled"


@dataclass(frozen=True, slots=True)
class LiveLines:
    """By source name. A source that is `off` is in no other mapping."""

    markets: Mapping[str, MarketLine]
    opinions: Mapping[str, OpinionLine]
    indicators: Mapping[str, IndicatorLine]
    off: Mapping[str, str]
    places: Mapping[str, tuple[str, str]]

    def paths(self) -> dict[str, VendorPath]:
        """The way to each vendor that is used."""
        return {
            **{source: line.path for source, line in self.markets.items()},
            **{source: line.path for source, line in self.opinions.items()},
            **{source: line.path for source, line in self.indicators.items()},
        }

    def adopt_limits(self, settings: Settings) -> None:
        """The configured rates, from now on."""
        for source, (rate, burst) in market_limits(settings).items():
            if source in self.markets:
                self.markets[source].budget.limit(rate, burst)

    async def hush(self) -> None:
        """Questions beside the cycle, which may take minutes, end now: who waits for one hears so."""
        paths = self.paths()
        for source in (*self.opinions, *self.indicators):
            await paths[source].close()

    def standing(self) -> tuple[SourceStanding, ...]:
        """Every source, as it stands now."""
        paths = self.paths()
        return tuple(
            SourceStanding(
                source=source,
                vendor=vendor,
                place=place,
                waited_for=source not in self.opinions and source not in self.indicators,
                off=self.off.get(source),
                path=paths[source].statistics() if source in paths else None,
            )
            for source, (vendor, place) in self.places.items()
        )


async def open_lines(settings: Settings, tools: VendorTools, stack: AsyncExitStack) -> LiveLines:
    """All that the settings allow, closed with the stack. Raises ConfigError."""
    markets = await _markets(settings, tools, stack)
    opinions = await _opinions(settings, tools, stack)
    indicators = await _indicators(settings, tools, stack)
    used = {*markets, *opinions, *indicators}
    off = {source: reason for source, reason in _reasons(settings).items() if source not in used}
    return LiveLines(markets, opinions, indicators, off, places(settings))


async def _markets(settings: Settings, tools: VendorTools, stack: AsyncExitStack) -> dict[str, MarketLine]:
    file, alpaca, enter = settings.file, data_key(settings), stack.enter_async_context
    markets: dict[str, MarketLine] = {}
    if alpaca is not None:
        data = file.alpaca_data
        markets["alpaca_pro"] = await enter(
            open_alpaca(
                tools, "alpaca_pro", key=alpaca.api_key, secret=alpaca.secret_key, url=data.url, feed=data.feed,
                calls_per_minute=data.calls_per_minute,
            )
        )  # fmt: skip
    if (key := massive_key(file)) is not None:
        rules = file.massive
        markets["massive"] = await enter(
            open_massive(
                tools, "massive", key=key, url=rules.url, feed=rules.feed, calls_per_second=rules.calls_per_second
            )
        )
    if file.yfinance.enabled:
        chart = file.yfinance
        markets["yfinance"] = await enter(
            open_yahoo(tools, "yfinance", url=chart.url, calls_per_second=chart.calls_per_second)
        )
    return markets


async def _opinions(settings: Settings, tools: VendorTools, stack: AsyncExitStack) -> dict[str, OpinionLine]:
    models = (("x_sentiment", settings.file.x_api, open_xai), ("sonar", settings.file.sonar, open_perplexity))
    opinions: dict[str, OpinionLine] = {}
    for source, section, opened in models:
        if key := model_key(section):
            opinions[source] = await stack.enter_async_context(
                opened(tools, source, key=key, url=section.url, model=section.model, domains=section.domains)
            )
    return opinions


async def _indicators(settings: Settings, tools: VendorTools, stack: AsyncExitStack) -> dict[str, IndicatorLine]:
    terms = settings.file.alpha_vantage
    if not (terms.enabled and terms.calls_per_day and terms.api_key):
        return {}
    line = open_alpha_vantage(
        tools, "alpha_vantage", key=terms.api_key, url=terms.url, calls_per_second=terms.calls_per_second,
        calls_per_day=terms.calls_per_day,
    )  # fmt: skip
    return {"alpha_vantage": await stack.enter_async_context(line)}


def _reasons(settings: Settings) -> dict[str, str]:
    """Why a source that is not used is not."""
    file = settings.file
    wanted = {
        "alpaca_pro": file.alpaca_data.enabled,
        "massive": file.massive.enabled,
        "yfinance": False,
        "alpha_vantage": file.alpha_vantage.enabled and file.alpha_vantage.calls_per_day > 0,
        "x_sentiment": file.x_api.enabled,
        "sonar": file.sonar.enabled,
    }
    return {source: NO_KEY if on else DISABLED for source, on in wanted.items()}


def market_limits(settings: Settings) -> dict[str, tuple[float, int]]:
    """Calls a second, and how many may come at once."""
    file = settings.file
    massive_rate = file.massive.calls_per_second
    return {
        "alpaca_pro": (file.alpaca_data.calls_per_minute / 60.0, BURST_CALLS),
        "massive": (massive_rate, massive_burst(massive_rate)),
        "yfinance": (file.yfinance.calls_per_second, BURST_CALLS),
    }


def places(settings: Settings) -> dict[str, tuple[str, str]]:
    """Each source's vendor and the address that it is asked at, without what it may hold of a login."""
    file = settings.file
    asked = {
        "alpaca_pro": ("alpaca", file.alpaca_data.url or alpaca_data.BASE_URL),
        "massive": ("massive", file.massive.url or massive.BASE_URL),
        "yfinance": ("yahoo", file.yfinance.url or yfinance_charts.BASE_URL),
        "alpha_vantage": ("alpha vantage", file.alpha_vantage.url or alpha_vantage.BASE_URL),
        "x_sentiment": ("xai", file.x_api.url or XAI_URL),
        "sonar": ("perplexity", file.sonar.url or PERPLEXITY_URL),
    }
    return {source: (vendor, _without_login(url)) for source, (vendor, url) in asked.items()}


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
