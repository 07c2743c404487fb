"""Each rule of a prop firm, with a pack in which it is the first to bind: it denies, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from argo_core.adapters.rule_packs import load_pack
from argo_core.model.halt import HaltCode
from argo_core.model.verdict import Denied
from argo_core.risk import (
    DailyLoss,
    MaxLoss,
    PctOf,
    PropFirmLimits,
    PropFirmRules,
    Proposal,
    RiskPolicy,
    Trailing,
    Watched,
    WatchLevel,
    advance,
    begin,
    market_context,
)
from tests.argo.risk.proposals import account, holding, proposal, reading, signal, stop_order

WIDE = PropFirmLimits(
    min_confidence=0.0, max_position_pct=100.0, max_correlated=99, max_positions=99, max_stop_pct=50.0, no_crisis=False
)
OPEN_PACK = PropFirmRules(
    name="wide", version=1, label="for tests", source="made up", source_date="2026-11-21",
    anchor=load_pack("ftmo-2-step").anchor, daily_loss=DailyLoss(pct=50.0), max_loss=MaxLoss(pct=90.0),
)  # fmt: skip
GROUPS = {"AAPL": "a", "TSLA": "b", "SPY": "c", "AMD": "d"}
HELD = account(
    positions=tuple(holding(symbol, 10.0) for symbol in ("TSLA", "SPY", "AMD")),
    open_orders=tuple(stop_order(symbol, 10.0, 99.0) for symbol in ("TSLA", "SPY", "AMD")),
)
Ask = Callable[[Watched], Proposal]


def pack(**changes: object) -> PropFirmRules:
    return msgspec.structs.replace(OPEN_PACK, **changes)


def ask(**changes: object) -> Ask:
    """A proposal with these differences, three unrelated positions being open."""

    def made(watched: Watched) -> Proposal:
        near = signal(entry_price=100.0, stop_price=98.5)
        asked = proposal(signal=near, account=HELD, watched=watched, context=market_context((), GROUPS))
        return msgspec.structs.replace(asked, **changes)

    return made


RULES: dict[str, tuple[PropFirmRules, float, Ask, tuple[str, ...]]] = {
    "nothing binds": (pack(), 100_000.0, ask(), ()),
    "confidence": (pack(min_confidence=90.0), 100_000.0, ask(), ("below_min_confidence",)),
    "position size": (pack(max_position_pct=0.5), 100_000.0, ask(), ("position_too_large",)),
    "positions": (pack(max_positions=3), 100_000.0, ask(), ("too_many_positions",)),
    "correlation": (
        pack(max_correlated=3), 100_000.0, ask(context=market_context((), dict.fromkeys(GROUPS, "one"))),
        ("too_many_correlated",),
    ),
    "stop distance": (pack(max_stop_pct=1.0), 100_000.0, ask(), ("stop_too_far",)),
    "regime": (
        pack(no_crisis=True), 100_000.0, ask(signal=signal(entry_price=100.0, stop_price=98.5, regime="CRISIS")),
        ("crisis_regime",),
    ),
    "a restricted symbol": (
        pack(restricted_symbols=frozenset({"AAPL"})), 100_000.0, ask(), ("restricted_symbol",),
    ),
    "a list of symbols": (pack(only_symbols=frozenset({"EURUSD"})), 100_000.0, ask(), ("restricted_symbol",)),
    "daily loss": (pack(daily_loss=DailyLoss(pct=2.0)), 98_000.0, ask(), ("breach", "daily_loss_limit", "no_headroom")),
    "a static floor": (pack(max_loss=MaxLoss(pct=2.0)), 98_000.0, ask(), ("breach", "max_drawdown", "no_headroom")),
    "a trailing floor": (
        pack(max_loss=MaxLoss(pct=2.0, of=PctOf.LEVEL, trailing=Trailing.INTRADAY)), 98_000.0, ask(),
        ("breach", "max_drawdown", "no_headroom"),
    ),
    "headroom alone": (pack(daily_loss=DailyLoss(pct=2.0)), 98_040.0, ask(), ("no_headroom",)),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_that_binds_first_is_the_one_that_denies(rule: str) -> None:
    rules, equity, asked, codes = RULES[rule]
    policy = RiskPolicy.prop_firm(rules, WIDE)
    watched = advance(begin(reading(), policy.watch), reading(equity), policy.watch)
    proposed = msgspec.structs.replace(asked(watched), account=msgspec.structs.replace(HELD, equity=equity))
    verdicts = policy.assess(proposed).verdicts
    assert tuple(verdict.code for verdict in verdicts if isinstance(verdict, Denied)) == codes


@pytest.mark.parametrize("name", ["seed-limits", "ftmo-2-step", "ftmo-1-step", "example-trailing"])
def test_each_pack_that_comes_with_us_gets_out_before_its_floor(name: str) -> None:
    policy = RiskPolicy.prop_firm(load_pack(name), initial=100_000.0)
    state = begin(reading(), policy.watch)
    floor = advance(state, reading(), policy.watch).nearest.equity
    above = advance(state, reading(floor + 0.01), policy.watch)
    at_floor = advance(state, reading(floor), policy.watch)
    assert (above.level, above.demand) == (WatchLevel.CRITICAL, None)
    assert at_floor.level is WatchLevel.BREACH
    assert at_floor.demand is not None
    assert (at_floor.demand.code, at_floor.demand.flatten) == (HaltCode.BREACH, True)


def test_the_profiles_size_ten_and_two_percent_of_equity() -> None:
    regular, firm = RiskPolicy.regular(), RiskPolicy.prop_firm(load_pack("seed-limits"))
    assert (regular.size.base_pct, regular.size.max_pct) == (10.0, 16.0)
    assert (firm.size.base_pct, firm.size.max_pct) == (2.0, 3.0)
    assert (regular.watch.flatten, firm.watch.flatten) == (False, True)
