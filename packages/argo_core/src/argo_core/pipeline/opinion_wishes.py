"""What the cycles' early exits want of the language models."""

from __future__ import annotations

from collections.abc import Mapping

from argo_core.model.decision import Decision
from argo_core.pipeline.cycle import CycleReport
from argo_core.pipeline.refresh_opinions import OpinionRefresher


class OpinionWishes:
    """A listener of the generator. A symbol's newest decision says whether a source's answer is wanted: where its call
    was saved no refresh is asked for, everywhere else the symbol goes first. `refreshers` by source name."""

    def __init__(self, refreshers: Mapping[str, OpinionRefresher]) -> None:
        self._refreshers = dict(refreshers)
        self._saved: dict[str, frozenset[str]] = {}

    def observe(self, report: CycleReport) -> None:
        """One durable cycle."""
        self.note(report.record.decisions)

    def note(self, decisions: tuple[Decision, ...]) -> None:
        """Its decisions; a symbol that was skipped keeps its last one."""
        self._saved |= {decision.symbol: frozenset(decision.saved_calls) for decision in decisions}
        for source, refresher in self._refreshers.items():
            dropped = frozenset(symbol for symbol, saved in self._saved.items() if source in saved)
            refresher.wish(frozenset(self._saved) - dropped, dropped)
