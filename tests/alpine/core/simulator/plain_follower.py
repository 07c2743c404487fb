"""The simulator's rules once more: fractions instead of decimals, one loop instead of routes. For tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

from alpine_core.model import Mark
from alpine_core.simulator import FollowPlan, RecordedSignal

SCALE = 10**8


def exactly(value: float) -> Fraction:
    return Fraction(repr(float(value)))


def entry_of(signal: RecordedSignal, plan: FollowPlan, bars: Sequence[Mark]) -> tuple[Any, Any]:
    """When and at what price, or None and the reason."""
    ending = signal.ending
    if plan.delay_seconds == 0:
        if ending is not None and ending.price is None:
            return None, "no_exit_price"
        return signal.at, signal.entry_price
    later = [bar for bar in bars if bar.start >= signal.at + timedelta(seconds=plan.delay_seconds)]
    if not later:
        return None, "no_mark"
    low, high = (signal.stop_price, signal.target_price) if signal.is_long else (signal.target_price, signal.stop_price)
    beyond = (low is not None and later[0].open <= low) or (high is not None and later[0].open >= high)
    unpriced = ending is not None and ending.price is None and ending.result in ("target", "stop")
    over = ending is not None and later[0].start >= ending.at
    reasons = {"ended_before": over, "level_passed": beyond, "no_exit_price": unpriced}
    reason = next((name for name, holds in reasons.items() if holds), None)
    return (later[0].start, later[0].open) if reason is None else (None, reason)


def touched(signal: RecordedSignal, bars: Sequence[Mark]) -> tuple[Any, ...] | None:
    for bar in bars:
        if signal.is_long:
            stop_gap = signal.stop_price is not None and bar.open <= signal.stop_price
            target_gap = signal.target_price is not None and bar.open >= signal.target_price
            stop_in = signal.stop_price is not None and bar.low <= signal.stop_price
            target_in = signal.target_price is not None and bar.high >= signal.target_price
        else:
            stop_gap = signal.stop_price is not None and bar.open >= signal.stop_price
            target_gap = signal.target_price is not None and bar.open <= signal.target_price
            stop_in = signal.stop_price is not None and bar.high >= signal.stop_price
            target_in = signal.target_price is not None and bar.low <= signal.target_price
        if stop_gap:
            return bar.start, bar.open, "stop_by_bars"
        if target_gap:
            return bar.start, bar.open, "target_by_bars"
        if stop_in:
            return bar.start, signal.stop_price, "stop_by_bars"
        if target_in:
            return bar.start, signal.target_price, "target_by_bars"
    return None


def exit_of(signal: RecordedSignal, entered: Any, plan: FollowPlan, bars: Sequence[Mark]) -> tuple[Any, ...] | None:
    ending = signal.ending
    if ending is None:
        return touched(signal, [bar for bar in bars if bar.start >= entered])
    if plan.delay_seconds == 0 or ending.result in ("target", "stop"):
        return max(ending.at, entered), ending.price, ending.result
    after = [bar for bar in bars if bar.start >= ending.at + timedelta(seconds=plan.delay_seconds)]
    between = [bar for bar in bars if bar.start >= ending.at and bar not in after]
    hit = touched(signal, between)
    if hit is not None or not after:
        return hit
    return after[0].start, after[0].open, ending.result


def follow(signals: Sequence[RecordedSignal], bars: dict[str, list[Mark]], plan: FollowPlan) -> dict[str, Any]:
    """`net` by signal, `skipped` by signal, final equity before marks."""
    slip, fee, fixed = exactly(plan.slippage_pct) / 100, exactly(plan.fee_pct) / 100, exactly(plan.fee_fixed)
    found = [(signal, *entry_of(signal, plan, bars.get(signal.symbol, []))) for signal in signals]
    skipped = {signal.signal_id: price for signal, at, price in found if at is None}
    entries = [(at, signal.cursor, signal, price) for signal, at, price in found if at is not None]
    cash, net = exactly(plan.capital), dict[str, Fraction]()
    held: dict[str, tuple[Any, ...]] = {}

    def close(until: Any) -> None:
        nonlocal cash
        for name, (signal, quantity, entry, paid, out) in sorted(held.items(), key=lambda each: each[1][0].cursor):
            if out is None or (until is not None and out[0] > until):
                continue
            sign = 1 if signal.is_long else -1
            price = exactly(out[1]) * (1 if out[2].startswith("target") else 1 - sign * slip)
            gain = sign * quantity * (price - entry)
            cash += quantity * entry + gain - price * quantity * fee
            net[name] = gain - paid - price * quantity * fee
            del held[name]

    for at, _, signal, asked in sorted(entries, key=lambda each: each[:2]):
        close(at)
        sign = 1 if signal.is_long else -1
        price = exactly(asked) * (1 + sign * slip)
        equity = cash + sum(quantity * entry for _, quantity, entry, _, _ in held.values())
        risk = None if signal.stop_price is None else sign * (price - exactly(signal.stop_price))
        if len(held) >= plan.max_open:
            skipped[signal.signal_id] = "max_open"
            continue
        if plan.sizing == "risk" and (risk is None or risk <= 0):
            skipped[signal.signal_id] = "no_stop"
            continue
        size = exactly(plan.size)
        wanted = size if plan.sizing == "fixed" else equity * size / 100
        if plan.sizing == "risk" and risk is not None:
            wanted = wanted * price / risk
        quantity = Fraction(int(min(wanted, (cash - fixed) / (1 + fee)) / price * SCALE), SCALE)
        if quantity <= 0:
            skipped[signal.signal_id] = "no_cash"
            continue
        paid = fixed + quantity * price * fee
        cash -= quantity * price + paid
        held[signal.signal_id] = (signal, quantity, price, paid, exit_of(signal, at, plan, bars.get(signal.symbol, [])))
    close(None)
    book = cash + sum(quantity * entry for _, quantity, entry, _, _ in held.values())
    return {"net": net, "skipped": skipped, "open": set(held), "book": book}
