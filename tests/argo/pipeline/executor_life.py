"""A program for `test_executor_sigkill`: lives of an executor that trade until they are killed at a line that waits.

An order is `URL PLACE MOMENT VISIT`. The market of a life goes on from where the last bar stands.
"""

from __future__ import annotations

import asyncio

from argo_core.adapters.sql import Database
from tests.argo.adapters.sql.labelled_lines import Executioner
from tests.argo.forked_lives import lead_lives, say
from tests.argo.pipeline.await_lines import await_lines
from tests.argo.pipeline.executor_world import World


async def live(url: str, executioner: Executioner) -> None:
    """Start as any process does, then trade."""
    world = World(await Database.open(url))
    await world.begin()
    executioner.watch()
    await world.live()


def one_life(order: list[str]) -> None:
    """Ends by itself only where its line was not reached so often."""
    url, place, moment, visit = order
    line = next(one for one in await_lines() if one.name == place)
    asyncio.run(live(url, Executioner(line, moment, int(visit), 0.0, say)))
    say(f"outlived {moment} {place}")


if __name__ == "__main__":
    lead_lives(one_life)
