"""A distributor that is away: everything waits, and arrives in order once it is back."""

from __future__ import annotations

import pytest

from tests.interop.agreement import require_agreement
from tests.interop.system import ALPINE, GENERATOR, PROP_FIRM, REGULAR, LiveSystem

# One replayed session a cycle: an outage of so many cycles is more than a week of market time.
MISSED_SIGNALS = 12


@pytest.mark.timeout(300)
def test_what_was_published_while_the_distributor_was_away_arrives_in_order(live: LiveSystem) -> None:
    live.start(ALPINE, REGULAR, PROP_FIRM, GENERATOR)
    live.wait_until(lambda: bool(live.rows("alpine", "SELECT 1 FROM signals")), GENERATOR)
    live.kill(ALPINE)
    (before,) = live.rows("alpine", "SELECT count(*) FROM signals")
    missed = live.published() + MISSED_SIGNALS
    live.wait_until(lambda: live.published() >= missed, GENERATOR, REGULAR, PROP_FIRM)
    assert live.rows("alpine", "SELECT count(*) FROM signals") == [before]
    live.start(ALPINE)
    live.settle()
    require_agreement(live)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_wrong_key_keeps_everything_waiting_and_is_shown_in_health(live: LiveSystem) -> None:
    live.start(ALPINE, REGULAR, PROP_FIRM)
    live.sync_key = "6" * 64
    live.start(GENERATOR)
    live.wait_until(lambda: live.published() >= 1, GENERATOR)

    def refused() -> bool:
        health = live.get(GENERATOR, "/api/v1/health") or {}
        receiver = health.get("services", {}).get("receivers", {}).get("distributor", {})
        return receiver.get("state") == "unreachable" and "the key is refused" in (receiver.get("last_error") or "")

    live.wait_until(refused, GENERATOR)
    assert live.rows("alpine", "SELECT count(*) FROM signals") == [(0,)]
    live.end(GENERATOR)
    live.sync_key = "5" * 64
    live.start(GENERATOR)
    live.settle()
    require_agreement(live)
