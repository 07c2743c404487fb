"""Other weights for the same sources: what they know they keep."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from argo_core.errors import ConfigError
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.source import Group, SourceSpec
from argo_core.model.vote import Absence, VoteColumn, absent_column
from argo_core.ports.source import Source
from argo_core.sources import FeatureSource, price_action
from argo_core.sources.absent_source import AbsentSource
from argo_core.sources.reweighted import Reweighted, reweighted
from argo_core.testing.sample_cycles import MOMENT

PRICE = SourceSpec(name="alpaca_pro", group=Group.MARKET_DATA, weight=0.4)
MOOD = SourceSpec(name="sonar", group=Group.AI, weight=0.15)


def test_a_weight_changes_and_what_the_source_holds_stays() -> None:
    before = (FeatureSource(PRICE, price_action, FeatureTracker()), AbsentSource(MOOD, Absence.DISABLED))
    price, mood = reweighted(before, {"alpaca_pro": 0.5, "sonar": 0.15})
    assert isinstance(price, Reweighted)
    assert (price.spec.weight, price.source is before[0], mood is before[1]) == (0.5, True, True)
    assert before[0].spec.weight == 0.4


def test_however_often_a_weight_changes_the_source_is_asked_directly() -> None:
    source = AbsentSource(MOOD, Absence.DISABLED)
    changed: tuple[Source, ...] = (source,)
    for weight in (0.2, 0.3, 0.4):
        changed = reweighted(changed, {"sonar": weight})
    (last,) = changed
    assert isinstance(last, Reweighted)
    assert (last.source is source, last.spec.weight) == (True, 0.4)


def test_a_source_that_nobody_names_is_refused() -> None:
    with pytest.raises(ConfigError, match="sonar"):
        reweighted([AbsentSource(MOOD, Absence.DISABLED)], {"alpaca_pro": 0.4})


class Foreign:
    """A source of another package, which knows of no weights."""

    spec = MOOD

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        return absent_column("sonar", len(view), Absence.NO_DATA, expected=False)


async def test_a_source_of_whatever_make_takes_another_weight_and_votes_on() -> None:
    (changed,) = reweighted([Foreign()], {"sonar": 0.2})
    view = MarketView.of([Bars.empty("AAPL")], MOMENT)
    column = await changed.vote(view, np.ones(1, np.bool_))
    assert (changed.spec.weight, column.source, column.absence.tolist()) == (0.2, "sonar", [Absence.NO_DATA])


@pytest.mark.parametrize("weight", [0.0, 1.5])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(ConfigError, match="weight"):
        reweighted([Foreign()], {"sonar": weight})
