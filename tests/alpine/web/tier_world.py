"""Records whose every word is known, told twice with other words; and who may see what of them, by plain dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec

from alpine_core.model import Tier
from alpine_core.testing.samples import sample_members, sample_outcome
from alpine_core.wire.moments import write_moment
from tests.alpine.web.parts import AUTHORISED, SYNC
from tests.alpine.web.tier_stages import Stage


@dataclass(frozen=True, slots=True)
class Planned:
    """A signal `after` seconds after the one before; `ends` so many seconds later, `revealed` likewise, or never."""

    after: int
    confidence: float
    ends: int | None = None
    revealed: int | None = None

    @property
    def disclosed(self) -> int | None:
        known = [each for each in (self.ends, self.revealed) if each is not None]
        return min(known, default=None)


@dataclass(frozen=True, slots=True)
class Words:
    """What one signal says: no other signal, and no page, says any of it."""

    members: dict[str, Any]

    @property
    def secrets(self) -> list[str]:
        """Texts that give the signal away wherever they stand."""
        names = ("signal_id", "symbol", "strategy", "reasoning", "entry_price", "target_price", "stop_price")
        return [str(self.members[name]) for name in names]


def words_of(number: int, family: int, planned: Planned) -> Words:
    """Of the signal of this number. Two families have nothing in common but their length."""
    mark = f"{'KQ'[family]}{number:02d}Z"
    confidence = planned.confidence + 0.25 * family
    base = 1000.0 + 37 * number + 500 * family
    return Words(
        {
            "signal_id": f"SIG-{mark}X",
            "symbol": f"{mark}Y",
            "action": ("BUY", "SELL")[family],
            "strategy": f"way_{mark}",
            "reasoning": f"because_{mark}",
            "regime": ("BULL", "BEAR")[family],
            "entry_price": base + 0.0625,
            "target_price": base + (50.1875 if family == 0 else -50.1875),
            "stop_price": base + (-50.4375 if family == 0 else 50.4375),
            "confidence": confidence,
        }
    )


def stored_moments(start: datetime, plan: list[Planned]) -> list[datetime]:
    """When each signal is stored."""
    moments, at = [], start
    for planned in plan:
        at += timedelta(seconds=planned.after)
        moments.append(at)
    return moments


def sees(tier: Tier | None, planned: Planned, stored_at: datetime, now: datetime) -> bool:
    """The table of tiers, written out with dates; nobody signed in sees what FREE sees."""
    age = now - stored_at
    if tier in (Tier.PREMIUM, Tier.INSTITUTIONAL):
        return True
    if tier is Tier.BASIC and age > timedelta(days=365):
        return False
    if tier in (None, Tier.FREE) and age > timedelta(days=30):
        return False
    if tier is Tier.BASIC and planned.confidence < 95:
        return True
    return is_public(planned, stored_at, now) or age >= timedelta(days=1)


def is_public(planned: Planned, stored_at: datetime, now: datetime) -> bool:
    """Whether the log has told everybody."""
    return planned.disclosed is not None and stored_at + timedelta(seconds=planned.disclosed) <= now


def in_history(tier: Tier | None, stored_at: datetime, now: datetime) -> bool:
    """Whether the tier's list reaches so far back."""
    days = {None: 30, Tier.FREE: 30, Tier.BASIC: 365}.get(tier)
    return days is None or now - stored_at <= timedelta(days=days)


async def tell(
    stage: Stage, client: httpx.AsyncClient, plan: list[Planned], said: list[Words], until: datetime
) -> None:
    """Play the plan in the order of time, up to `until`, where the clock then stands."""
    moments = stored_moments(stage.clock.now(), plan)
    events: list[tuple[datetime, int, str]] = []
    for number, (planned, at) in enumerate(zip(plan, moments, strict=True)):
        events.append((at, number, "signal"))
        if planned.revealed is not None:
            events.append((at + timedelta(seconds=planned.revealed), number, "reveal"))
        if planned.ends is not None:
            events.append((at + timedelta(seconds=planned.ends), number, "ends"))
    for at, number, what in sorted(events):
        if at <= until:
            stage.clock.moment = at
            await _happen(stage, client, what, said[number].members)
    stage.clock.moment = until


async def _happen(stage: Stage, client: httpx.AsyncClient, what: str, members: dict[str, Any]) -> None:
    now = write_moment(stage.clock.now())
    if what == "signal":
        state = await stage.services.states.state(stage.log.origin)
        made = write_moment(stage.clock.now() - timedelta(seconds=1))
        sealed = stage.log.seal(sample_members(**members, timestamp=made), old_size=0 if state is None else state.size)
        answer = await client.post(f"{SYNC}/signal", json=sealed, headers=AUTHORISED)
        assert answer.status_code == 201, answer.text
    else:
        signed = await stage.services.shelf.by_id(members["signal_id"])
        assert signed is not None
        nine = msgspec.structs.asdict(signed.verified.fields)
        if signed.reveal is None:
            stage.log.reveal(nine, at=now)
    if what == "ends":
        price, entry = members["target_price"], members["entry_price"]
        gain = (price - entry) / entry * (100 if members["action"] == "BUY" else -100)
        ended = sample_outcome(members["signal_id"], exit_at=now, exit_price=price, profit_loss_pct=gain)
        body = stage.log.outcome_members(ended)
        await _mirror(stage, client)
        answer = await client.post(f"{SYNC}/outcomes", json={"outcomes": [body]}, headers=AUTHORISED)
        assert [each["status"] for each in answer.json()["results"]] == ["accepted"], answer.text
    else:
        await _mirror(stage, client)


async def _mirror(stage: Stage, client: httpx.AsyncClient) -> None:
    state = await stage.services.states.state(stage.log.origin)
    assert state is not None
    body = stage.log.checkpoint_body(old_size=state.size, start=state.mirrored)
    answer = await client.post(f"{SYNC}/checkpoint", json=body, headers=AUTHORISED)
    assert answer.status_code == 200, answer.text
