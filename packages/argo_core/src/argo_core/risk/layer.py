"""One rule that can stand between a signal and an order."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from argo_core.model.verdict import Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal


class RiskLayer(Protocol):
    """Promise: a pure answer to every proposal, that names the layer. A measure that is NaN is denied."""

    def check(self, proposal: Proposal) -> Verdict: ...


@runtime_checkable
class ManyRowLayer(Protocol):
    """Promise: for each row the answer that `RiskLayer.check` gives to it."""

    def check_many(self, candidates: Candidates) -> Column: ...
