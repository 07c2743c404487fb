"""Sections of `config.json` about the six sources: where each vendor is, with which key, and what it may cost."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from argo_server.settings.section import Port, Positive, Section

Address = Annotated[str, Meta(pattern=r"^(?:(?:https?|wss?)://[^\s/]+(?:/[^\s]*)?)?$")]
QUERY = "a query or a fragment: an address ends with its path here, and a key has a setting of its own"
CallsADay = Annotated[int, Meta(ge=0, le=1_000_000)]


class Market(Section, frozen=True, kw_only=True):
    """Where prices come from. `auto` is live as soon as a vendor of market data has a key, else a replay.

    The primary runs alone for `head_start_ms`; after `deadline_ms` a cycle goes on with what is known. `generators`:
    how many share the vendors' limits. `streams`: prices are pushed between two questions too, where the vendor does.
    A price that moves by more than `early_refresh_pct` percent is asked for again before its time, at all vendors.
    """

    feed: Literal["auto", "live", "replay"] = "auto"
    timeframe: Annotated[str, Meta(pattern=r"^[1-9][0-9]?(Min|Hour)$|^1Day$")] = "15Min"
    history_days: Annotated[int, Meta(ge=2, le=1500)] = 400
    head_start_ms: Annotated[float, Meta(ge=0, le=5000)] = 250.0
    deadline_ms: Annotated[float, Meta(ge=100, le=30_000)] = 2000.0
    generators: Annotated[int, Meta(ge=1, le=1000)] = 1
    early_refresh_pct: Annotated[float, Meta(gt=0, le=100)] = 1.0
    streams: bool = False


class Redis(Section, frozen=True, kw_only=True):
    """The shared cache; without `url` and `host`, memory alone. REDIS_URL and REDIS_HOST, _PORT, _PASSWORD, _DB win."""

    url: Annotated[str, Meta(pattern=r"^(?:rediss?://[^\s]+)?$")] = ""
    host: str = ""
    port: Port = 6379
    password: str = ""
    db: Annotated[int, Meta(ge=0, le=1000)] = 0


class AskedSource(Section, frozen=True, kw_only=True):
    """A vendor that is asked at an address."""

    def __post_init__(self) -> None:
        """Raises ValueError for an address that says more than where: it would be shown, and break each path."""
        for name in ("url", "stream_url"):
            if any(sign in getattr(self, name, "") for sign in "?#"):
                raise ValueError(f"{name} holds {QUERY}")


class AlpacaData(AskedSource, frozen=True, kw_only=True):
    """Market data of Alpaca (source `alpaca_pro`). Without keys of its own it takes the regular account's, from
    `alpaca`; a prop firm's never. `feed`: iex is what a free key may ask for."""

    enabled: bool = True
    api_key: str = ""
    secret_key: str = ""
    feed: Literal["iex", "sip", "delayed_sip"] = "iex"
    url: Address = ""
    stream_url: Address = ""
    calls_per_minute: Positive = 200.0


class KeyedSource(AskedSource, frozen=True, kw_only=True):
    """A vendor with one key. `url` replaces the vendor's own address."""

    api_key: str = ""
    bearer_token: str = ""
    enabled: bool = True
    url: Address = ""


class Massive(KeyedSource, frozen=True, kw_only=True):
    """Source `massive`. `feed`: what the plan allows."""

    feed: Literal["realtime", "delayed", "end_of_day"] = "realtime"
    stream_url: Address = ""
    calls_per_second: Positive = 5.0


class Yahoo(KeyedSource, frozen=True, kw_only=True):
    """Source `yfinance`, which has no key. It allows nothing in writing: `calls_per_second` is our own restraint."""

    calls_per_second: Positive = 5.0


class AlphaVantage(KeyedSource, frozen=True, kw_only=True):
    """Source `alpha_vantage`. `calls_per_day`: 25 is the free plan's."""

    calls_per_day: CallsADay = 25
    calls_per_second: Positive = 0.2


class LanguageModel(KeyedSource, frozen=True, kw_only=True):
    """Sources `x_sentiment` and `sonar`. Calls and dollars a day that may be spent; `model` "" is the adapter's own.

    `domains`: pages that may be cited, empty for all. With `may_only_veto` the source can hold a signal back and never
    carry one.
    """

    model: str = ""
    domains: tuple[str, ...] = ()
    calls_per_day: CallsADay = 2000
    dollars_per_day: Annotated[float, Meta(ge=0)] = 10.0
    may_only_veto: bool = False
