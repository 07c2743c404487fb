"""Who says which parameters to try next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.model.search import Parameters, Trial


class ParameterSearch(Protocol):
    """Promise: what is asked for batch N follows from the seed, N and the trials of the batches before it, from
    nothing else: not from time, nor from the order in which workers answered. So a search that is told an earlier
    run's trials again goes on as that run would have.
    """

    def ask(self, batch: int, count: int) -> Sequence[Parameters]:
        """At most `count` to be tried in this batch; fewer, or none, where there is no more to try."""
        ...

    def tell(self, trials: Sequence[Trial]) -> None:
        """The whole batch that was asked last, or one of an earlier run, by number."""
        ...
