"""What a day is replayed on: the bars that are kept, and sources that vote on them or with what was recorded."""

from __future__ import annotations

from dataclasses import dataclass

from argo_core.adapters.replay.scripted import scripted
from argo_core.backtest.kept_answers import KeptAnswers
from argo_core.backtest.recorded_votes import ExpectedAsRecorded, RecordedVotes
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.recorded_day import RecordedDay
from argo_core.model.sessions import Sessions
from argo_core.ports import Source
from argo_core.sources.absent_source import AbsentSource
from argo_core.sources.recorded_opinion import RecordedOpinionSource
from argo_server.settings import Settings
from argo_server.wiring.market import recorded_market
from argo_server.wiring.market_parts import MarketParts
from argo_server.wiring.sources import configured_sources


@dataclass(frozen=True, slots=True)
class KeptMarket:
    """`symbols` are those that cycles look at, in their order."""

    bars: tuple[Bars, ...]
    sources: tuple[Source, ...]
    sessions: Sessions
    symbols: tuple[str, ...]


def symbols_of(settings: Settings, day: RecordedDay) -> list[str]:
    """Every symbol that the day speaks of, and every one that is followed."""
    told = [signal.symbol for signal in (*day.open_before, *day.signals)]
    decided = [decision.symbol for cycle in day.cycles for decision in cycle.decisions]
    return list(dict.fromkeys([*settings.file.signal_generation.symbols, *told, *decided]))


def kept_replay(settings: Settings, day: RecordedDay, answers: KeptAnswers) -> KeptMarket:
    """The packaged history, with the script that is laid over it if there is one. Raises ConfigError."""
    market = recorded_market(settings, symbols_of(settings, day))
    history = market.history if market.script is None else scripted(market.history, market.script)
    recordings = None if settings.file.replay.recordings is None else answers
    sources = configured_sources(settings.file, FeatureTracker(), recordings)
    return KeptMarket(tuple(history.values()), sources, market.sessions, market.symbols)


async def kept_live(settings: Settings, parts: MarketParts, day: RecordedDay, answers: KeptAnswers) -> KeptMarket:
    """The bars that the generator's vendors tell now. Vendors' votes are those of the record, because nobody keeps the
    bars that each vendor alone had told; language models vote with their kept answers."""
    symbols = symbols_of(settings, day)
    view = await parts.feed.view(symbols)
    sources = tuple(_recorded(source, day, answers) for source in parts.sources)
    return KeptMarket(view.bars, sources, parts.sessions, settings.file.signal_generation.symbols)


def _recorded(source: Source, day: RecordedDay, answers: KeptAnswers) -> Source:
    if isinstance(source, AbsentSource):
        return source
    told = RecordedVotes.of(source.spec, day.cycles)
    if isinstance(source, RecordedOpinionSource):
        return ExpectedAsRecorded(RecordedOpinionSource(source.spec, answers), told.expected)
    return told
