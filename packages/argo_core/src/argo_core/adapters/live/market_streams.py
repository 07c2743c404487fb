"""Prices pushed by the vendors between two questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Protocol

import msgspec

from argo_core.adapters.live.vendor_tools import VendorTools
from argo_core.adapters.vendors.alpaca_stream import BASE_URL as ALPACA_URL
from argo_core.adapters.vendors.alpaca_stream import AlpacaStream
from argo_core.adapters.vendors.massive_stream import BASE_URL as MASSIVE_URL
from argo_core.adapters.vendors.massive_stream import MassiveStream
from argo_core.adapters.vendors.stream_keeper import StreamKeeper
from argo_core.errors import SourceError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.rejection import Rejection
from argo_core.model.source_standing import SourceStanding
from argo_core.model.stream_standing import StreamStanding
from argo_core.pipeline.rejection_log import Refusing
from argo_core.ports.market_stream import MarketStream, News
from argo_core.ports.market_vendor import MarketVendor


class SiftingStream(MarketStream, Refusing, Protocol):
    """A stream that leaves out a datum that it refuses, and tells which."""


Take = Callable[[News], None]
SayFault = Callable[[Exception], None]
AFTER_FAULT_SECONDS = 10.0
OpenStream = Callable[[AssetType], SiftingStream]


def alpaca_streams(tools: VendorTools, key: str, secret: str, url: str, feed: str) -> OpenStream:
    """A stream for each kind of asset; they use the `clock` of the tools."""
    return lambda kind: AlpacaStream(key, secret, tools.clock, kind, feed=feed, base_url=url or ALPACA_URL)


def massive_streams(tools: VendorTools, key: str, url: str, feed: str) -> OpenStream:
    """A stream for each kind of asset."""
    return lambda kind: MassiveStream(key, tools.clock, kind, feed=feed, base_url=url or MASSIVE_URL)


class FollowedStreams:
    """A vendor's streams of all kinds that `symbols` hold. What was missed in a break is taken from `history`. A fault
    of ours in one of them is told to `say`, and that one begins again after a pause."""

    def __init__(
        self,
        tools: VendorTools,
        open_stream: OpenStream,
        history: MarketVendor,
        symbols: Sequence[str],
        take: Take,
        say: SayFault,
    ) -> None:
        kinds = {kind: [name for name in symbols if asset_type_of(name) is kind] for kind in AssetType}
        self._symbols = {kind: names for kind, names in kinds.items() if names}
        self._streams = {kind: open_stream(kind) for kind in self._symbols}
        self._keepers = {
            kind: StreamKeeper(stream, history, tools.clock, sleep=tools.shared.sleep, chance=tools.chance)
            for kind, stream in self._streams.items()
        }
        self._take, self._say, self._sleep = take, say, tools.shared.sleep

    async def run(self) -> None:
        """Follow until cancelled, or until every stream is refused for good; one that is does not end the others.
        Raises the SourceError then. Leaves no task behind."""
        async with asyncio.TaskGroup() as group:
            following = [group.create_task(self._follow(kind), name=f"stream of {kind}") for kind in self._keepers]
        for task in following:
            raise task.result()

    def standing(self) -> tuple[StreamStanding, ...]:
        """How each of them stands."""
        return tuple(
            msgspec.structs.replace(keeper.standing, kind=kind.value) for kind, keeper in self._keepers.items()
        )

    def rejections(self) -> tuple[Rejection, ...]:
        """What was refused of single symbols since the last call."""
        return tuple(each for stream in self._streams.values() for each in stream.rejections())

    async def _follow(self, kind: AssetType) -> SourceError:
        keeper = self._keepers[kind]
        while True:
            try:
                async with aclosing(keeper.events(self._symbols[kind])) as news:
                    async for each in news:
                        self._take(each)
            except SourceError as error:
                return error
            except Exception as fault:  # noqa: BLE001 - ours: it must end neither this stream for good nor the others
                keeper.fell(f"{type(fault).__name__}: {fault}")
                self._say(fault)
                await self._sleep(AFTER_FAULT_SECONDS)


def with_streams(
    standing: Iterable[SourceStanding], streams: Mapping[str, FollowedStreams]
) -> tuple[SourceStanding, ...]:
    """Every source with its streams, by source name."""
    return tuple(
        msgspec.structs.replace(each, streams=streams[each.source].standing()) if each.source in streams else each
        for each in standing
    )
