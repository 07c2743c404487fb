"""Weights that do not add up are a configuration error that says what they add up to."""

from __future__ import annotations

import pytest

from argo_core.consensus import Weights
from argo_core.errors import ConfigError
from argo_core.model.source import Group, SourceSpec


def spec(name: str, group: Group, weight: float, primary: bool = True) -> SourceSpec:
    return SourceSpec(name=name, group=group, weight=weight, primary=primary)


def test_the_six_default_sources_form_four_groups_that_sum_to_one() -> None:
    weights = Weights.default()
    assert [member.name for member in weights.members] == [
        "alpaca_pro", "massive", "yfinance", "alpha_vantage", "x_sentiment", "sonar",
    ]  # fmt: skip
    assert sum(member.weight for member in weights.members if member.primary) == pytest.approx(1.0)


@pytest.mark.parametrize(("technical", "accepted"), [(0.65, True), (0.55, True), (0.66, False), (0.54, False)])
def test_group_weights_may_miss_one_by_a_twentieth(technical: float, accepted: bool) -> None:
    members = [spec("a", Group.MARKET_DATA, 0.4), spec("b", Group.TECHNICAL, technical)]
    if accepted:
        assert len(Weights.of(members).members) == 2
    else:
        with pytest.raises(ConfigError, match=rf"sum to {0.4 + technical:g}"):
            Weights.of(members)


def test_a_group_with_two_primaries_is_refused() -> None:
    with pytest.raises(ConfigError, match="exactly one primary"):
        Weights.of([spec("a", Group.AI, 0.5), spec("b", Group.AI, 0.5)])


def test_a_group_without_a_primary_is_refused() -> None:
    with pytest.raises(ConfigError, match="exactly one primary"):
        Weights.of([spec("a", Group.AI, 1.0), spec("b", Group.TECHNICAL, 0.25, primary=False)])


def test_no_source_at_all_is_refused() -> None:
    with pytest.raises(ConfigError, match="no source"):
        Weights.of([])


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match="twice"):
        Weights.of([spec("a", Group.AI, 0.5), spec("a", Group.TECHNICAL, 0.5)])
