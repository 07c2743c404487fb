"""What every Source promises."""

from __future__ import annotations

import numpy as np

from argo_core.model.instant import to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.vote import Absence
from argo_core.ports import Source


class SourceContract:
    """Subclass it, and give fixtures `source` and `view` (at least two symbols)."""

    async def test_there_is_one_entry_per_symbol(self, source: Source, view: MarketView) -> None:
        column = await source.vote(view, np.ones(len(view), dtype=np.bool_))
        assert len(column.checked()) == len(view)
        assert column.source == source.spec.name

    async def test_a_symbol_that_was_not_asked_for_has_no_vote(self, source: Source, view: MarketView) -> None:
        asked = np.zeros(len(view), dtype=np.bool_)
        asked[0] = True
        column = await source.vote(view, asked)
        assert (column.absence[1:] != Absence.NONE).all()
        assert (column.direction[1:] == 0).all()
        assert (column.confidence[1:] == 0).all()

    async def test_an_absence_carries_no_time_and_no_opinion(self, source: Source, view: MarketView) -> None:
        column = await source.vote(view, np.ones(len(view), dtype=np.bool_))
        absent = column.absence != Absence.NONE
        assert np.isnat(column.observed_at[absent]).all()
        assert (column.direction[absent] == 0).all()

    async def test_a_vote_saw_nothing_later_than_the_view(self, source: Source, view: MarketView) -> None:
        column = await source.vote(view, np.ones(len(view), dtype=np.bool_))
        voted = column.absence == Absence.NONE
        assert (column.observed_at[voted] <= to_instant64(view.as_of)).all()

    async def test_the_same_view_gets_the_same_votes(self, source: Source, view: MarketView) -> None:
        asked = np.ones(len(view), dtype=np.bool_)
        first, second = await source.vote(view, asked), await source.vote(view, asked)
        assert np.array_equal(first.direction, second.direction)
        assert np.array_equal(first.confidence, second.confidence)
