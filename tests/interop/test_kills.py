"""SIGKILL of each process at random moments: nothing is lost, nothing doubled, no order placed twice."""

from __future__ import annotations

import random
import time

import pytest

from tests.interop.agreement import require_agreement
from tests.interop.system import EVERYONE, GENERATOR, LiveSystem


def kill_each(system: LiveSystem, kills: int, seed: int) -> None:
    """Each process is killed so many times, in random order, at random moments, while the others go on."""
    dice = random.Random(seed)
    system.start(*EVERYONE)
    victims = [name for name in EVERYONE for _ in range(kills)]
    dice.shuffle(victims)
    for victim in victims:
        at_least = system.published() + 1
        system.wait_until(lambda at_least=at_least: system.published() >= at_least, GENERATOR)  # type: ignore[misc]
        moment = time.monotonic() + dice.uniform(0, 0.6)
        while time.monotonic() < moment:
            time.sleep(0.001)
        system.kill(victim)
        system.start(victim)
    system.settle()
    require_agreement(system)


@pytest.mark.timeout(300)
def test_after_a_kill_of_each_process_everybody_agrees(live: LiveSystem) -> None:
    kill_each(live, kills=1, seed=20261121)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_after_fifty_kills_of_each_process_everybody_agrees(live: LiveSystem) -> None:
    kill_each(live, kills=50, seed=7)
