"""What fails, when and for how long: drawn from a seed, so that a seed replays a soak."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec

WARM_UP_SECONDS, REST_SECONDS = 45.0, 60.0
"""Nothing fails before the first, nor in the last."""
PAUSE_SECONDS = 20.0
"""From the beginning of one fault to that of the next, at least; up to half as much more."""
KILLS_UNTIL = 0.55
"""After this share of the time no process is killed: each lives long enough for its memory to be judged."""
ALPINE_WORKER = "alpine_worker"
"""One of the distributor's."""
OURS = ("generator", "regular", "prop_firm", "alpine", ALPINE_WORKER)
VENDORS = ("alpaca", "massive", "yahoo", "alpha_vantage", "xai", "perplexity")
VENDOR_FAULTS = ("500", "429 with Retry-After", "time-out", "connection reset", "HTML in 200", "truncated JSON")


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """`at`: seconds after the start; it is taken back `seconds` later. `detail` is the kind's own."""

    at: float
    kind: str
    target: str
    seconds: float
    detail: str = ""


Draw = Callable[[random.Random, float], Fault]


def schedule(seed: int, seconds: float) -> tuple[Fault, ...]:
    """The faults of a soak of so many seconds, in order, never two at a time. Every kind comes before any comes again,
    as far as the time allows."""
    dice, faults = random.Random(seed), list[Fault]()
    at, deck = WARM_UP_SECONDS, list[Draw]()
    while True:
        deadly = at < seconds * KILLS_UNTIL
        deck = [draw for draw in deck if deadly or draw not in _DEADLY]
        if not deck:
            deck = [*_HARMLESS, *_DEADLY] if deadly else list(_HARMLESS)
            dice.shuffle(deck)
        fault = deck.pop()(dice, at)
        if fault.at + fault.seconds > seconds - REST_SECONDS:
            return tuple(faults)
        faults.append(fault)
        at = fault.at + max(fault.seconds + PAUSE_SECONDS / 2, PAUSE_SECONDS) + dice.uniform(0.0, PAUSE_SECONDS / 2)


def _kill(target: str) -> Draw:
    def draw(dice: random.Random, at: float) -> Fault:
        return Fault(at=at, kind="kill", target=target, seconds=round(dice.uniform(0.5, 4.0), 1))

    return draw


def _vendor(dice: random.Random, at: float) -> Fault:
    return Fault(
        at=at,
        kind="vendor",
        target=dice.choice(VENDORS),
        seconds=round(dice.uniform(8.0, 20.0), 1),
        detail=dice.choice(VENDOR_FAULTS),
    )


def _lasting(kind: str, target: str, least: float, most: float, *details: str) -> Draw:
    def draw(dice: random.Random, at: float) -> Fault:
        detail = dice.choice(details) if details else ""
        return Fault(at=at, kind=kind, target=target, seconds=round(dice.uniform(least, most), 1), detail=detail)

    return draw


_DEADLY: tuple[Draw, ...] = tuple(_kill(name) for name in OURS)
_HARMLESS: tuple[Draw, ...] = (
    _vendor,
    _vendor,
    _lasting("redis", "redis", 3.0, 10.0),
    _lasting("database", "postgresql", 0.5, 4.0),
    _lasting("hang", "postgresql", 6.0, 14.0),
    _lasting("disk", "regular", 5.0, 12.0),
    _lasting("network", "alpine", 6.0, 15.0, "slow", "cut"),
    _lasting("clock", "generator", 6.0, 15.0, "+20", "-20"),
)
