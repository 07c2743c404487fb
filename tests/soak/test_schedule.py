"""The schedule of a soak: its seed replays it, everything comes, and each process lives long enough to be judged."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.soak.schedule import KILLS_UNTIL, OURS, REST_SECONDS, WARM_UP_SECONDS, schedule

SECONDS = 1800.0


def test_a_seed_has_one_schedule() -> None:
    assert schedule(7, SECONDS) == schedule(7, SECONDS)
    assert schedule(7, SECONDS) != schedule(8, SECONDS)


@pytest.mark.parametrize("seed", range(20))
def test_half_an_hour_holds_every_kind_and_a_kill_of_each_process(seed: int) -> None:
    faults = schedule(seed, SECONDS)
    kinds = {"kill", "vendor", "redis", "database", "hang", "disk", "network", "clock"}
    assert {fault.kind for fault in faults} == kinds
    assert {fault.target for fault in faults if fault.kind == "kill"} == set(OURS)
    assert faults[0].at >= WARM_UP_SECONDS
    assert faults[-1].at + faults[-1].seconds <= SECONDS - REST_SECONDS
    assert max(fault.at for fault in faults if fault.kind == "kill") < SECONDS * KILLS_UNTIL
    assert all(later.at > one.at + one.seconds for one, later in pairwise(faults))


def test_a_short_soak_has_few_and_a_shorter_one_none() -> None:
    assert 1 <= len(schedule(1, 180.0)) <= 4
    assert schedule(1, 60.0) == ()
