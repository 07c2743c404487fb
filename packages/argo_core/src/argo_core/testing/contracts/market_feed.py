"""What every MarketFeed promises."""

from __future__ import annotations

import numpy as np

from argo_core.errors import DataError
from argo_core.model.instant import to_instant64
from argo_core.ports import MarketFeed


class MarketFeedContract:
    """Subclass it, and give fixtures `feed` (at least three views long) and `symbols` (all served)."""

    async def test_a_view_has_the_asked_symbols_in_the_asked_order(self, feed: MarketFeed, symbols: list[str]) -> None:
        asked = list(reversed(symbols))
        assert (await feed.view(asked)).symbols == tuple(asked)

    async def test_market_time_never_runs_backwards(self, feed: MarketFeed, symbols: list[str]) -> None:
        instants = [(await feed.view(symbols)).as_of for _ in range(3)]
        assert instants == sorted(instants)

    async def test_no_bar_ends_after_the_view(self, feed: MarketFeed, symbols: list[str]) -> None:
        for _ in range(3):
            view = await feed.view(symbols)
            assert all((bars.end <= to_instant64(view.as_of)).all() for bars in view.bars)

    async def test_the_price_is_the_last_close_that_is_known(self, feed: MarketFeed, symbols: list[str]) -> None:
        view = await feed.view(symbols)
        for row, bars in enumerate(view.bars):
            if len(bars):
                assert view.price[row] == bars.close[-1]
            else:
                assert np.isnan(view.price[row])

    async def test_a_symbol_that_can_never_be_served_is_refused_by_name(self, feed: MarketFeed) -> None:
        try:
            await feed.view(["NOSUCHSYMBOL"])
        except DataError as error:
            assert error.code == "unknown_symbol"
            assert "NOSUCHSYMBOL" in str(error)
        else:
            raise AssertionError("a view of an unknown symbol was invented")

    async def test_the_origin_is_named(self, feed: MarketFeed) -> None:
        assert feed.origin.name
        assert len(feed.origin.description) > 10
