"""An exercise of the kill switch on a simulated exchange: how long from the call until nothing is left."""

from __future__ import annotations

from argo_core.errors import ConfigError, StoreError
from argo_core.model.halt import HaltCode
from argo_core.pipeline.executor import Executor
from argo_core.ports.flatten_log import Flattening

CHECKS = 60
"""How many checks may be needed before a drill counts as failed."""


async def drill(executor: Executor, by: str) -> Flattening:
    """Halt with code DRILL, flatten, and answer what was measured and stored. The halt stands until it is resumed.

    Raises ConfigError where the account is not a simulated one or a halt stands already, StoreError where the account
    is not flat after `CHECKS` checks or a store does not answer.
    """
    account = await executor.account()
    if not account.simulated:
        raise ConfigError(f"account {account.account_number} is not simulated: a drill would sell what it holds")
    if executor.standing is not None:
        raise ConfigError(f"executor is halted ({executor.standing.code.value}): resume it before a drill")
    halt, flattening = await executor.halt(HaltCode.DRILL, "exercise of the kill switch", by)
    for _ in range(CHECKS):
        if flattening is not None and flattening.flat_at is not None:
            return flattening
        flattening = (await executor.check(refresh=True)).flattening
    raise StoreError(f"the account is not flat after {CHECKS} checks under {halt.halt_id}: look at argo orders")
