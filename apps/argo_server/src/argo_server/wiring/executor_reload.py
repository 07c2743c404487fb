"""Tightened limits into a running executor; whatever else is new in its file waits for a restart."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from argo_core.adapters.sql import Database
from argo_core.adapters.sql.account_pin import AccountPin
from argo_core.model.configuration import Cause
from argo_core.pipeline.executor import Executor
from argo_core.ports import Clock, Notifier
from argo_core.risk.tightening import tightens
from argo_server.reloading import Reloader
from argo_server.settings import ExecutorRole, executor_role
from argo_server.settings.reload import Reread, read_again, taken_over
from argo_server.wiring.account_rules import account_rules
from argo_server.wiring.configurations import keep_settings


@dataclass(slots=True)
class RunningRules:
    """`role` is that in force; `pin` says what the account began with."""

    role: ExecutorRole
    executor: Executor
    pin: AccountPin

    def read(self, environ: Mapping[str, str] | None = None) -> Reread:
        """The file as it is now, refused unless an executor would start with it. Raises ConfigError."""
        fresh = executor_role(read_again(self.role.settings, environ), self.role.executor_id)
        account_rules(fresh, self.pin.starting_cash or None)
        found = taken_over(self.role.settings, fresh.settings, tightens)
        account_rules(self._with(found), self.pin.starting_cash or None)
        return found

    async def take_over(self, fresh: Reread) -> None:
        """Before the next signal, order or look at the account. Raises ConfigError."""
        role = self._with(fresh)
        rules = account_rules(role, self.pin.starting_cash or None)
        await self.executor.adopt(rules.policy, rules.executor)
        self.role = role

    def _with(self, fresh: Reread) -> ExecutorRole:
        return dataclasses.replace(self.role, settings=fresh.settings)


async def rules_reloader(running: RunningRules, database: Database, clock: Clock, notifier: Notifier) -> Reloader:
    """Of the file that this executor was started with; its history stands in the executor's own database, and begins
    with this start. Raises StoreError."""
    await keep_settings(running.role.settings, database, clock, Cause.START)

    async def keep(fresh: Reread) -> None:
        await keep_settings(fresh.settings, database, clock, Cause.CHANGE)

    path = running.role.settings.file_path
    return Reloader(path, running.read, running.take_over, clock, keep=keep, notifier=notifier)
