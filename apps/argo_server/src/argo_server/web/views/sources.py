"""Each source in words: what it said last, and how the way to its vendor is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from argo_core.model.path_statistics import PathStatistics
from argo_core.model.rejection import ALL_VENDORS, Rejection
from argo_core.model.source_standing import SourceStanding
from argo_core.model.vote import Absence
from argo_core.reports.absence_words import NOT_TAKEN
from argo_core.reports.decisions import MissingSource
from argo_core.reports.rejection_words import rejection_words
from argo_core.reports.source_board import SourceWord
from argo_core.reports.stream_words import stream_words
from argo_core.sources.health import SourceStatistics
from argo_server.web.views.words import age, counted, percent, utc, words

REFUSED = Absence.REFUSED_ANSWER.label.replace(" ", "_")
WAYS = {"disabled": "switched off in the settings", "no key": "no key is configured: set one and start again"}


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """`said` are (symbol, words, tone, when) of the newest decisions; `way` says how its vendor can be reached."""

    source: str
    statistics: SourceStatistics | None
    standing: SourceStanding | None
    said: tuple[tuple[str, str, str, str], ...]
    way: str


def source_rows(
    statistics: Iterable[SourceStatistics],
    standing: Iterable[SourceStanding],
    board: Mapping[str, tuple[SourceWord, ...]],
    now: datetime | None,
) -> tuple[SourceRow, ...]:
    """One row per source, by name. `now` is None in a replay, whose decisions are of another time than ours."""
    measured, standings = {one.source: one for one in statistics}, {one.source: one for one in standing}
    return tuple(
        SourceRow(
            source=name,
            statistics=measured.get(name),
            standing=standings.get(name),
            said=tuple((one.symbol, *_said(one), _when(one, now)) for one in board.get(name, ())),
            way=_way(standings.get(name)),
        )
        for name in sorted({*measured, *standings, *board})
    )


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said and not used: by whom, about what, why, and when where that is known."""

    source: str
    symbol: str
    words: str
    at: datetime | None = None


def refusals(
    rejections: Iterable[Rejection], statistics: Iterable[SourceStatistics], missing: Iterable[MissingSource]
) -> tuple[Refusal, ...]:
    """Single data, the newest first; whole answers since the start; what the newest decisions went without."""
    data = [
        Refusal(
            source="" if one.vendor == ALL_VENDORS else one.vendor,
            symbol=one.symbol,
            words=rejection_words(one),
            at=one.at,
        )
        for one in rejections
    ]
    answers = [
        Refusal(
            source=one.source, symbol="", words=f"{counted(one.errors[REFUSED], 'answer')} not usable, since the start"
        )
        for one in statistics
        if one.errors.get(REFUSED)
    ]
    votes = [
        Refusal(source=one.source, symbol="", words=f"{one.reason}, in {one.decisions} of the newest decisions")
        for one in missing
        if one.reason in NOT_TAKEN
    ]
    return (*data, *answers, *votes)


def _said(word: SourceWord) -> tuple[str, str]:
    if word.kind == "vote":
        return f"{word.direction} {percent(word.confidence)}", "good"
    if word.kind == "saved":
        return "call saved: it could not have changed the decision", "calm"
    if word.reason == "race lost":
        return "cancelled: the other vendor answered first", "calm"
    return f"absent: {words(word.reason)}{'' if word.expected else ' (not due)'}", "warn" if word.expected else "calm"


def _when(word: SourceWord, now: datetime | None) -> str:
    """A vote's age is that at its decision, which may be long past: both are told."""
    ago = None if now is None else (now - word.decided_at).total_seconds()
    when = f"decided {utc(word.decided_at)}" if ago is None else f"decided {age(max(ago, 0.0))} ago"
    return when if word.age_seconds is None else f"{when}, {age(word.age_seconds)} old then"


def _way(standing: SourceStanding | None) -> str:
    if standing is None:
        return "no vendor: it votes on what this process holds"
    if standing.off is not None:
        return WAYS.get(standing.off, standing.off)
    if standing.path is None:
        return "not asked yet"
    parts = [_breaker(standing.path)]
    if standing.path.quota_left is not None:
        parts.append(f"{counted(standing.path.quota_left, 'call')} left today")
    if standing.path.rate_limit_left is not None:
        parts.append(f"{standing.path.rate_limit_left} left of its rate limit")
    if standing.path.queue_depth:
        parts.append(f"{standing.path.queue_depth} waiting for their turn")
    if standing.path.throttled:
        parts.append(f"{standing.path.throttled} held back by the limit so far")
    return "; ".join([*parts, *map(stream_words, standing.streams)])


def _breaker(path: PathStatistics) -> str:
    if path.breaker == "closed":
        return "breaker closed"
    since = age(path.breaker_open_seconds or 0.0)
    if path.breaker == "half_open":
        return f"breaker half open after {since}: one call at a time tries whether the vendor is back"
    return f"breaker open for {since}: nobody asks what has failed until it has rested"
