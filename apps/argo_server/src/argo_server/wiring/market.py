"""The market that a generator looks at: packaged history, as much of it as the settings name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay import REPLAY_SYMBOLS, ReplayFeed, ReplayLibrary
from argo_core.adapters.replay.scripted import Script, ScriptedFeed, read_script, scripted
from argo_core.errors import ConfigError
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.sessions import Sessions
from argo_core.ports.opinion_log import OpinionLog
from argo_server.settings import Settings
from argo_server.settings.shape import ConfigFile
from argo_server.wiring.market_parts import MarketParts
from argo_server.wiring.sources import configured_sources

CALENDAR_DAYS = (date(2009, 1, 2), date(2020, 12, 31))
RECORDED_DAYS = (date(2009, 2, 9), date(2020, 2, 8))


@dataclass(frozen=True, slots=True)
class RecordedMarket:
    """The packaged history and the exchange's sessions; `history` holds more than `symbols` while others are open.
    `script`: what is laid over the history, None for nothing."""

    symbols: tuple[str, ...]
    history: dict[str, Bars]
    sessions: Sessions
    start: datetime
    end: datetime
    script: Script | None = None

    def feed(self, after: datetime | None) -> ReplayFeed:
        """The replay, going on after the market time at which the last run stopped, if it lies in the period."""
        if after is not None and not self.start <= after <= self.end:
            raise ConfigError(
                f"this database is at market time {after:%Y-%m-%d}, outside replay {self.start:%Y-%m-%d} to "
                f"{self.end:%Y-%m-%d}: name another database.path, or a period that holds it"
            )
        if self.script is not None:
            return ScriptedFeed(self.history, self.sessions, self.start, self.end, after, self.script)
        return ReplayFeed(self.history, self.sessions, self.start, self.end, after)

    def before(self, feed: ReplayFeed) -> MarketView:
        """What is known before the feed's first view: loading it beforehand keeps the first cycle short."""
        shown = self.history if self.script is None else scripted(self.history, self.script)
        return MarketView.of([shown[symbol] for symbol in self.symbols], feed.resumed_at)


def replayed(
    settings: Settings, open_symbols: Iterable[str], after: datetime | None, recordings: OpinionLog | None
) -> MarketParts:
    """The replay going on after the market time `after`, with the answers of language models that `recordings` holds.
    Raises ConfigError."""
    own = settings.file.signal_generation.own_symbols
    market, tracker = recorded_market(settings, open_symbols, own), FeatureTracker()
    feed = market.feed(after)
    return MarketParts(
        feed=feed,
        sessions=market.sessions,
        sources=configured_sources(settings.file, tracker, recordings),
        tracker=tracker,
        before=market.before(feed),
        live=None,
    )


def recorded_market(
    settings: Settings, open_symbols: Iterable[str], own: tuple[str, ...] | None = None
) -> RecordedMarket:
    """What the replay shows: `own` symbols, by default all that are configured, and those of signals that are open
    still. Raises ConfigError."""
    start, end = replay_period(settings.file)
    calendar = ExchangeCalendar("XNYS", settings.cache_folder)
    library = ReplayLibrary(calendar, settings.cache_folder)
    symbols = settings.file.signal_generation.symbols if own is None else own
    wanted = dict.fromkeys([*symbols, *open_symbols])
    recorded_symbols(settings.file)
    # A symbol without recorded bars stays in view without a price: its decisions say so.
    history = {symbol: Bars.empty(symbol) for symbol in wanted}
    history |= library.load([symbol for symbol in wanted if symbol in REPLAY_SYMBOLS])
    script = replay_script(settings)
    return RecordedMarket(symbols, history, calendar.sessions(*CALENDAR_DAYS), start, end, script)


def replay_script(settings: Settings) -> Script | None:
    """The configured scenario. Raises ConfigError for a file that cannot be read as one."""
    name = settings.file.replay.script
    if name is None:
        return None
    base = Path.cwd() if settings.file_path is None else settings.file_path.resolve().parent
    try:
        return read_script((base / name).read_bytes())
    except OSError as error:
        raise ConfigError(f"replay.script {name}: {error.strerror}: name a file beside the configuration") from error


def recorded_symbols(file: ConfigFile) -> list[str]:
    """The configured symbols that have a recording. Raises ConfigError if there is none."""
    symbols = file.signal_generation.symbols
    recorded = [symbol for symbol in symbols if symbol in REPLAY_SYMBOLS]
    if not recorded:
        raise ConfigError(f"no history of {', '.join(symbols)} is recorded: choose from {', '.join(REPLAY_SYMBOLS)}")
    return recorded


def replay_period(file: ConfigFile) -> tuple[datetime, datetime]:
    """From when to when recorded history is replayed. Raises ConfigError for a period without recordings."""
    start, end = _day(file.replay.start, "start"), _day(file.replay.end, "end")
    if end <= start:
        raise ConfigError(f"replay.end {file.replay.end} must be later than replay.start")
    first, last = RECORDED_DAYS
    if start.date() < first or end.date() > last:
        raise ConfigError(
            f"replay {file.replay.start} to {file.replay.end}: history is recorded from {first} to {last}"
        )
    return start, end


def _day(text: str, name: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
    except ValueError as error:
        raise ConfigError(f"replay.{name} {text!r} is not a date: write YYYY-MM-DD") from error
