"""Trials run one after the other, in the process that asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from argo_core.backtest.run_trial import run_trial
from argo_core.model.search import Trial, TrialTask
from argo_core.ports.trial_runner import Objective


class InlineRunner:
    """`ports.TrialRunner` without workers. The event loop gets its turn between two trials."""

    async def run(self, objective: Objective, tasks: Sequence[TrialTask]) -> AsyncIterator[Sequence[Trial]]:
        """See `ports.TrialRunner`."""
        for task in tasks:
            yield (run_trial(objective, task),)
            await asyncio.sleep(0)
