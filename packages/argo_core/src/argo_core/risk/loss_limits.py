"""Layers 5 and 6: has the account lost too much today, or since its best?"""

from __future__ import annotations

import msgspec
import numpy as np

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal
from argo_core.risk.watched import DAILY_LOSS, DRAWDOWN


class DailyLossLimit(msgspec.Struct, frozen=True):
    """Denies `daily_loss_limit` where the day's loss has reached its limit, until the next anchor though it be won
    back. What only closes is allowed, and everything where the watch's rules say that no day is limited."""

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: the loss since the day's anchor, limit: the rule's; both in percent."""
        state = proposal.watched.state
        stopped = state.stopped_until is not None or state.breached == DAILY_LOSS
        return _verdict(proposal, DAILY_LOSS, "daily_loss_limit", stopped)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        state = candidates.watched.state
        stopped = state.stopped_until is not None or state.breached == DAILY_LOSS
        return _column(candidates, DAILY_LOSS, "daily_loss_limit", stopped)


class DrawdownLimit(msgspec.Struct, frozen=True):
    """Denies `max_drawdown` where the loss from the rule's level has reached its limit, until an operator resumes. What
    only closes is allowed, and everything where the watch's rules say that drawdown is not limited."""

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: the loss from the level that the rule names, limit: the rule's; both in percent."""
        stopped = proposal.watched.state.breached == DRAWDOWN
        return _verdict(proposal, DRAWDOWN, "max_drawdown", stopped)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        stopped = candidates.watched.state.breached == DRAWDOWN
        return _column(candidates, DRAWDOWN, "max_drawdown", stopped)


def _verdict(proposal: Proposal, name: str, code: str, stopped: bool) -> Verdict:
    meter = proposal.watched.meter(name)
    if meter is None:
        return Allowed(layer=name)
    if proposal.opening == 0 or (meter.pct < 100.0 and not stopped):
        return Allowed(layer=name, measured=meter.used, limit=meter.limit)
    return Denied(layer=name, code=code, measured=meter.used, limit=meter.limit)


def _column(candidates: Candidates, name: str, code: str, stopped: bool) -> Column:
    meter = candidates.watched.meter(name)
    if meter is None:
        return Column.of(name, {code: np.zeros(len(candidates), dtype=np.bool_)})
    used_up = stopped or not meter.pct < 100.0
    return Column.of(name, {code: candidates.opens & used_up}, meter.used, meter.limit)
