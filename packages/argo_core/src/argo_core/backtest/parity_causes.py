"""Why a fill is on one side only, or another on either side: asked of the stored facts, in the order in which an order
comes about."""

from __future__ import annotations

from collections.abc import Mapping

from argo_core.backtest.parity_account import ReplayedAccount
from argo_core.backtest.parity_fills import ENTRY, Part, PartFill, near, orders_of
from argo_core.model.execution import FLATTEN, SignalVerdicts
from argo_core.model.halt import Halt
from argo_core.model.instant import to_text
from argo_core.model.order import OrderState
from argo_core.model.parity import Cause
from argo_core.model.recorded_day import ExecutorDay
from argo_core.model.verdict import Denied
from argo_core.risk.confidence_minimum import LAYER as CONFIDENCE
from argo_core.risk.correlation_limit import LAYER as CORRELATION
from argo_core.risk.position_count import LAYER as COUNT
from argo_core.risk.position_size import LAYER as SIZE
from argo_core.risk.proposal import SIMULATED
from argo_core.risk.signal_age import LAYER as AGE
from argo_core.risk.stop_distance import LAYER as STOP

Finding = tuple[Cause, str]
HALTED, CLOSED_BY_SIGNAL = "halted", "signal"
SET_LIMITS = frozenset({CONFIDENCE, CORRELATION, COUNT, SIZE, AGE, STOP})
"""Layers whose limit is a setting; that of the others moves with the account."""


