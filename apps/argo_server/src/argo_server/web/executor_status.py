"""How one executor's process stands: read once, shown on pages, told to machines."""

from __future__ import annotations

from argo_core.backtest.pass_chance import PassChance
from argo_core.errors import StoreError
from argo_core.model.execution import SignalVerdicts
from argo_core.model.halt import Halt, Resume
from argo_core.model.order import Order
from argo_core.model.trade import Trade
from argo_core.pipeline.executor_status import ExecutorStatus, executor_state, held_positions, risk_standing
from argo_core.pipeline.minder import Look, MindingStatus
from argo_core.ports.flatten_log import Flattening
from argo_server.courier import CourierStatus
from argo_server.services import ExecutorServices

SHOWN = 20


class TradingStatus(ExecutorStatus, frozen=True, kw_only=True):
    """With the newest verdicts, orders, trades, halts and their ends, how reports reach the generator, and of a prop
    firm's account the chance of passing as last worked out."""

    minding: MindingStatus
    verdicts: tuple[SignalVerdicts, ...]
    orders: tuple[Order, ...]
    trades: tuple[Trade, ...]
    halts: tuple[Halt | Resume, ...]
    flattenings: tuple[Flattening, ...]
    reports: CourierStatus
    passing: PassChance | None


async def executor_status(services: ExecutorServices) -> ExecutorStatus:
    """How things stand now, without the records. Raises StoreError where the database does not answer."""
    now, minding, halt = services.clock.now(), services.minder.status(), services.executor.standing
    look, error = await _looked(services)
    auto_execute = services.executor.policy.standing.auto_execute
    agree = minding.reconciled and error is None
    return ExecutorStatus(
        executor_id=services.role.executor_id,
        type="prop_firm" if services.role.prop_firm else "regular",
        mode=services.account.mode,
        account_number=services.account.number,
        rules=services.account.rules,
        auto_execute=auto_execute,
        state=executor_state(halt=halt, ready=minding.ready, reconciled=agree, auto_execute=auto_execute),
        ready=minding.ready,
        reconciled=minding.reconciled,
        error=error or minding.error,
        halt=halt,
        unprotected=minding.unprotected,
        account=None if look is None else look.account,
        positions=() if look is None else held_positions(look.account),
        risk=None if look is None else risk_standing(look.watched),
        counts=await services.reader.counts(),
        started_at=services.started_at,
        uptime_seconds=(now - services.started_at).total_seconds(),
    )


async def trading_status(services: ExecutorServices, shown: int = SHOWN) -> TradingStatus:
    """How things stand now, with `shown` records of each kind. Raises StoreError."""
    standing = await executor_status(services)
    return TradingStatus(
        **{name: getattr(standing, name) for name in standing.__struct_fields__},
        minding=services.minder.status(),
        verdicts=await services.reader.verdicts(shown),
        orders=await services.reader.orders(shown),
        trades=await services.reader.trades(shown),
        halts=await services.halts.history(shown),
        flattenings=await services.flattens.flattenings(shown),
        reports=services.courier.status(),
        passing=None if services.passing is None else services.passing.found,
    )


async def _looked(services: ExecutorServices) -> tuple[Look | None, str | None]:
    """A venue that does not answer takes nothing else from the page."""
    try:
        return await services.minder.look(), None
    except StoreError as error:
        return None, str(error)
