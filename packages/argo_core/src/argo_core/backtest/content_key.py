"""Results are kept under the name of what they were computed from, never under a date range.

One changed bar, parameter, cost or line of the strategy's source is another name; the same content asked for through
another date range is the same name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from argo_core.model.bars import Bars
from argo_core.model.bars_hash import bars_hash
from argo_core.model.search import Domain, Goal, Method, SearchIdentity, Value

Settings = Mapping[str, Value | None]


class ComputedFrom(msgspec.Struct, frozen=True, kw_only=True):
    """All that a result follows from. `bars`: content hashes by symbol. `strategy`: its name; `source_hash` that of its
    source code; `engine`: version or hash of what runs it; `parameters` and `costs` by name."""

    bars: Mapping[str, str]
    strategy: str
    source_hash: str
    engine: str
    parameters: Settings = msgspec.field(default_factory=dict)
    costs: Settings = msgspec.field(default_factory=dict)


def hashes_of(bars: Mapping[str, Bars]) -> dict[str, str]:
    """The content hash of each symbol's bars."""
    return {symbol: bars_hash(each) for symbol, each in bars.items()}


def content_key(content: ComputedFrom) -> str:
    """SHA-256 in hex of the whole content: equal for equal content, whatever the order of its names."""
    return _key("argo result 1", content)


def search_identity(
    content: ComputedFrom,
    *,
    space: Mapping[str, Domain],
    goals: Sequence[Goal],
    method: Method,
    seed: int,
    batch: int,
    sampler: str,
) -> SearchIdentity:
    """Under which names a search's trials are counted and resumed. How many are wanted is not among it: a search that
    is asked for more goes on. `sampler`: name and version of who chooses the parameters."""
    study = content_key(content)
    search = _key(
        "argo search 1", [study, list(space.items()), list(goals), method, seed if method != "grid" else 0, batch,
                          sampler]
    )  # fmt: skip
    return SearchIdentity(bars=_bars_key(content), study=study, search=search, series=_series(content))


def run_identity(content: ComputedFrom) -> SearchIdentity:
    """Under which names one backtest is counted: whoever repeats it, content unchanged, has tried nothing new. Its
    study is the strategy on these bars, whatever the parameters."""
    study = content_key(msgspec.structs.replace(content, parameters={}))
    return SearchIdentity(
        bars=_bars_key(content), study=study, search=_key("argo run 1", content), series=_series(content)
    )


def document_key(content: ComputedFrom, form: str) -> str:
    """The key of what was said about a result: `form` tells which document, and on what terms beyond the content."""
    return _key("argo document 1", [content, form])


def _bars_key(content: ComputedFrom) -> str:
    return _key("argo bars of a study 1", dict(content.bars))


def _series(content: ComputedFrom) -> tuple[str, ...]:
    return tuple(sorted(set(content.bars.values())))


def _key(kind: str, content: object) -> str:
    return hashlib.sha256(f"{kind}\n".encode() + msgspec.json.encode(content, order="deterministic")).hexdigest()