class FillCauses:
    """Asked in the order of time. `signals` are the causes of signals that differ, by id; `mode` the live account's."""

    def __init__(
        self, live: ExecutorDay, again: ReplayedAccount, signals: Mapping[str, Cause], mode: str, fee_pct: float
    ) -> None:
        self._live, self._again, self._signals, self._mode, self._fee_pct = live, again, signals, mode, fee_pct
        self._said = {verdicts.signal_id: verdicts for verdicts in live.verdicts}
        self._orders = orders_of(live.changes)
        self._flattened = {fill.symbol for fill in live.fills if fill.signal_id == FLATTEN}
        self._of_entries: dict[tuple[str, str], Finding] = {}
        self._first: PartFill | None = None

    def of(self, live: PartFill | None, again: PartFill | None) -> Finding:
        """The cause, and the facts that prove it. One of the two is there."""
        shown = live if live is not None else again
        if shown is None:
            raise ValueError("neither side shows a fill")
        found = self._found(shown, live, again)
        signal_id, symbol, role, _ = shown.part
        if role == ENTRY:
            self._of_entries.setdefault((signal_id, symbol), found)
        self._first = self._first or shown
        return found

    def _found(self, shown: PartFill, live: PartFill | None, again: PartFill | None) -> Finding:
        contradiction = None if live is None else live.contradiction
        if contradiction is not None:
            return Cause.RECORDS_DISAGREE, contradiction
        signal_id, symbol, _, _ = shown.part
        if signal_id == FLATTEN:
            return Cause.HALTED, self._halt_words()
        if signal_id in self._signals:
            return self._signals[signal_id], "as for its signal"
        if live is not None and again is not None:
            return self._differing(live, again)
        known = self._of_entries.get((signal_id, symbol))
        return known or self._one_sided(shown.part, live)

    def _one_sided(self, part: Part, live: PartFill | None) -> Finding:
        if part[2] not in (ENTRY, CLOSED_BY_SIGNAL):
            return self._exit(part[1], live)
        return self._missing_live(part) if live is None else self._missing_again(part)

    def _differing(self, live: PartFill, again: PartFill) -> Finding:
        if not near(live.quantity, again.quantity):
            return self._rules(live.part[0]) or self._carried() or _unexplained("another quantity")
        if near(live.fill.price, again.fill.price):
            return self._fees(live)
        if live.fill.filled_at != again.fill.filled_at:
            times = f"{to_text(live.fill.filled_at)} live, {to_text(again.fill.filled_at)} in the replay"
            return Cause.PRICE_MOVED, f"filled at another market time: {times}"
        if self._mode != SIMULATED:
            return Cause.VENUE_PRICE, f"the venue's price at {to_text(live.fill.filled_at)}, not the model's"
        return _unexplained("another price at the same market time, in every stored copy")

    def _fees(self, live: PartFill) -> Finding:
        pct = 100.0 * live.fill.fee / (live.fill.quantity * live.fill.price)
        if self._mode != SIMULATED:
            return Cause.VENUE_PRICE, f"the venue's fee of {pct:g} %, not the model's"
        return Cause.SETTINGS_CHANGED, f"fee {pct:g} % live, {self._fee_pct:g} % now"

    def _exit(self, symbol: str, live: PartFill | None) -> Finding:
        if live is None and symbol in self._flattened:
            return Cause.HALTED, self._halt_words()
        return self._carried() or _unexplained("an exit on one side only")

    def _missing_live(self, part: Part) -> Finding:
        """The replay traded on a signal on which the live executor did not."""
        signal_id = part[0]
        said = self._said.get(signal_id)
        if said is None:
            if signal_id not in self._live.received:
                return Cause.NOT_DELIVERED, f"{signal_id} is not in the executor's inbox"
            return Cause.NOT_RECORDED, f"{signal_id} was received, and no verdict on it is stored"
        denied = next((verdict for verdict in said.verdicts if isinstance(verdict, Denied)), None)
        if denied is not None:
            return self._denied_live(signal_id, denied)
        return self._unfilled(signal_id)

    def _denied_live(self, signal_id: str, denied: Denied) -> Finding:
        if denied.code == HALTED:
            return Cause.HALTED, self._halt_words()
        told = f"denied live: {denied.code}, {denied.measured} against {denied.limit}"
        return self._rules(signal_id) or self._carried() or (Cause.DENIED, told)

    def _unfilled(self, signal_id: str) -> Finding:
        """Allowed, and nothing of it was filled."""
        own = [order for order in self._orders.values() if order.intent.signal_id == signal_id]
        reasons = [reason for name, reason in self._live.withdrawals.items() if signal_id in name]
        if reasons:
            return Cause.NOT_PLACED, f"withdrawn: {reasons[0]}"
        rejected = [order for order in own if order.state is OrderState.REJECTED]
        if rejected:
            return Cause.REJECTED, f"the venue rejected the order: {rejected[0].reason}"
        if any(order.fills for order in own):
            return Cause.RECORDS_DISAGREE, "the log of orders has a fill that the log of fills has not"
        return self._carried() or _unexplained("allowed live, and never filled")

    def _missing_again(self, part: Part) -> Finding:
        """The live executor traded where the replay did not."""
        said = self._again.verdicts.get(part[0])
        denied = None if said is None else next((one for one in said.verdicts if isinstance(one, Denied)), None)
        rules, carried = self._rules(part[0]), self._carried()
        if rules is not None or carried is not None or denied is None:
            return rules or carried or _unexplained("a fill that the replay has not")
        return Cause.DENIED, f"denied in the replay: {denied.code}, {denied.measured} against {denied.limit}"

    def _rules(self, signal_id: str) -> Finding | None:
        """A limit that was another one."""
        limits = _limits(self._said.get(signal_id))  # of layers whose limit follows from nothing but settings
        for layer, limit in _limits(self._again.verdicts.get(signal_id)).items():
            before = limits.get(layer)
            if before is not None and not near(before, limit):
                return Cause.SETTINGS_CHANGED, f"limit of {layer} {before:g} live, {limit:g} now"
        return None

    def _carried(self) -> Finding | None:
        """The accounts were not the same any more."""
        if self._first is None:
            return None
        return Cause.CARRIED_OVER, f"the accounts differ since {self._first.client_order_id}"

    def _halt_words(self) -> str:
        halts = [each for each in (*self._live.before.halts, *self._live.halts) if isinstance(each, Halt)]
        return "; ".join(f"{each.code.value} by {each.by} at {to_text(each.at)}" for each in halts) or "a halt stood"


def _limits(verdicts: SignalVerdicts | None) -> dict[str, float]:
    told = () if verdicts is None else verdicts.verdicts
    return {each.layer: each.limit for each in told if each.limit and each.layer in SET_LIMITS}


def _unexplained(what: str) -> Finding:
    return Cause.UNEXPLAINED, f"{what}: no stored fact says why"
