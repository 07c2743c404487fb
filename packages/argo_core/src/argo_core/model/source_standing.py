"""How a configured source stands with its vendor."""

from __future__ import annotations

import msgspec

from argo_core.model.path_statistics import PathStatistics
from argo_core.model.stream_standing import StreamStanding


class SourceStanding(msgspec.Struct, frozen=True, kw_only=True):
    """`off`: why the source is not used (`disabled`, `no key`), None if it is. `path`: how its vendor has been doing,
    None where nobody is asked. `place`: the address that is asked, without secrets. `waited_for`: a cycle waits for
    it; the others are asked beside the cycle. `streams`: those that push its prices, none unless they are followed."""

    source: str
    vendor: str
    place: str
    waited_for: bool = True
    off: str | None = None
    path: PathStatistics | None = None
    streams: tuple[StreamStanding, ...] = ()
