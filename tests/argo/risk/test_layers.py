"""Each layer allows, denies at the first value beyond its limit, and says what it measured."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from argo_core.adapters.rule_packs import load_pack
from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk import (
    MaxLoss,
    PropFirmLimits,
    Proposal,
    RegularLimits,
    RiskLayer,
    Standing,
    WatchRules,
    assess,
    market_context,
    prop_firm_layers,
    regular_layers,
)
from argo_core.risk.account_status import AccountStatus
from argo_core.risk.buying_power import BuyingPower
from argo_core.risk.confidence_minimum import ConfidenceMinimum
from argo_core.risk.correlation_limit import CorrelationLimit
from argo_core.risk.loss_limits import DailyLossLimit, DrawdownLimit
from argo_core.risk.no_crisis import NoCrisis
from argo_core.risk.position_count import PositionCount
from argo_core.risk.position_size import PositionSize
from argo_core.risk.restricted_symbols import RestrictedSymbols
from argo_core.risk.shorting import Shorting
from argo_core.risk.signal_age import SignalAge
from argo_core.risk.stop_ahead import StopAhead
from argo_core.risk.stop_distance import StopDistance
from tests.argo.risk.proposals import NOON, account, context, entry_order, holding, proposal, signal, walk, watched

GROUPS = {"AAPL": "technology", "TSLA": "cars", "SPY": "index", "AMD": "chips"}
ONLY_DRAWDOWN = WatchRules(daily_loss=None, max_loss=MaxLoss(pct=20.0))
THREE = (holding("TSLA", 1.0), holding("SPY", 1.0), holding("AMD", -1.0))
ALLOWED: dict[str, tuple[RiskLayer, Proposal, float | None, float | None]] = {
    "a plain order": (AccountStatus(), proposal(), None, None),
    "confidence at the minimum": (ConfidenceMinimum(min_confidence=82.5), proposal(), 82.5, 82.5),
    "a position at the maximum": (PositionSize(max_pct=16.0), proposal(opening=160.0), 16.0, 16.0),
    "closing a position that is too large": (
        PositionSize(max_pct=3.0), proposal(held=-500.0, closing=400.0, opening=0.0), 10.0, 3.0,
    ),
    "crypto bought": (Shorting(), proposal(signal=signal(asset_type="crypto")), None, None),
    "crypto sold that is held": (
        Shorting(), proposal(signal=signal(asset_type="crypto", action="SELL"), held=1.0), None, None,
    ),
    "an equity sold short": (Shorting(), proposal(signal=signal(action="SELL")), None, None),
    "the last dollar before the reserve": (BuyingPower(), proposal(opening=950.0), 95_000.0, 95_000.0),
    "closing without any buying power": (
        BuyingPower(), proposal(account=account(buying_power=0.0), held=-5.0, closing=5.0, opening=0.0), 0.0, 475.0,
    ),
    "a third position": (PositionCount(max_positions=3), proposal(account=account(positions=THREE[:2])), 3.0, 3.0),
    "more of a held one": (
        PositionCount(max_positions=3), proposal(account=account(positions=(*THREE[:2], holding("AAPL", 5.0)))),
        3.0, 3.0,
    ),
    "closing one of four": (
        PositionCount(max_positions=3),
        proposal(account=account(positions=(*THREE, holding("AAPL", -5.0))), held=-5.0, closing=5.0, opening=0.0),
        3.0, 3.0,
    ),
    "a stop at the limit": (
        StopDistance(max_stop_pct=1.5), proposal(signal=signal(entry_price=200.0, stop_price=197.0)), 1.5, 1.5,
    ),
    "a bear market": (NoCrisis(), proposal(signal=signal(regime="BEAR")), None, None),
    "a paper account meant as one": (
        AccountStatus(), proposal(standing=Standing(auto_execute=True, mode="paper"), account=account(simulated=False)),
        None, None,
    ),
    "a prop firm's evaluation on a simulated account": (
        AccountStatus(), proposal(standing=Standing(auto_execute=True, mode="prop")), None, None,
    ),
    "a second and third of one bet": (
        CorrelationLimit(max_positions=3), proposal(account=account(positions=THREE[:2])), 3.0, 3.0,
    ),
    "others of other groups": (
        CorrelationLimit(max_positions=1),
        proposal(account=account(positions=THREE), context=market_context((), GROUPS)), 1.0, 1.0,
    ),
    "closing one bet of four": (
        CorrelationLimit(max_positions=3), proposal(account=account(positions=THREE), opening=0.0, closing=1.0),
        3.0, 3.0,
    ),
    "a loss of the day short of the limit": (DailyLossLimit(), proposal(watched=watched(95_100.0)), 4.9, 5.0),
    "closing after the day's limit": (
        DailyLossLimit(), proposal(watched=watched(94_000.0), opening=0.0, closing=1.0), 6.0, 5.0,
    ),
    "no day's limit watched": (DailyLossLimit(), proposal(watched=watched(rules=ONLY_DRAWDOWN)), None, None),
    "a drawdown short of the limit": (DrawdownLimit(), proposal(watched=watched(80_100.0)), 19.9, 20.0),
    "closing beyond the drawdown": (
        DrawdownLimit(), proposal(watched=watched(79_000.0), opening=0.0, closing=1.0), 21.0, 20.0,
    ),
    "a symbol that is not restricted": (RestrictedSymbols(refused=frozenset({"TSLA"})), proposal(), None, None),
    "a symbol that is named": (RestrictedSymbols(only=frozenset({"AAPL"})), proposal(), None, None),
    "a restricted symbol that is closed": (
        RestrictedSymbols(refused=frozenset({"AAPL"})), proposal(opening=0.0, closing=1.0), None, None,
    ),
    "closing at the signal's own stop": (
        StopAhead(), proposal(signal=signal(stop_price=100.0), opening=0.0, closing=1.0), None, None,
    ),
    "a stop just ahead": (StopAhead(), proposal(signal=signal(stop_price=99.9)), 100.0, 99.9),
    "an equity sold that is held where shorting is off": (
        Shorting(), proposal(signal=signal(action="SELL"), account=account(shorting=False), held=1.0), None, None,
    ),
}  # fmt: skip
DENIED: dict[str, tuple[RiskLayer, Proposal, str, float | None, float | None]] = {
    "a halted executor": (
        AccountStatus(), proposal(standing=Standing(auto_execute=True, halted="drill")), "halted", None, None,
    ),
    "an executor that only watches": (
        AccountStatus(), proposal(standing=Standing(auto_execute=False)), "auto_execute_off", None, None,
    ),
    "a blocked account": (
        AccountStatus(), proposal(account=account(trading_blocked=True)), "trading_blocked", None, None,
    ),
    "an account with real money": (
        AccountStatus(), proposal(account=account(simulated=False)), "account_not_simulated", None, None,
    ),
    "an asset of an unknown kind": (
        AccountStatus(), proposal(signal=signal(asset_type="forex")), "market_unknown", None, None,
    ),
    "a price that is none": (AccountStatus(), proposal(price=math.nan), "market_unknown", None, None),
    "confidence a hair below": (
        ConfidenceMinimum(min_confidence=82.6), proposal(), "below_min_confidence", 82.5, 82.6,
    ),
    "confidence that is no number": (
        ConfidenceMinimum(min_confidence=0.0), proposal(signal=signal(confidence=math.nan)), "below_min_confidence",
        math.nan, 0.0,
    ),
    "nothing to trade": (PositionSize(max_pct=16.0), proposal(opening=0.0), "zero_size", 0.0, 0.0),
    "a share too many": (PositionSize(max_pct=16.0), proposal(opening=161.0), "position_too_large", 16.1, 16.0),
    "more of a full position": (
        PositionSize(max_pct=16.0), proposal(held=160.0, opening=10.0), "position_too_large", 17.0, 16.0,
    ),
    "an account without equity": (
        PositionSize(max_pct=16.0), proposal(account=account(equity=0.0)), "position_too_large", None, 16.0,
    ),
    "crypto sold while flat": (
        Shorting(), proposal(signal=signal(asset_type="crypto", action="SELL")), "short_not_available", 0.0, 0.0,
    ),
    "spending the reserve": (BuyingPower(), proposal(opening=951.0), "insufficient_buying_power", 95_100.0, 95_000.0),
    "a fourth position": (
        PositionCount(max_positions=3), proposal(account=account(positions=THREE)), "too_many_positions", 4.0, 3.0,
    ),
    "a stop further away": (
        StopDistance(max_stop_pct=1.5), proposal(signal=signal(entry_price=200.0, stop_price=196.0)), "stop_too_far",
        2.0, 1.5,
    ),
    "a signal that came after an outage": (
        SignalAge(max_age_seconds=300.0), proposal(age_seconds=300.5), "stale_signal", 300.5, 300.0,
    ),
    "a purchase at its own stop": (
        StopAhead(), proposal(signal=signal(stop_price=100.0)), "stop_passed", 100.0, 100.0,
    ),
    "a short sale above its own stop": (
        StopAhead(), proposal(signal=signal(action="SELL", stop_price=99.5)), "stop_passed", 100.0, 99.5,
    ),
    "a stop against a price that is none": (
        StopAhead(), proposal(signal=signal(stop_price=98.0), price=math.nan), "stop_passed", math.nan, 98.0,
    ),
    "a signal of unknown age": (
        SignalAge(max_age_seconds=300.0), proposal(age_seconds=math.nan), "stale_signal", math.nan, 300.0,
    ),
    "a paper order for a simulated account": (
        AccountStatus(), proposal(standing=Standing(auto_execute=True, mode="paper")), "account_not_paper", None, None,
    ),
    "a live order for a simulated account": (
        AccountStatus(), proposal(standing=Standing(auto_execute=True, mode="live")), "account_not_live", None, None,
    ),
    "a mode that is none": (
        AccountStatus(), proposal(standing=Standing(auto_execute=True, mode="real")), "unknown_mode", None, None,
    ),
    "books that differ from the venue's": (
        AccountStatus(), proposal(standing=Standing(auto_execute=True, reconciled=False)), "not_reconciled", None, None,
    ),
    "an account that is to be flat": (
        AccountStatus(), proposal(watched=watched(97_900.0, load_pack("seed-limits").watch())), "breach", None, None,
    ),
    "a closed market": (
        AccountStatus(), proposal(account=account(open_markets=frozenset({"crypto"}))), "market_closed", None, None,
    ),
    "a fourth of one bet": (
        CorrelationLimit(max_positions=3), proposal(account=account(positions=THREE)), "too_many_correlated", 4.0, 3.0,
    ),
    "an entry that rests is a bet": (
        CorrelationLimit(max_positions=1), proposal(account=account(open_orders=(entry_order("TSLA", 1.0, 9.0, 8.0),))),
        "too_many_correlated", 2.0, 1.0,
    ),
    "the day's limit": (DailyLossLimit(), proposal(watched=watched(95_000.0)), "daily_loss_limit", 5.0, 5.0),
    "the day's limit, won back since": (
        DailyLossLimit(), proposal(watched=watched(stopped_until=NOON + timedelta(hours=12))), "daily_loss_limit",
        0.0, 5.0,
    ),
    "the largest drawdown": (DrawdownLimit(), proposal(watched=watched(80_000.0)), "max_drawdown", 20.0, 20.0),
    "the largest drawdown, won back since": (
        DrawdownLimit(), proposal(watched=watched(breached="drawdown")), "max_drawdown", 0.0, 20.0,
    ),
    "a restricted symbol": (
        RestrictedSymbols(refused=frozenset({"AAPL"})), proposal(), "restricted_symbol", None, None,
    ),
    "a symbol outside the firm's list": (
        RestrictedSymbols(only=frozenset({"EURUSD"})), proposal(), "restricted_symbol", None, None,
    ),
    "an equity sold while flat where shorting is off": (
        Shorting(), proposal(signal=signal(action="SELL"), account=account(shorting=False)), "short_not_available",
        0.0, 0.0,
    ),
    "entries that rest count as positions": (
        PositionCount(max_positions=1), proposal(account=account(open_orders=(entry_order("TSLA", 1.0, 9.0, 8.0),))),
        "too_many_positions", 2.0, 1.0,
    ),
    "an entry of the same symbol that rests": (
        PositionSize(max_pct=3.0), proposal(account=account(open_orders=(entry_order("AAPL", 25.0, 100.0, 99.0),))),
        "position_too_large", 3.5, 3.0,
    ),
    "no stop at all": (StopDistance(max_stop_pct=1.5), proposal(signal=signal(stop_price=None)), "no_stop", None, 1.5),
    "a crisis": (NoCrisis(), proposal(signal=signal(regime="CRISIS")), "crisis_regime", None, None),
}  # fmt: skip


def figures(verdict: Verdict) -> tuple[float | None, float | None]:
    return verdict.measured, verdict.limit


@pytest.mark.parametrize("case", ALLOWED)
def test_a_layer_allows(case: str) -> None:
    layer, asked, measured, limit = ALLOWED[case]
    verdict = layer.check(asked)
    assert isinstance(verdict, Allowed)
    assert figures(verdict) == pytest.approx((measured, limit))


@pytest.mark.parametrize("case", DENIED)
def test_a_layer_denies(case: str) -> None:
    layer, asked, code, measured, limit = DENIED[case]
    verdict = layer.check(asked)
    assert isinstance(verdict, Denied)
    assert verdict.code == code
    assert figures(verdict) == pytest.approx((measured, limit), nan_ok=True)


MIRROR = [10_000.0 / close for close in walk(1)]


@pytest.mark.parametrize(
    ("action", "units", "closes", "counted"),
    [
        ("BUY", 5.0, walk(1), 2.0),  # alike, both long
        ("SELL", 5.0, walk(1), 2.0),  # alike, one short: an open position that is correlated all the same
        ("BUY", -5.0, MIRROR, 2.0),  # opposite, and on opposite sides: one bet
        ("SELL", 5.0, MIRROR, 2.0),
        ("BUY", 5.0, MIRROR, 1.0),  # opposite, both long: they offset each other
        ("SELL", -5.0, MIRROR, 1.0),
        ("BUY", 5.0, walk(3), 1.0),  # strangers
    ],
)
def test_one_bet_is_what_gains_and_loses_together(
    action: str, units: float, closes: list[float], counted: float
) -> None:
    asked = proposal(
        signal=signal(action=action), account=account(positions=(holding("TSLA", units),)),
        context=context({"AAPL": walk(1), "TSLA": closes}),
    )  # fmt: skip
    assert CorrelationLimit(max_positions=5).check(asked).measured == counted


def test_every_layer_is_asked_though_the_first_denies() -> None:
    asked = proposal(
        signal=signal(confidence=80.0, regime="CRISIS", stop_price=None), standing=Standing(auto_execute=False)
    )
    verdicts = assess(prop_firm_layers(PropFirmLimits()), asked).verdicts
    assert [verdict.code if isinstance(verdict, Denied) else "" for verdict in verdicts] == [
        "auto_execute_off", "below_min_confidence", "", "", "", "", "", "", "", "", "", "no_stop", "crisis_regime", "",
        "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "confidence", "allowed"),
    [
        (regular_layers(RegularLimits()), 74.9, False),
        (regular_layers(RegularLimits()), 75.0, True),
        (prop_firm_layers(PropFirmLimits()), 81.9, False),
        (prop_firm_layers(PropFirmLimits()), 82.0, True),
    ],
)
def test_the_executors_ask_for_75_and_82(layers: tuple[RiskLayer, ...], confidence: float, allowed: bool) -> None:
    assert (
        assess(layers, proposal(signal=signal(confidence=confidence, entry_price=100.0, stop_price=98.6))).allowed
        is allowed
    )


def test_no_layers_refuse() -> None:
    assessment = assess((), proposal())
    assert assessment.verdicts == (Denied(layer="layers", code="no_layers", measured=0.0, limit=1.0),)
    assert not assessment.allowed


def test_one_denial_among_many_allowances_refuses() -> None:
    class Never:
        def check(self, asked: Proposal) -> Verdict:
            return Denied(layer="never", code="never", measured=None, limit=None)

    assert not assess((*regular_layers(RegularLimits()), Never()), proposal()).allowed
