"""Who chooses the parameters of a search, and who runs its trials, by name. What is not asked for is not loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from argo_core.backtest.optimize import PLAIN_SAMPLER
from argo_core.model.search import Domain, Goal, Method
from argo_core.ports.parameter_search import ParameterSearch
from argo_core.ports.trial_runner import TrialRunner


def named_search(
    method: Method, space: Mapping[str, Domain], goals: Sequence[Goal], seed: int
) -> tuple[ParameterSearch | None, str]:
    """Optuna for the methods that learn, with its name and version; the others need nobody. Raises ImportError."""
    if method not in (Method.TPE, Method.MULTI):
        return None, PLAIN_SAMPLER
    from argo_core.adapters.optuna_search import SAMPLER, OptunaSearch

    return OptunaSearch(space, goals, seed), SAMPLER


async def open_runner(workers: int | None, cluster: str | None, stack: AsyncExitStack) -> TrialRunner:
    """A Dask cluster by its address, else processes of this machine, one for each processor where `workers` is None;
    closed with the stack. Raises ImportError, StoreError."""
    if cluster is not None:
        from argo_core.adapters.dask_cluster import open_dask_cluster

        return await stack.enter_async_context(open_dask_cluster(cluster))
    from argo_core.adapters.local_processes import LocalProcesses

    return stack.enter_context(LocalProcesses(workers))
