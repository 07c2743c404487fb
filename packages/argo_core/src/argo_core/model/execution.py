"""What an executor tells about a signal: every verdict, and each execution."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.trade import Trade
from argo_core.model.verdict import Denied, Verdict

ALLOWED, DENIED = "allowed", "denied"
EXTERNAL, FLATTEN = "external", "flatten"
NO_SIGNALS = frozenset({EXTERNAL, FLATTEN})
"""What stands in place of a signal id on orders that no signal asked for: others' orders, and a kill switch's."""


class SignalVerdicts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One executor's answer to one signal. `decision` is allowed or denied, `decided_at` wall clock."""

    signal_id: str
    executor_id: str
    verdicts: tuple[Verdict, ...]
    decision: str
    decided_at: datetime

    @property
    def code(self) -> str | None:
        """The first denial's code, None where there is none."""
        return next((verdict.code for verdict in self.verdicts if isinstance(verdict, Denied)), None)


class Execution(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row of the view `executions`. `price` and `quantity` > 0, None where nothing was filled; `filled_at` is the
    venue's time; `profit_loss_pct` of the signal's position, net of fees, on the execution that closed it."""

    signal_id: str
    executor_id: str
    order_id: str
    state: str
    filled_at: datetime | None = None
    price: float | None = None
    quantity: float | None = None
    profit_loss_pct: float | None = None


class ExecutionReports(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an executor sends to the generator in one request."""

    verdicts: tuple[SignalVerdicts, ...] = ()
    executions: tuple[Execution, ...] = ()
    trades: tuple[Trade, ...] = ()


class RefusedReport(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A report that the generator does not take, however often it is sent."""

    signal_id: str
    code: str


class ReportReceipt(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of the reports of one request."""

    stored: int
    duplicates: int
    refused: tuple[RefusedReport, ...]
