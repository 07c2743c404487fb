"""Bytes from an executor → what it reports."""

from __future__ import annotations

import math
import re

import msgspec

from argo_core.errors import DataError
from argo_core.ledger.json_text import read_object
from argo_core.model.execution import ALLOWED, DENIED, Execution, ExecutionReports, SignalVerdicts
from argo_core.model.trade import Trade

MAX_REPORTS = 1_000
MAX_NAME = 128
MODES = frozenset({"simulated", "paper", "live", "prop"})
SIDES = frozenset({"BUY", "SELL"})
_LARGEST = 1e18
_ID = re.compile(r"[A-Za-z0-9._:-]+")
_EXIT = re.compile(r"[a-z_]{1,32}")
# Executors round percentages to six decimals: what is left is how two machines may round.
_RELATIVE, _ABSOLUTE = 1e-6, 2e-6


def received_reports(body: bytes) -> ExecutionReports:
    """The reports in a body of the executions format.

    Raises DataError: `bad_json` and its like, `unknown_field`, `bad_type`, `bad_report`, `too_many_reports`.
    """
    members = read_object(body)
    for name in members:
        if name not in ExecutionReports.__struct_fields__:
            known = ", ".join(ExecutionReports.__struct_fields__)
            raise DataError("unknown_field", f"{ascii(name)[:40]} is no kind of report: send {known}")
    try:
        reports = msgspec.convert(members, ExecutionReports)
    except msgspec.ValidationError as error:
        raise DataError("bad_type", f"{error}: correct the field") from error
    if len(reports.verdicts) + len(reports.executions) + len(reports.trades) > MAX_REPORTS:
        raise DataError("too_many_reports", f"more than {MAX_REPORTS} reports: send them in several requests")
    sound = all(map(_is_sound, reports.executions)) and all(map(_is_trade, reports.trades))
    if not (sound and all(map(_is_answer, reports.verdicts))):
        raise DataError(
            "bad_report",
            "a report needs short names, times with a zone, a price above 0; a trade also percentages that its prices "
            "and fees give, and an end that is not before its beginning",
        )
    return reports


def _is_sound(execution: Execution) -> bool:
    names = (execution.signal_id, execution.executor_id, execution.order_id, execution.state)
    figures = (execution.price, execution.quantity)
    dated = execution.filled_at is None or execution.filled_at.tzinfo is not None
    return dated and all(map(_is_name, names)) and all(figure is None or 0 < figure < _LARGEST for figure in figures)


def _is_trade(trade: Trade) -> bool:
    names = (trade.signal_id, trade.symbol)
    nameable = all(_ID.fullmatch(one) and len(one) <= MAX_NAME for one in (trade.trade_id, trade.executor_id))
    figures = (trade.quantity, trade.entry_price, trade.exit_price)
    priced = all(0 < figure < _LARGEST for figure in figures) and 0 <= trade.fees < _LARGEST
    dated = trade.opened_at.tzinfo is not None and trade.closed_at.tzinfo is not None
    worded = trade.mode in MODES and trade.action in SIDES and _EXIT.fullmatch(trade.exit) is not None
    sound = priced and dated and worded and nameable and all(map(_is_name, names))
    return sound and trade.opened_at <= trade.closed_at and _is_reckoned(trade)


def _is_reckoned(trade: Trade) -> bool:
    """Whether the percentages are those of prices, action and fees: what is logged cannot be taken back, and whoever
    reads the log reckons again."""
    side = 1.0 if trade.action == "BUY" else -1.0
    gross = 100.0 * side * (trade.exit_price / trade.entry_price - 1.0)
    worth = trade.quantity * trade.entry_price
    if worth == 0.0:  # the product of two figures that are each above 0
        return False
    net = gross - 100.0 * trade.fees / worth
    said = ((trade.gross_pct, gross), (trade.net_pct, net))
    return all(math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE) for one, other in said)


def _is_answer(verdicts: SignalVerdicts) -> bool:
    names = (verdicts.signal_id, verdicts.executor_id)
    decided = verdicts.decision in (ALLOWED, DENIED) and verdicts.decided_at.tzinfo is not None
    return decided and bool(verdicts.verdicts) and all(map(_is_name, names))


def _is_name(text: str) -> bool:
    return 0 < len(text) <= MAX_NAME and text.isascii() and text.isprintable()
