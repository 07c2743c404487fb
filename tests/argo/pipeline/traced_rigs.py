"""The rigs of cycle and executor with a tracer that keeps what it is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import SourceError
from argo_core.model.market_view import MarketView
from argo_core.model.vote import VoteColumn
from argo_core.pipeline import Cycle
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.ports import SignalLog, Tracer
from argo_core.tracking import Tracker
from tests.argo.pipeline.executor_rig import ExecutorRig
from tests.argo.pipeline.rig import CHART, Rig


class FailingSource:
    """`ports.Source` in the chart's place, which cannot answer."""

    def __init__(self, error: SourceError) -> None:
        self.spec, self._error = CHART, error

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        raise self._error


def traced_cycle(rig: Rig, log: SignalLog, tracer: Tracer, failing: SourceError | None = None) -> Cycle:
    """The rig's cycle over `log`, told to `tracer`; with a source that fails."""
    stages = replace(rig.stages, tracer=tracer)
    if failing is not None:
        stages = replace(stages, sources=(stages.sources[0], FailingSource(failing)))
    return Cycle(stages, Tracker(log), None)


def traced_executor(rig: ExecutorRig, tracer: Tracer) -> None:
    """The rig's executor, told to `tracer`."""
    stores = ExecutorStores(rig.store, rig.store, rig.halts, rig.halts, rig.watch_log, rig.window)
    ids = count(1)
    rig.executor = Executor(
        rig.policy, rig.rules, VenuePorts.of(rig.venue), stores, rig.clock, lambda: str(next(ids)), rig.notifier, tracer
    )
