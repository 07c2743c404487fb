"""What one frame of a stream brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from argo_core.adapters.vendors.refused_datum import RefusedDatum
from argo_core.ports.market_stream import News


@dataclass(frozen=True, slots=True)
class Pushed:
    """The news in their order, and what was refused of single symbols."""

    news: tuple[News, ...]
    refused: tuple[RefusedDatum, ...] = ()


def pushed(messages: Iterable[dict[str, object]], read: Callable[[dict[str, object]], News | None]) -> Pushed:
    """Each message read for itself; None is no news. Raises what `read` raises beside RefusedDatum."""
    news: list[News] = []
    refused: list[RefusedDatum] = []
    for message in messages:
        try:
            each = read(message)
        except RefusedDatum as error:
            refused.append(error)
            continue
        if each is not None:
            news.append(each)
    return Pushed(tuple(news), tuple(refused))
